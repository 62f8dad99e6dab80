"""The route that says what is wrong with values before they become parameters."""

from flask import Blueprint, Response

from headwater.db.session import reading
from headwater.deployments.rules.values import nest
from headwater.deployments.schemas.values import SchemaValuesValidationResponse, ValuesWanted
from headwater.deployments.service import values as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("values_api", __name__, url_prefix="/api/ui/schemas")


@blueprint.post("/validate")
@needs("deployments:read")
@describes(
    "Check values against a schema.",
    body=ValuesWanted,
    answers={200: SchemaValuesValidationResponse},
)
def post_values() -> Response:
    wanted, workspace = parse_body(ValuesWanted), current_workspace()
    with reading() as session:
        found = service.find_mismatches(session, workspace, wanted.values, wanted.asked)
    return answer({"errors": nest(found), "valid": not found})
