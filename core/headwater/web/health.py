"""What tells a load balancer or a person whether the server works."""

from flask import Blueprint, Response
from sqlalchemy.exc import DBAPIError

from headwater.db.base import db
from headwater.db.migrations import Schema, SchemaError, check_schema
from headwater.errors import UnavailableError
from headwater.shapes import Shape
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer

TRY_AGAIN = "5"  # seconds
UNAVAILABLE = "Database is not available"
BEHIND = "The database is behind; run: headwater server database upgrade"


class Readiness(Shape):
    """*message* says what is missing, if anything."""

    message: str


blueprint = needs("public")(Blueprint("health", __name__, url_prefix="/api"))


@blueprint.get("/health")
@describes("Learn whether the server runs.", answers={200: bool})
def get_health() -> Response:
    """Answer as long as the process does."""
    return answer(True)


@blueprint.get("/ready")
@describes("Learn whether the server serves.", answers={200: Readiness, 503: Readiness})
def get_ready() -> Response:
    """Answer whether requests that need the database are served."""
    if problem := _find_problem():
        response = answer({"message": problem}, 503)
        response.headers["Retry-After"] = TRY_AGAIN
        return response
    return answer({"message": "OK"})


def _find_problem() -> str | None:
    try:
        with db.engine.connect() as connection:
            schema = check_schema(connection)
    except (UnavailableError, DBAPIError):
        return UNAVAILABLE
    except SchemaError as error:
        return str(error)
    return None if schema is Schema.CURRENT else BEHIND
