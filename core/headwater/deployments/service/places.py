"""Where a deployment's runs go: pools and queues by their names."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.conformance import MismatchError, SchemaError
from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.deployments.queries import deployments as queries
from headwater.deployments.schemas.answers import WorkQueue
from headwater.errors import ConflictError, InvalidError, NotFoundError
from headwater.work.queries import pools
from headwater.work.service import queues
from headwater.work.service.job_variables import check_job_variables


def find_queue(
    session: Session,
    workspace: UUID,
    pool_name: str | None,
    queue_name: str | None,
    *,
    now: datetime,
) -> Row[Any] | None:
    """Return the queue of that name in the pool, made now if it is not there; without a name the
    pool's own, without a pool one of the agents' pool, without both None.

    Raise NotFoundError for an unknown pool.
    """
    if pool_name is None and queue_name is None:
        return None
    return queues.ensure(session, workspace, pool_name, queue_name, now=now)


def check_new(
    session: Session, workspace: UUID, pool_name: str, variables: dict[str, Any], vault: Vault
) -> None:
    """Raise InvalidError for a new deployment's job variables that its pool does not take."""
    try:
        _check(session, workspace, pool_name, variables, vault)
    except (MismatchError, SchemaError) as error:
        raise InvalidError(f"Error creating deployment: {error}") from None


def check_changed(
    session: Session, workspace: UUID, pool_name: str, variables: dict[str, Any], vault: Vault
) -> None:
    """Do as `check_new` does; raise ConflictError."""
    try:
        _check(session, workspace, pool_name, variables, vault)
    except (MismatchError, SchemaError) as error:
        raise ConflictError(f"Error creating deployment: {error}") from None


def _check(
    session: Session, workspace: UUID, pool_name: str, variables: dict[str, Any], vault: Vault
) -> None:
    pool = pools.find_pool(session, workspace, pool_name)
    if pool is not None:
        template = parse(pool.base_job_template) or {}
        check_job_variables(session, workspace, template, variables, vault, complete=False)


def check_run(
    session: Session,
    workspace: UUID,
    template: dict[str, Any],
    variables: dict[str, Any],
    vault: Vault,
) -> None:
    """Raise InvalidError for a run's job variables, with its deployment's, that its pool does not
    take, or that lack what the pool needs."""
    try:
        check_job_variables(session, workspace, template, variables, vault, complete=True)
    except (MismatchError, SchemaError) as error:
        raise InvalidError(f"Error creating flow run: {error}") from None


def list_matching(session: Session, workspace: UUID, deployment_id: UUID) -> list[dict[str, Any]]:
    """Return the queues whose filter chooses a deployment: its id, and all tags that it names."""
    deployment = queries.find_deployment(session, workspace, deployment_id)
    if deployment is None:
        raise NotFoundError("Deployment not found")
    tags = set(parse(deployment.tags) or [])
    found = []
    for queue in queries.list_choosing_queues(session, workspace):
        wanted = parse(queue.filter) or {}
        ids = wanted.get("deployment_ids")
        chosen = not ids or str(deployment_id) in ids
        if chosen and tags.issuperset(wanted.get("tags") or []):
            row = queue._asdict()
            found.append({name: row[name] for name in WorkQueue.model_fields})
    return found
