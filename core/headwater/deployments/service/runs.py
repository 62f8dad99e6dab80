"""Makes runs of deployments, and says which of them are due."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.deployments.service import checks, places
from headwater.deployments.service.deployments import get
from headwater.errors import BadRequestError, HeadwaterError
from headwater.runs.queries import scheduled
from headwater.runs.schemas.flow_runs import DeploymentFlowRunCreate, FlowRunCreate
from headwater.runs.schemas.states import StateCreate, StateType
from headwater.runs.service.flow_runs import create_flow_run

SCHEDULED = StateCreate(type=StateType.SCHEDULED)


def create(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    wanted: DeploymentFlowRunCreate,
    vault: Vault,
    *,
    created_by: Mapping[str, str] | None = None,
    now: datetime,
) -> tuple[Mapping[str, Any], bool]:
    """Make a run of a deployment, or return the one of the same idempotency key; say if it is new.

    Raise NotFoundError, BadRequestError for parameters whose values cannot be made, ConflictError
    for those that the deployment does not take, InvalidError for such job variables.
    """
    deployment = get(session, workspace, deployment_id)
    parameters = (parse(deployment.parameters) or {}) | wanted.parameters
    parameters = checks.make_parameters(session, workspace, parameters, "flow run")
    enforced = wanted.enforce_parameter_schema
    if deployment.enforce_parameter_schema if enforced is None else enforced:
        schema = parse(deployment.parameter_openapi_schema)
        checks.check_parameters(parameters, {} if schema is None else schema)
    if deployment.work_pool_id is not None:
        template = parse(deployment.base_job_template) or {}
        variables = (parse(deployment.job_variables) or {}) | (wanted.job_variables or {})
        places.check_run(session, workspace, template, variables, vault)
    of_deployment = columns_of(deployment) | {"created_by": created_by}
    if wanted.work_queue_name is not None:
        of_deployment |= _queue(session, workspace, deployment, wanted.work_queue_name, now)
    new = _new(deployment, wanted, parameters)
    return create_flow_run(session, workspace, new, of_deployment=of_deployment, now=now)


def columns_of(deployment: Row[Any]) -> dict[str, Any]:
    """Return what every run of a deployment has of it."""
    return {
        "deployment_id": deployment.id,
        "deployment_version": deployment.version,
        "work_queue_id": deployment.work_queue_id,
        "work_queue_name": deployment.queue_name or deployment.work_queue_name,
    }


def labels_of(deployment: Row[Any]) -> dict[str, Any]:
    labels: dict[str, Any] = parse(deployment.labels) or {}
    ours = {"prefect.flow.id": deployment.flow_id, "prefect.deployment.id": deployment.id}
    return labels | {name: str(value) for name, value in ours.items()}


def _queue(
    session: Session, workspace: UUID, deployment: Row[Any], name: str, now: datetime
) -> dict[str, Any]:
    if deployment.work_pool_name is None:
        raise BadRequestError(
            f"Cannot create flow run in work queue {name} because deployment {deployment.id} is "
            "not associated with a work pool."
        )
    pool = deployment.work_pool_name
    queue = places.find_queue(session, workspace, pool, name, now=now)
    assert queue is not None  # noqa: S101  # for mypy: it was named
    return {"work_queue_id": queue.id, "work_queue_name": queue.name}


def _new(
    deployment: Row[Any], wanted: DeploymentFlowRunCreate, parameters: dict[str, Any]
) -> FlowRunCreate:
    tags = parse(deployment.tags) or []
    infrastructure = wanted.infrastructure_document_id or deployment.infrastructure_document_id
    return FlowRunCreate.model_construct(
        flow_id=deployment.flow_id,
        deployment_id=deployment.id,
        name=wanted.name,
        parameters=parameters,
        context=wanted.context,
        job_variables=wanted.job_variables,
        empirical_policy=wanted.empirical_policy,
        parent_task_run_id=wanted.parent_task_run_id,
        infrastructure_document_id=infrastructure,
        idempotency_key=wanted.idempotency_key,
        tags=[*tags, *wanted.tags],
        labels=labels_of(deployment) | (wanted.labels or {}),
        state=wanted.state or SCHEDULED,
    )


def create_many(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    wanted: Sequence[DeploymentFlowRunCreate],
    vault: Vault,
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """Make several runs; one that cannot be made is told of, and stops none of the others."""
    get(session, workspace, deployment_id)
    results: list[dict[str, Any]] = []
    for each in wanted:
        try:
            with session.begin_nested():
                run, _ = create(session, workspace, deployment_id, each, vault, now=now)
        except HeadwaterError as error:
            results.append({"flow_run_id": None, "status": "FAILED", "error": str(error)})
        else:
            results.append({"flow_run_id": run["id"], "status": "CREATED", "error": None})
    return results


def list_due(
    session: Session,
    workspace: UUID,
    deployment_ids: Sequence[UUID],
    before: datetime | None,
    limit: int,
) -> Sequence[Row[Any]]:
    if not deployment_ids:
        return ()
    return scheduled.list_due(session, workspace, deployment_ids, before, limit)
