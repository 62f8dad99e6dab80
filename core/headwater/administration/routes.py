"""The routes by which a server is looked after."""

from flask import Blueprint, Response

from headwater.administration import queries, service
from headwater.administration.schemas import (
    ServerDefaultResultStorage,
    ServerDefaultResultStorageUpdate,
)
from headwater.db.session import reading, write
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
