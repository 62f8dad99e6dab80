"""The routes of a deployment's schedules."""

from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from headwater import clock
from headwater.db.session import reading, write
from headwater.deployments.schemas.deployments import Planning
from headwater.deployments.schemas.schedules import (
    SCHEDULES,
    DeploymentSchedule,
    DeploymentScheduleUpdate,
    NewSchedules,
    OldDeploymentSchedule,
    OwnDeploymentSchedule,
)
from headwater.deployments.schemas.shown import show_schedule
from headwater.deployments.service import planning
from headwater.deployments.service import schedules as service
from headwater.web.caller import current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body, parse_list

Schedules = list[DeploymentSchedule] | list[OldDeploymentSchedule] | list[OwnDeploymentSchedule]
blueprint = Blueprint("schedules_api", __name__, url_prefix="/api/deployments")


@blueprint.get("/<uuid:deployment_id>/schedules")
@needs("deployments:read")
@describes(
    "List a deployment's schedules.",
    answers={200: Schedules},
)
def get_schedules(deployment_id: UUID) -> Response:
    caller = current_caller()
    with reading() as session:
        rows = service.list_of(session, current_workspace(), deployment_id)
    return answer([show_schedule(row._asdict(), caller) for row in rows])


@blueprint.post("/<uuid:deployment_id>/schedules")
@needs("deployments:write")
@describes(
    "Give a deployment more schedules.",
    body=NewSchedules,
    answers={201: Schedules},
)
def post_schedules(deployment_id: UUID) -> Response:
    new, workspace, now = parse_list(SCHEDULES), current_workspace(), clock.now()
    caller = current_caller()
    rows = write(lambda session: service.add(session, workspace, deployment_id, new, now=now))
    return answer([show_schedule(row, caller) for row in rows], 201)


@blueprint.patch("/<uuid:deployment_id>/schedules/<uuid:schedule_id>")
@needs("deployments:write")
@describes(
    "Change a schedule; what is absent stays, but for its parameters.",
    body=DeploymentScheduleUpdate,
    answers={204: None},
)
def patch_schedule(deployment_id: UUID, schedule_id: UUID) -> Response:
    wanted, workspace = parse_body(DeploymentScheduleUpdate), current_workspace()
    now = clock.now()
    write(
        lambda session: service.change(
            session, workspace, deployment_id, schedule_id, wanted, now=now
        )
    )
    return no_content()


@blueprint.delete("/<uuid:deployment_id>/schedules/<uuid:schedule_id>")
@needs("deployments:write")
@describes("Remove a schedule, and the runs made of it.", answers={204: None})
def delete_schedule(deployment_id: UUID, schedule_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.remove(session, workspace, deployment_id, schedule_id, now=now))
    return no_content()


@blueprint.post("/<uuid:deployment_id>/schedule")
@needs("deployments:write")
@describes(
    "Make the runs of a deployment's schedules that fall into a time, now.",
    body=Planning,
    answers={200: type(None)},
)
def post_schedule(deployment_id: UUID) -> Response:
    wanted, workspace, now = parse_body(Planning), current_workspace(), clock.now()

    def unit(session: Session) -> None:
        planning.plan_window(session, workspace, deployment_id, wanted, now=now)

    write(unit)
    return answer(None)
