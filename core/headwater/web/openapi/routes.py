"""The document at /api/openapi.json and the page of it at /api/docs."""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

import orjson
from flask import Blueprint, Response, current_app, render_template, request

from headwater.web.describing import describes
from headwater.web.pages import HEADERS
from headwater.web.rights import needs

if TYPE_CHECKING:  # few ever ask for the document, so what makes it is imported when one does
    from headwater.web.openapi.components import Json

DOCUMENT, PAGE = "headwater-openapi", "headwater-openapi-page"  # where the app keeps them
blueprint = Blueprint("openapi", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
@needs("server:read")
@describes("Read this document.", answers={200: dict[str, Any]})
def get_openapi() -> Response:
    body = orjson.dumps(current_document())
    return _cached(Response(body, mimetype="application/json"))


@blueprint.get("/docs")
@needs("server:read")
@describes("Show this document as a page.", answers={200: str}, media="text/html")
def show_docs() -> Response:
    if PAGE not in current_app.extensions:
        from headwater.web.openapi.reading import list_groups, list_schemas

        document = current_document()
        current_app.extensions[PAGE] = render_template(
            "api.html",
            about=document["info"]["description"],
            groups=list_groups(document),
            schemas=list_schemas(document),
        )
    response = _cached(Response(current_app.extensions[PAGE], mimetype="text/html"))
    response.headers.update(HEADERS)
    return response


def current_document() -> "Json":
    """Return the document of the app, made when it is first asked for."""
    app = current_app
    if DOCUMENT not in app.extensions:
        from headwater.web.openapi.document import make_document

        app.extensions[DOCUMENT] = make_document(app, version("headwater"))
    return cast("Json", app.extensions[DOCUMENT])


def _cached(response: Response) -> Response:
    """Let who has it already keep it: it changes with the server's version and plugins alone."""
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
