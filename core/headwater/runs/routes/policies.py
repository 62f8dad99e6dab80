"""The routes of policies, Headwater's own: with all that the clients' routes have no words for."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.notifications.routes.channels import current_kinds
from headwater.notifications.schemas.own_policies import (
    OwnPoliciesWanted,
    OwnPolicy,
    OwnPolicyCreate,
    OwnPolicyUpdate,
    Preview,
    PreviewWanted,
)
from headwater.notifications.service import own_policies
from headwater.runs.service import policies as service
from headwater.runs.service.previews import preview
from headwater.web.context import current_settings, current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("policies_api", __name__, url_prefix="/api/headwater/policies")


@blueprint.post("/")
@needs("notifications:write")
@describes("Create a policy.", body=OwnPolicyCreate, answers={201: OwnPolicy})
def post_policy() -> Response:
    new, workspace, kinds = parse_body(OwnPolicyCreate), current_workspace(), current_kinds()
    now = clock.now()
    created = write(lambda session: service.create(session, workspace, new, kinds, now=now))
    return answer(created, 201)


@blueprint.post("/filter")
@needs("notifications:read")
@describes("List policies.", body=OwnPoliciesWanted, answers={200: list[OwnPolicy]})
def post_policy_filter() -> Response:
    wanted = parse_body(OwnPoliciesWanted)
    with reading() as session:
        return answer(own_policies.list_wanted(session, current_workspace(), wanted))


@blueprint.post("/preview")
@needs("notifications:write")  # what channels make of a message is for who may change them
@describes("Show what a policy would say of a run.", body=PreviewWanted, answers={200: Preview})
def post_preview() -> Response:
    wanted, url, vault = parse_body(PreviewWanted), current_settings().public_url, current_vault()
    workspace, kinds = current_workspace(), current_kinds()
    with reading() as session:
        return answer(preview(session, workspace, wanted, kinds, url, vault=vault))


@blueprint.get("/<uuid:policy_id>")
@needs("notifications:read")
@describes("Read a policy.", answers={200: OwnPolicy})
def get_policy(policy_id: UUID) -> Response:
    with reading() as session:
        return answer(own_policies.get(session, current_workspace(), policy_id))


@blueprint.patch("/<uuid:policy_id>")
@needs("notifications:write")
@describes("Change a policy; what is absent stays.", body=OwnPolicyUpdate, answers={200: OwnPolicy})
def patch_policy(policy_id: UUID) -> Response:
    change, workspace, kinds = parse_body(OwnPolicyUpdate), current_workspace(), current_kinds()
    now = clock.now()
    return answer(
        write(lambda session: service.update(session, workspace, policy_id, change, kinds, now=now))
    )


@blueprint.delete("/<uuid:policy_id>")
@needs("notifications:write")
@describes("Delete a policy.", answers={204: None})
def delete_policy(policy_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: own_policies.delete(session, workspace, policy_id))
    return no_content()
