"""Does what an action asks for, through the services of whatever it is about, in the caller's
transaction. Webhooks alone go out: `webhooks`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from headwater.automations.rules.causes import causes_in, mark
from headwater.automations.rules.outcomes import Result, refuse
from headwater.automations.rules.targets import flow_run_of, target_of
from headwater.automations.schemas import actions as kinds
from headwater.automations.schemas.automations import AutomationPartialUpdate
from headwater.automations.service import automations, notices
from headwater.automations.service.preparing import Job
from headwater.db.vault import Vault
from headwater.deployments.service import pausing
from headwater.deployments.service import runs as deployment_runs
from headwater.errors import ActionError, HeadwaterError, NotFoundError
from headwater.events.schemas import RESOURCE_ROLE
from headwater.incidents import service as incidents
from headwater.notifications.service.channels import Kinds
from headwater.runs.rules.transitions import Status
from headwater.runs.schemas.flow_runs import DeploymentFlowRunCreate
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType
from headwater.runs.service import inputs, removals
from headwater.runs.service.flow_runs import set_flow_run_state
from headwater.work.queries import pools as pool_queries
from headwater.work.schemas.pools import WorkPoolUpdate
from headwater.work.schemas.queues import WorkQueueUpdate
from headwater.work.service import pools, queues

SUSPENDED_FOR = timedelta(hours=1)
MOST_ABOUT = 90  # resources of an incident: an event has room for few more


@dataclass(frozen=True)
class Means:
    """What actions need of the server beside its database."""

    vault: Vault
    kinds: Kinds
    public_url: str


def act(session: Session, job: Job, means: Means, *, now: datetime) -> Result:
    """Do it, whole or not at all, and return how that went."""
    result = Result()
    if job.fault is not None:
        return _failed(result, job.fault)
    try:
        with session.begin_nested():
            _ACTS[type(job.action)](session, job, result, means, now)
    except ActionError as error:
        return _failed(result, error)
    except HeadwaterError as error:
        refuse(error, job.told.type, result)
    return result


def _failed(result: Result, error: ActionError) -> Result:
    result.reason = str(error)
    result.details |= error.details
    return result


def _nothing(_: Session, __: Job, ___: Result, ____: Means, _____: datetime) -> None:
    return


def _run(session: Session, job: Job, result: Result, means: Means, now: datetime) -> None:
    action, automation = job.action, job.told.seen.automation
    assert isinstance(action, kinds.RunDeployment)  # noqa: S101  # for mypy
    deployment_id = target_of(action, job.told.seen.event)
    result.relate("deployment", deployment_id, "target")
    at = StateDetails(scheduled_time=now + timedelta(seconds=action.schedule_after))
    try:
        wanted = DeploymentFlowRunCreate(
            state=StateCreate(type=StateType.SCHEDULED, state_details=at),
            parameters=job.ready.parameters,
            job_variables=action.job_variables,
            idempotency_key=job.told.key,
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise ActionError(f"Unable to create flow run from deployment: {first}") from None
    by = {"id": automation["id"], "type": "AUTOMATION", "display_value": automation["name"]}
    run, created = deployment_runs.create(
        session, job.workspace_id, deployment_id, wanted, means.vault, created_by=by, now=now
    )
    result.relate("flow-run", run["id"], "flow-run", run["name"])
    result.details["status_code"] = 201 if created else 200


def _pause_deployment(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    assert isinstance(job.action, kinds.OnOne)  # noqa: S101  # for mypy
    deployment_id = target_of(job.action, job.told.seen.event)
    result.relate("deployment", deployment_id, "target")
    paused = isinstance(job.action, kinds.PauseDeployment)
    pausing.set_paused(session, job.workspace_id, deployment_id, paused=paused, now=now)
    result.details["status_code"] = 200


def _pause_pool(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    assert isinstance(job.action, kinds.OnOne)  # noqa: S101  # for mypy
    pool_id = target_of(job.action, job.told.seen.event)
    try:
        pool = pool_queries.get_locked_pool_by_id(session, job.workspace_id, pool_id)
    except NotFoundError:
        raise ActionError(f"Work pool {pool_id} not found") from None
    result.relate("work-pool", pool_id, "target", pool.name)
    change = WorkPoolUpdate(is_paused=isinstance(job.action, kinds.PauseWorkPool))
    pools.update(session, job.workspace_id, pool.name, change, now=now)
    result.details["status_code"] = 204


def _pause_queue(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    assert isinstance(job.action, kinds.OnOne)  # noqa: S101  # for mypy
    queue_id = target_of(job.action, job.told.seen.event)
    result.relate("work-queue", queue_id, "target")
    change = WorkQueueUpdate(is_paused=isinstance(job.action, kinds.PauseWorkQueue))
    queues.update(session, job.workspace_id, queue_id, change, now=now)
    result.details["status_code"] = 204


def _switch(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    assert isinstance(job.action, kinds.OnOne)  # noqa: S101  # for mypy
    automation_id = target_of(job.action, job.told.seen.event)
    result.relate("automation", automation_id, "target")
    change = AutomationPartialUpdate(enabled=isinstance(job.action, kinds.ResumeAutomation))
    automations.update(session, job.workspace_id, automation_id, change, now=now)
    result.details["status_code"] = 204


def _set_state(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    run_id = _flow_run(job, result)
    state = _state_for(job, now)
    force = isinstance(job.action, kinds.ChangeFlowRunState) and job.action.force
    decision, _state = set_flow_run_state(
        session, job.workspace_id, run_id, state, force=force, now=now
    )
    result.details["status_code"] = 201 if decision.entered is not None else 200
    if decision.status is not Status.ACCEPT:
        result.reason = f"Failed to set state: {decision.reason}"


def _state_for(job: Job, now: datetime) -> StateCreate:
    action, by = job.action, f"by Automation {job.told.seen.automation['id']}"
    if isinstance(action, kinds.CancelFlowRun):
        return StateCreate(type=StateType.CANCELLING, message=f"Cancelled {by}")
    if isinstance(action, kinds.SuspendFlowRun):
        details = StateDetails(pause_timeout=now + SUSPENDED_FOR, pause_reschedule=True)
        return StateCreate(
            type=StateType.PAUSED,
            name="Suspended",
            message=f"Suspended {by}",
            state_details=details,
        )
    assert isinstance(action, kinds.ChangeFlowRunState)  # noqa: S101  # for mypy
    message = action.message or f"State changed {by}"
    return StateCreate(type=action.state, name=action.name, message=message)


def _resume_run(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    run_id = _flow_run(job, result)
    done = inputs.resume(session, job.workspace_id, run_id, None, now=now)
    if done.status is not Status.ACCEPT:
        result.reason = f"Failed to resume flow run: {done.reason}"


def _delete_run(session: Session, job: Job, result: Result, _: Means, __: datetime) -> None:
    removals.delete_flow_run(session, job.workspace_id, _flow_run(job, result))
    result.details["status_code"] = 204


def _flow_run(job: Job, result: Result) -> UUID:
    run_id = flow_run_of(job.labels, job.told.seen.event)
    result.relate("flow-run", run_id, "target")
    return run_id


def _notify(session: Session, job: Job, result: Result, means: Means, now: datetime) -> None:
    notices.put(
        session, job, result, vault=means.vault, kinds=means.kinds, url=means.public_url, now=now
    )


def _declare(session: Session, job: Job, result: Result, _: Means, now: datetime) -> None:
    action, seen = job.action, job.told.seen
    assert isinstance(action, kinds.DeclareIncident)  # noqa: S101  # for mypy
    related = []
    if seen.event is not None:
        subject = {"prefect.resource.role": "subject", **seen.event["resource"]}
        related = [subject, *(seen.event.get("related") or ())]
    title = job.ready.texts["title"]
    incident_id = incidents.declare(
        session,
        job.workspace_id,
        title=title,
        description=job.ready.texts["description"],
        severity=action.severity,
        automation_id=UUID(seen.automation["id"]),
        related=related[:MOST_ABOUT],
        labels=mark(causes_in(seen.firing)),
        now=now,
    )
    result.related.append(incidents.resource_of(incident_id, title) | {RESOURCE_ROLE: "incident"})


Act = Callable[[Session, Job, Result, Means, datetime], None]
_ACTS: Mapping[type[Any], Act] = {
    kinds.DoNothing: _nothing,
    kinds.RunDeployment: _run,
    kinds.PauseDeployment: _pause_deployment,
    kinds.ResumeDeployment: _pause_deployment,
    kinds.PauseWorkPool: _pause_pool,
    kinds.ResumeWorkPool: _pause_pool,
    kinds.PauseWorkQueue: _pause_queue,
    kinds.ResumeWorkQueue: _pause_queue,
    kinds.PauseAutomation: _switch,
    kinds.ResumeAutomation: _switch,
    kinds.ChangeFlowRunState: _set_state,
    kinds.CancelFlowRun: _set_state,
    kinds.SuspendFlowRun: _set_state,
    kinds.ResumeFlowRun: _resume_run,
    kinds.DeleteFlowRun: _delete_run,
    kinds.SendNotification: _notify,
    kinds.DeclareIncident: _declare,
}
