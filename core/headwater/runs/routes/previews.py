"""The route that shows what a notification policy would say of a run."""

from flask import Blueprint, Response

from headwater.db.session import reading
from headwater.notifications.routes.channels import current_kinds
from headwater.notifications.schemas.own_policies import Preview, PreviewWanted
from headwater.runs.service import previews as service
from headwater.web.context import current_settings, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("policy_previews_api", __name__, url_prefix="/api/headwater/policies")


@blueprint.post("/preview")
@needs("runs:read")
@describes("Show what a policy would say of a run.", body=PreviewWanted, answers={200: Preview})
def post_preview() -> Response:
    wanted, url = parse_body(PreviewWanted), current_settings().public_url
    with reading() as session:
        return answer(service.preview(session, current_workspace(), wanted, current_kinds(), url))
