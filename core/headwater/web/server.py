"""What clients ask of the server itself before they begin."""

from flask import Blueprint, Response

from headwater.web.caller import API_VERSION
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer

# The major must be the 3.x clients' own, or they refuse to run; the 2.x ones never ask.
SPOKEN_VERSION = "3.9.1"


blueprint = Blueprint("server_api", __name__, url_prefix="/api")


@blueprint.get("/hello")
@needs("public")
@describes("Say hello.", answers={200: str})
def get_hello() -> Response:
    return answer("👋")


@blueprint.get("/version")
@needs("server:read")
@describes("Read the version of the API.", answers={200: str})
def get_api_version() -> Response:
    return answer(API_VERSION)


@blueprint.get("/admin/version")
@needs("server:read")
@describes("Read the version that clients compare with their own.", answers={200: str})
def get_version() -> Response:
    return answer(SPOKEN_VERSION)
