"""The route of collections."""

from typing import Any

from flask import Blueprint, Response, current_app

from headwater.collections import service
from headwater.web.caller import Major, current_caller
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer

blueprint = Blueprint("collections_api", __name__, url_prefix="/api/collections")


@blueprint.get("/views/<view>")
@needs("server:read")
@describes("Look up kinds of workers.", answers={200: dict[str, Any]})
def get_view(view: str) -> Response:
    """The view `aggregate-worker-metadata` has each kind of worker under its package."""
    offered = current_app.extensions[service.WORK_POOL_TYPES]
    return answer(service.get_view(view, offered, agents=current_caller().major is Major.TWO))
