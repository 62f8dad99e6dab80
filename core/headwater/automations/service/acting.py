"""Does what an action asks for, through the services of whatever it is about, in the caller's
transaction. Webhooks alone go out: `webhooks`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from headwater.automations.rules.causes import causes_in, mark
from headwater.automations.rules.outcomes import Result, refuse
from headwater.automations.rules.targets import flow_run_of, target_of
from headwater.automations.schemas import actions
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


@dataclass(frozen=True)
class Deed:
    """The doing of one action: its *result* is filled meanwhile."""

    session: Session
    job: Job
    means: Means
    now: datetime
    result: Result

    @property
    def workspace(self) -> UUID:
        return self.job.workspace_id


def act(session: Session, job: Job, means: Means, *, now: datetime) -> Result:
    """Do it, whole or not at all, and return how that went."""
    result = Result()
    if job.fault is not None:
        return _failed(result, job.fault)
    try:
        with session.begin_nested():
            _do(job.action, Deed(session, job, means, now, result))
    except ActionError as error:
        return _failed(result, error)
    except HeadwaterError as error:
        refuse(error, job.told.type, result)
    return result


def _failed(result: Result, error: ActionError) -> Result:
    result.reason = str(error)
    result.details |= error.details
    return result


@singledispatch
def _do(action: actions.Action, _: Deed) -> None:
    """Raise ActionError, or what a service raises, for what cannot be done."""
    raise TypeError(f"nobody does {action!r} here")


@_do.register
def _nothing(_: actions.DoNothing, __: Deed) -> None:
    return


@_do.register
def _run_deployment(action: actions.RunDeployment, deed: Deed) -> None:
    job, automation = deed.job, deed.job.occasion.automation
    deployment_id = _target(action, "deployment", deed)
    at = StateDetails(scheduled_time=deed.now + timedelta(seconds=action.schedule_after))
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
    run, created = deployment_runs.create(
        deed.session,
        deed.workspace,
        deployment_id,
        wanted,
        deed.means.vault,
        created_by={
            "id": automation["id"],
            "type": "AUTOMATION",
            "display_value": automation["name"],
        },
        now=deed.now,
    )
    deed.result.relate("flow-run", run["id"], "flow-run", run["name"])
    deed.result.details["status_code"] = 201 if created else 200


@_do.register
def _pause_deployment(
    action: actions.PauseDeployment | actions.ResumeDeployment, deed: Deed
) -> None:
    deployment_id = _target(action, "deployment", deed)
    paused = isinstance(action, actions.PauseDeployment)
    pausing.set_paused(deed.session, deed.workspace, deployment_id, paused=paused, now=deed.now)
    deed.result.details["status_code"] = 200


@_do.register
def _pause_work_pool(action: actions.PauseWorkPool | actions.ResumeWorkPool, deed: Deed) -> None:
    pool_id = target_of(action, deed.job.occasion.event)
    try:
        pool = pool_queries.get_locked_pool_by_id(deed.session, deed.workspace, pool_id)
    except NotFoundError:
        raise ActionError(f"Work pool {pool_id} not found") from None
    deed.result.relate("work-pool", pool_id, "target", pool.name)
    change = WorkPoolUpdate(is_paused=isinstance(action, actions.PauseWorkPool))
    pools.update(deed.session, deed.workspace, pool.name, change, now=deed.now)
    deed.result.details["status_code"] = 204


@_do.register
def _pause_work_queue(action: actions.PauseWorkQueue | actions.ResumeWorkQueue, deed: Deed) -> None:
    queue_id = _target(action, "work-queue", deed)
    change = WorkQueueUpdate(is_paused=isinstance(action, actions.PauseWorkQueue))
    queues.update(deed.session, deed.workspace, queue_id, change, now=deed.now)
    deed.result.details["status_code"] = 204


@_do.register
def _switch_automation(
    action: actions.PauseAutomation | actions.ResumeAutomation, deed: Deed
) -> None:
    automation_id = _target(action, "automation", deed)
    change = AutomationPartialUpdate(enabled=isinstance(action, actions.ResumeAutomation))
    automations.update(deed.session, deed.workspace, automation_id, change, now=deed.now)
    deed.result.details["status_code"] = 204


def _target(action: actions.OnOne, kind: str, deed: Deed) -> UUID:
    """Return what an action is about, and note it."""
    found = target_of(action, deed.job.occasion.event)
    deed.result.relate(kind, found, "target")
    return found


@_do.register
def _change_state(action: actions.ChangeFlowRunState, deed: Deed) -> None:
    message = action.message or f"State changed {_by(deed)}"
    state = StateCreate(type=action.state, name=action.name, message=message)
    _set_state(state, deed, force=action.force)


@_do.register
def _cancel(_: actions.CancelFlowRun, deed: Deed) -> None:
    _set_state(StateCreate(type=StateType.CANCELLING, message=f"Cancelled {_by(deed)}"), deed)


@_do.register
def _suspend(_: actions.SuspendFlowRun, deed: Deed) -> None:
    state = StateCreate(
        type=StateType.PAUSED,
        name="Suspended",
        message=f"Suspended {_by(deed)}",
        state_details=StateDetails(pause_timeout=deed.now + SUSPENDED_FOR, pause_reschedule=True),
    )
    _set_state(state, deed)


def _by(deed: Deed) -> str:
    return f"by Automation {deed.job.occasion.automation['id']}"


def _set_state(state: StateCreate, deed: Deed, *, force: bool = False) -> None:
    run_id = _flow_run(deed)
    decision, _state = set_flow_run_state(
        deed.session, deed.workspace, run_id, state, force=force, now=deed.now
    )
    deed.result.details["status_code"] = 201 if decision.entered is not None else 200
    if decision.status is not Status.ACCEPT:
        deed.result.reason = f"Failed to set state: {decision.reason}"


@_do.register
def _resume(_: actions.ResumeFlowRun, deed: Deed) -> None:
    done = inputs.resume(deed.session, deed.workspace, _flow_run(deed), None, now=deed.now)
    if done.status is not Status.ACCEPT:
        deed.result.reason = f"Failed to resume flow run: {done.reason}"


@_do.register
def _delete(_: actions.DeleteFlowRun, deed: Deed) -> None:
    removals.delete_flow_run(deed.session, deed.workspace, _flow_run(deed))
    deed.result.details["status_code"] = 204


def _flow_run(deed: Deed) -> UUID:
    """Return the run that an action is about, and note it."""
    found = flow_run_of(deed.job.labels, deed.job.occasion.event)
    deed.result.relate("flow-run", found, "target")
    return found


@_do.register
def _notify(action: actions.SendNotification, deed: Deed) -> None:
    means = deed.means
    notices.put(
        deed.session,
        deed.job,
        action.block_document_id,
        deed.result,
        vault=means.vault,
        kinds=means.kinds,
        url=means.public_url,
        now=deed.now,
    )


@_do.register
def _declare(action: actions.DeclareIncident, deed: Deed) -> None:
    job, occasion = deed.job, deed.job.occasion
    related: list[Any] = []
    if occasion.event is not None:
        subject = {"prefect.resource.role": "subject", **occasion.event["resource"]}
        related = [subject, *(occasion.event.get("related") or ())]
    title = job.ready.texts["title"]
    incident_id = incidents.declare(
        deed.session,
        deed.workspace,
        title=title,
        description=job.ready.texts["description"],
        severity=action.severity,
        automation_id=UUID(occasion.automation["id"]),
        related=related[:MOST_ABOUT],
        labels=mark(causes_in(occasion.firing)),
        now=deed.now,
    )
    incident = incidents.resource_of(incident_id, title) | {RESOURCE_ROLE: "incident"}
    deed.result.related.append(incident)
