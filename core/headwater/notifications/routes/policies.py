"""The routes of notification policies, which the 2.20 clients call."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.notifications.schemas.policies import (
    PoliciesWanted,
    Policy,
    PolicyCreate,
    PolicyUpdate,
)
from headwater.notifications.service import policies as service
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint(
    "flow_run_notification_policies_api",
    __name__,
    url_prefix="/api/flow_run_notification_policies",
)


@blueprint.post("/")
@needs("notifications:write")
@describes(
    "Create a notification policy.", body=PolicyCreate, answers={201: Policy}, only=Major.TWO
)
def post_policy() -> Response:
    new, workspace, now = parse_body(PolicyCreate), current_workspace(), clock.now()
    return answer(write(lambda session: service.create(session, workspace, new, now=now)), 201)


@blueprint.post("/filter")
@needs("notifications:read")
@describes(
    "List notification policies.", body=PoliciesWanted, answers={200: list[Policy]}, only=Major.TWO
)
def post_policy_filter() -> Response:
    wanted = parse_body(PoliciesWanted)
    with reading() as session:
        return answer(service.list_wanted(session, current_workspace(), wanted))


@blueprint.get("/<uuid:policy_id>")
@needs("notifications:read")
@describes("Read a notification policy.", answers={200: Policy}, only=Major.TWO)
def get_policy(policy_id: UUID) -> Response:
    with reading() as session:
        return answer(service.get(session, current_workspace(), policy_id))


@blueprint.patch("/<uuid:policy_id>")
@needs("notifications:write")
@describes(
    "Change a notification policy; what is absent stays.",
    body=PolicyUpdate,
    answers={204: None},
    only=Major.TWO,
)
def patch_policy(policy_id: UUID) -> Response:
    change, workspace, now = parse_body(PolicyUpdate), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, policy_id, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:policy_id>")
@needs("notifications:write")
@describes("Delete a notification policy.", answers={204: None}, only=Major.TWO)
def delete_policy(policy_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete(session, workspace, policy_id))
    return no_content()
