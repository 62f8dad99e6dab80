"""The routes that pause deployments and let them go on, under their names in both majors."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import write
from headwater.deployments.service import pausing as service
from headwater.web.caller import Major, current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer

blueprint = Blueprint("deployment_pausing_api", __name__, url_prefix="/api/deployments")


@blueprint.post("/<uuid:deployment_id>/pause_deployment")
@needs("deployments:write")
@describes("Pause a deployment, and take back the scheduler's runs.", answers={200: type(None)})
def post_pause(deployment_id: UUID) -> Response:
    return _set_paused(deployment_id, paused=True)


@blueprint.post("/<uuid:deployment_id>/resume_deployment")
@needs("deployments:write")
@describes("Let a paused deployment go on.", answers={200: type(None)})
def post_resume(deployment_id: UUID) -> Response:
    return _set_paused(deployment_id, paused=False)


@blueprint.post("/<uuid:deployment_id>/set_schedule_inactive")
@needs("deployments:write")
@describes("Pause a deployment.", answers={200: type(None)}, only=Major.TWO)
def post_schedule_inactive(deployment_id: UUID) -> Response:
    return _set_paused(deployment_id, paused=True, only_schedule=True)


@blueprint.post("/<uuid:deployment_id>/set_schedule_active")
@needs("deployments:write")
@describes("Let a paused deployment go on.", answers={200: type(None)}, only=Major.TWO)
def post_schedule_active(deployment_id: UUID) -> Response:
    return _set_paused(deployment_id, paused=False, only_schedule=True)


def _set_paused(deployment_id: UUID, *, paused: bool, only_schedule: bool = False) -> Response:
    workspace, now = current_workspace(), clock.now()
    only_schedule = only_schedule or current_caller().major is Major.TWO
    write(
        lambda session: service.set_paused(
            session,
            workspace,
            deployment_id,
            paused=paused,
            only_schedule=only_schedule,
            now=now,
        )
    )
    return answer(None)
