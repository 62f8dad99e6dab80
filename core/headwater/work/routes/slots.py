"""The routes that show which runs hold slots of pools and queues."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy import Row

from headwater import clock
from headwater.db.session import reading
from headwater.errors import NotFoundError
from headwater.runs.queries import polls
from headwater.runs.schemas.polls import (
    PoolSlotsPage,
    WorkPoolConcurrencyStatus,
    WorkQueueConcurrencyStatus,
)
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.paging import NumberedPage
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body
from headwater.work.queries import pools, queues

blueprint = Blueprint("slots_api", __name__, url_prefix="/api")


@blueprint.post("/work_pools/<name>/concurrency_status")
@needs("work:read")
@describes(
    "Show the slots of a work pool and of its queues, with the runs that hold them.",
    body=PoolSlotsPage,
    answers={200: WorkPoolConcurrencyStatus},
    only=Major.THREE,
)
def post_pool_slots(name: str) -> Response:
    wanted, workspace, now = parse_body(PoolSlotsPage), current_workspace(), clock.now()
    with reading() as session:
        pool = pools.find_pool(session, workspace, name)
        if pool is None:
            raise NotFoundError(f"Work pool '{name}' not found.")
        all_queues = queues.list_queues_of_pool(session, workspace, pool.id)
        page = all_queues[wanted.offset : wanted.offset + wanted.page_limit]
        held = polls.count_holding_by_queue(session, [queue.id for queue in all_queues])
        ids = [queue.id for queue in page]
        holding = polls.list_holding(session, ids, wanted.flow_run_limit)
    shown = wanted.show([], len(all_queues))
    shown["queues"] = [_show_queue(queue, holding, held.get(queue.id, 0), now) for queue in page]
    del shown["results"]
    counts = {"active_slots": sum(held.values()), "concurrency_limit": pool.concurrency_limit}
    return answer(shown | counts)


@blueprint.post("/work_queues/<uuid:queue_id>/concurrency_status")
@needs("work:read")
@describes(
    "Show the slots of a work queue, with the runs that hold them.",
    body=NumberedPage,
    answers={200: WorkQueueConcurrencyStatus},
    only=Major.THREE,
)
def post_queue_slots(queue_id: UUID) -> Response:
    wanted, now = parse_body(NumberedPage), clock.now()
    with reading() as session:
        queue = queues.find_queue(session, current_workspace(), queue_id)
        if queue is None:
            raise NotFoundError("Work queue not found.")
        held = polls.count_holding_by_queue(session, [queue_id]).get(queue_id, 0)
        rows = polls.list_holding(session, [queue_id], wanted.page_limit, wanted.offset)
    shown = wanted.show([], held)
    shown["flow_runs"] = [_show_run(row, now) for row in rows]
    del shown["results"]
    return answer(shown | {"active_slots": held, "concurrency_limit": queue.concurrency_limit})


def _show_queue(
    queue: Row[Any], holding: Sequence[Row[Any]], held: int, now: datetime
) -> dict[str, Any]:
    return {
        "queue_id": queue.id,
        "queue_name": queue.name,
        "active_slots": held,
        "concurrency_limit": queue.concurrency_limit,
        "flow_runs": [_show_run(run, now) for run in holding if run.work_queue_id == queue.id],
        "flow_run_count": held,
    }


def _show_run(run: Row[Any], now: datetime) -> dict[str, Any]:
    names = ("id", "name", "state_type", "state_name", "start_time", "state_timestamp")
    shown = {name: run._mapping[name] for name in names}
    return shown | {"time_in_current_state": (now - run.state_timestamp).total_seconds()}
