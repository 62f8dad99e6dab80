"""The routes of task runs."""

from random import random
from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import task_runs as queries
from headwater.runs.queries.lists import task_runs_wanted
from headwater.runs.routes.orchestration import answer_decision
from headwater.runs.schemas.answers import OrchestrationResult, TaskRun
from headwater.runs.schemas.flow_runs import SetState
from headwater.runs.schemas.lists import RunsWanted, TaskRunPage
from headwater.runs.schemas.shown import show_task_run, show_task_runs
from headwater.runs.schemas.task_runs import TaskRunCreate, TaskRunUpdate
from headwater.runs.service import task_runs as service
from headwater.web.caller import current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("task_runs_api", __name__, url_prefix="/api/task_runs")


@blueprint.post("/")
@needs("runs:write")
@describes(
    "Create a task run, or return the one of the same keys.",
    body=TaskRunCreate,
    answers={200: TaskRun, 201: TaskRun},
)
def post_task_run() -> Response:
    new, workspace, now = parse_body(TaskRunCreate), current_workspace(), clock.now()
    client = current_caller().release
    run, created = write(
        lambda session: service.create_task_run(session, workspace, new, client=client, now=now)
    )
    return answer(show_task_run(run, now), 201 if created else 200)


@blueprint.get("/<uuid:run_id>")
@needs("runs:read")
@describes("Read a task run.", answers={200: TaskRun})
def get_task_run(run_id: UUID) -> Response:
    with reading() as session:
        run = queries.get_task_run(session, current_workspace(), run_id)
    return answer(show_task_run(run._asdict(), clock.now()))


@blueprint.patch("/<uuid:run_id>")
@needs("runs:write")
@describes("Rename a task run.", body=TaskRunUpdate, answers={204: None})
def patch_task_run(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(TaskRunUpdate), current_workspace(), clock.now()
    write(lambda session: service.update_task_run(session, workspace, run_id, wanted, now=now))
    return no_content()


@blueprint.post("/<uuid:run_id>/set_state")
@needs("runs:write")
@describes(
    "Propose a state for a task run.",
    body=SetState,
    answers={200: OrchestrationResult, 201: OrchestrationResult},
)
def post_task_run_state(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(SetState), current_workspace(), clock.now()
    chance = random()  # noqa: S311  # spreads retries, hides nothing
    client = current_caller().release
    decision, state = write(
        lambda session: service.set_task_run_state(
            session,
            workspace,
            run_id,
            wanted.state,
            chance=chance,
            force=wanted.force,
            client=client,
            now=now,
        )
    )
    return answer_decision(decision, state)


@blueprint.post("/filter")
@needs("runs:read")
@describes("List task runs.", body=TaskRunPage, answers={200: list[TaskRun]})
def post_task_run_filter() -> Response:
    wanted, now = parse_body(TaskRunPage), clock.now()
    with reading() as session:
        condition = task_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        runs = queries.read_task_runs(session, condition, *page)
    return answer(show_task_runs(runs, now))


@blueprint.post("/count")
@needs("runs:read")
@describes("Count task runs.", body=RunsWanted, answers={200: int})
def post_task_run_count() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        condition = task_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        return answer(queries.count_task_runs(session, condition))
