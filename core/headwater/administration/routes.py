"""The routes by which a server is looked after."""

from flask import Blueprint, Response

from headwater import clock
from headwater.administration import queries, service
from headwater.administration.schemas import (
    DatabaseChange,
    ServerDefaultResultStorage,
    ServerDefaultResultStorageUpdate,
)
from headwater.blocks.rules.definitions import Definition
from headwater.blocks.service import types
from headwater.blocks.service.builtins import BUILT_IN
from headwater.db.session import reading, write
from headwater.errors import BadRequestError
from headwater.notifications.routes.channels import current_kinds
from headwater.settings import Settings
from headwater.web.caller import Major
from headwater.web.context import current_settings, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("administration_api", __name__, url_prefix="/api/admin")


@blueprint.get("/settings")
@needs("server:admin")
@describes("Read the settings in force.", answers={200: dict[str, str]})
def get_settings() -> Response:
    """Each by its name, as one would write it; secrets are not shown."""
    settings = current_settings()
    return answer({field: settings.shown(field) for field in Settings.model_fields})


@blueprint.get("/storage")
@needs("server:read")
@describes(
    "Read where results go by default.",
    answers={200: ServerDefaultResultStorage},
    only=Major.THREE,
)
def get_storage() -> Response:
    """None, if there is no such block: then results stay with the client."""
    with reading() as session:
        found = service.find_default_storage(session, current_workspace())
    return answer(ServerDefaultResultStorage(default_result_storage_block_id=found))


@blueprint.put("/storage")
@needs("server:admin")
@describes(
    "Say where results go by default.",
    body=ServerDefaultResultStorageUpdate,
    answers={200: ServerDefaultResultStorage},
    only=Major.THREE,
)
def put_storage() -> Response:
    wanted = parse_body(ServerDefaultResultStorageUpdate).default_result_storage_block_id
    workspace = current_workspace()
    write(lambda session: service.set_default_storage(session, workspace, wanted))
    return answer(ServerDefaultResultStorage(default_result_storage_block_id=wanted))


@blueprint.delete("/storage")
@needs("server:admin")
@describes("Let results stay with the client.", answers={204: None}, only=Major.THREE)
def delete_storage() -> Response:
    workspace = current_workspace()
    write(lambda session: queries.forget_default_storage(session, workspace))
    return no_content()


@blueprint.post("/database/clear", endpoint="post_clear")
@blueprint.post("/database/drop", endpoint="post_drop")
@needs("server:admin")
@describes(
    "Delete all that is in the workspace.",
    body=DatabaseChange,
    answers={204: None},
    only=Major.TWO,
)
def post_clear() -> Response:
    """What a new server has is there again at once; tables stay, for the server works on."""
    _require_confirmation()
    workspace, definitions, now = current_workspace(), built_in_types(), clock.now()
    write(lambda session: service.clear(session, workspace, definitions, now=now))
    return no_content()


@blueprint.post("/database/create")
@needs("server:admin")
@describes("Make what a new server has.", body=DatabaseChange, answers={204: None}, only=Major.TWO)
def post_create() -> Response:
    """The tables are there while a server runs. What clients made stays."""
    _require_confirmation()
    workspace, definitions, now = current_workspace(), built_in_types(), clock.now()
    write(lambda session: types.install(session, workspace, definitions, now=now))
    return no_content()


def _require_confirmation() -> None:
    if not parse_body(DatabaseChange).confirm:
        raise BadRequestError('Nothing was done: this wants {"confirm": true}.')


def built_in_types() -> list[Definition]:
    """Return the block types that are there from the start: the core's, and those of channels."""
    return [*BUILT_IN, *current_kinds().definitions()]
