"""The route that gives all log lines of a run as one file."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, stream_with_context

from headwater.db.session import reading
from headwater.runs.queries.downloads import Place, list_lines_by_time
from headwater.runs.queries.flow_runs import get_flow_run
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs

blueprint = Blueprint("downloads_api", __name__, url_prefix="/api/flow_runs")
PIECE = 1000  # lines that are read at once
COLUMNS = ("timestamp", "level", "flow_run_id", "task_run_id", "message")


@blueprint.get("/<uuid:run_id>/logs/download")
@needs("runs:read")
@describes(
    "Download all log lines of a flow run.",
    answers={200: str},
    only=Major.THREE,
    media="text/csv",
)
def get_logs_download(run_id: UUID) -> Response:
    workspace = current_workspace()
    with reading() as session:
        run = get_flow_run(session, workspace, run_id)
    # The plain name is the same for all, since it takes only ASCII; browsers use the other.
    name = quote(f"{run.name}-logs.csv", safe="")
    response = Response(
        stream_with_context(_write_pieces(workspace, run_id)),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"flow-run-logs.csv\"; filename*=UTF-8''{name}"
    )
    return response


def _write_pieces(workspace: UUID, run_id: UUID) -> Iterator[str]:
    yield _write([COLUMNS])
    after: Place | None = None
    while True:
        # A connection for each piece: who reads slowly holds none meanwhile.
        with reading() as session:
            rows = list_lines_by_time(session, workspace, run_id, after, PIECE)
        if rows:
            yield _write([[getattr(row, name) for name in COLUMNS] for row in rows])
            after = rows[-1].timestamp, rows[-1].position
        if len(rows) < PIECE:
            return


def _write(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
