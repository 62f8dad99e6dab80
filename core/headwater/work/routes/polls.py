"""The routes by which workers and agents ask for runs."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import polls, slots
from headwater.runs.schemas.answers import FlowRunResponse
from headwater.runs.schemas.polls import (
    PoolPoll,
    QueuePoll,
    WorkerFlowRunResponse,
    WorkQueueHealthPolicy,
    WorkQueueStatusDetail,
)
from headwater.runs.schemas.shown import show_core_run, show_flow_run
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body
from headwater.work.rules.statuses import POLLED_WITHIN, was_polled
from headwater.work.service import polls as service

blueprint = Blueprint("polls_api", __name__, url_prefix="/api")
HEALTHY = WorkQueueHealthPolicy(
    maximum_late_runs=0, maximum_seconds_since_last_polled=int(POLLED_WITHIN.total_seconds())
)


@blueprint.post("/work_pools/<name>/get_scheduled_flow_runs")
@needs("work:poll")
@describes(
    "Ask a work pool for runs to start, in the order of its queues' priorities and of their times.",
    body=PoolPoll,
    answers={200: list[WorkerFlowRunResponse]},
)
def post_pool_poll(name: str) -> Response:
    poll, workspace, now = parse_body(PoolPoll), current_workspace(), clock.now()
    with reading() as session:
        found = service.list_due(session, workspace, name, poll, now=now)
    _note(workspace, found.to_note)
    return answer(
        [
            {
                "work_pool_id": found.pool_id,
                "work_queue_id": row.work_queue_id,
                "flow_run": show_core_run(row._asdict(), now),
            }
            for row in found.runs
        ]
    )


@blueprint.post("/work_queues/<uuid:queue_id>/get_runs")
@needs("work:poll")
@describes(
    "Ask a work queue for runs to start, as agents do.",
    body=QueuePoll,
    answers={200: list[FlowRunResponse]},
)
def post_queue_poll(queue_id: UUID) -> Response:
    poll, workspace, now = parse_body(QueuePoll), current_workspace(), clock.now()
    with reading() as session:
        found = service.list_due_of_queue(session, workspace, queue_id, poll, now=now)
    if request.headers.get("X-Prefect-UI", "").lower() != "true":  # a page that only looks
        _note(workspace, found.to_note)
    return answer([show_flow_run(row._asdict(), now) for row in found.runs])


def _note(workspace: UUID, queue_ids: Sequence[UUID]) -> None:
    if queue_ids:
        noters, now = current_app.extensions.get(service.NOTERS, ()), clock.now()
        write(lambda session: service.note(session, workspace, queue_ids, noters, now=now))


@blueprint.get("/work_queues/<uuid:queue_id>/status")
@needs("work:read")
@describes("Say whether a work queue's runs are started.", answers={200: WorkQueueStatusDetail})
def get_queue_status(queue_id: UUID) -> Response:
    now = clock.now()
    with reading() as session:
        queue = slots.get_shown_queue(session, current_workspace(), queue_id)
        late = polls.count_late(session, polls.waits_in(queue))
    return answer(
        {
            "healthy": late == 0 and was_polled(queue.last_polled, now),
            "late_runs_count": late,
            "last_polled": queue.last_polled,
            "health_check_policy": HEALTHY,
        }
    )
