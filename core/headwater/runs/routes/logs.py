"""The routes of log lines."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import logs as queries
from headwater.runs.schemas.answers import Log
from headwater.runs.schemas.lists import LogPage
from headwater.runs.schemas.logs import LogBatch, LogCreate
from headwater.runs.service import logs as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body, parse_list

blueprint = Blueprint("logs_api", __name__, url_prefix="/api/logs")


@blueprint.post("/")
@needs("runs:write")
@describes("Append lines to the log.", body=list[LogCreate], answers={201: type(None)})
def post_logs() -> Response:
    lines, workspace, now = parse_list(LogBatch), current_workspace(), clock.now()
    write(lambda session: service.add_logs(session, workspace, lines, now=now))
    return answer(None, 201)


@blueprint.post("/filter")
@needs("runs:read")
@describes("List lines of the log.", body=LogPage, answers={200: list[Log]})
def post_log_filter() -> Response:
    wanted = parse_body(LogPage)
    with reading() as session:
        condition = queries.logs_wanted(current_workspace(), wanted.logs)
        rows = queries.list_logs(session, condition, wanted.sort, wanted.page_limit, wanted.offset)
    return answer([dict(row._asdict()) for row in rows])
