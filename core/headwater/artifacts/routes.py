"""The routes of artifacts."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.artifacts import queries, service
from headwater.artifacts.schemas import (
    Artifact,
    ArtifactCollection,
    ArtifactCreate,
    ArtifactsCounted,
    ArtifactsWanted,
    ArtifactUpdate,
    LatestCounted,
    LatestWanted,
    OldArtifactCreate,
    OldArtifactUpdate,
)
from headwater.db.session import reading, write
from headwater.web.caller import Major, current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("artifacts_api", __name__, url_prefix="/api/artifacts")


@blueprint.post("/")
@needs("artifacts:write")
@describes("Create an artifact.", body=ArtifactCreate, answers={201: Artifact})
def post_artifact() -> Response:
    new, workspace, now = _parse_new(), current_workspace(), clock.now()
    row = write(lambda session: service.create(session, workspace, new, now=now))
    return answer(row._asdict(), 201)


@blueprint.post("/filter")
@needs("artifacts:read")
@describes("List artifacts.", body=ArtifactsWanted, answers={200: list[Artifact]})
def post_artifact_filter() -> Response:
    wanted, workspace = parse_body(ArtifactsWanted), current_workspace()
    with reading() as session:
        condition = queries.artifacts_wanted(workspace, wanted, session.get_bind().dialect.name)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        rows = queries.list_artifacts(session, condition, *page)
    return answer([row._asdict() for row in rows])


@blueprint.post("/count")
@needs("artifacts:read")
@describes("Count artifacts.", body=ArtifactsCounted, answers={200: int})
def post_artifact_count() -> Response:
    wanted, workspace = parse_body(ArtifactsCounted), current_workspace()
    with reading() as session:
        condition = queries.artifacts_wanted(workspace, wanted, session.get_bind().dialect.name)
        return answer(queries.count_artifacts(session, condition))


@blueprint.post("/latest/filter")
@needs("artifacts:read")
@describes(
    "List the latest artifact of each key.",
    body=LatestWanted,
    answers={200: list[ArtifactCollection]},
)
def post_latest_filter() -> Response:
    wanted, workspace = parse_body(LatestWanted), current_workspace()
    with reading() as session:
        condition = queries.latest_wanted(workspace, wanted, session.get_bind().dialect.name)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        rows = queries.list_latest(session, condition, *page)
    return answer([row._asdict() for row in rows])


@blueprint.post("/latest/count")
@needs("artifacts:read")
@describes("Count the keys of artifacts.", body=LatestCounted, answers={200: int})
def post_latest_count() -> Response:
    wanted, workspace = parse_body(LatestCounted), current_workspace()
    with reading() as session:
        condition = queries.latest_wanted(workspace, wanted, session.get_bind().dialect.name)
        return answer(queries.count_latest(session, condition))


@blueprint.get("/<uuid:artifact_id>")
@needs("artifacts:read")
@describes("Read an artifact.", answers={200: Artifact})
def get_artifact(artifact_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_artifact(session, current_workspace(), artifact_id)
    return answer(row._asdict())


@blueprint.get("/<key>/latest")
@needs("artifacts:read")
@describes("Read the latest artifact of a key.", answers={200: Artifact})
def get_latest(key: str) -> Response:
    """The id is that of the key, as the clients' own server has it."""
    with reading() as session:
        row = queries.get_latest(session, current_workspace(), key)
    shown = row._asdict()
    del shown["latest_id"]
    return answer(shown)


@blueprint.patch("/<uuid:artifact_id>")
@needs("artifacts:write")
@describes("Change an artifact; what is absent stays.", body=ArtifactUpdate, answers={204: None})
def patch_artifact(artifact_id: UUID) -> Response:
    change, workspace, now = _parse_change(), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, artifact_id, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:artifact_id>")
@needs("artifacts:write")
@describes("Delete an artifact.", answers={204: None})
def delete_artifact(artifact_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, artifact_id, now=now))
    return no_content()


def _parse_new() -> ArtifactCreate:
    old = current_caller().major is Major.TWO
    return parse_body(OldArtifactCreate if old else ArtifactCreate)


def _parse_change() -> ArtifactUpdate:
    old = current_caller().major is Major.TWO
    return parse_body(OldArtifactUpdate if old else ArtifactUpdate)
