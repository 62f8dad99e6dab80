"""The sockets of task workers, and of workers."""

from headwater.web.sockets.routes import SocketRoute
from headwater.work.sockets.channel import Reason, open_channel
from headwater.work.sockets.task_workers import open_task_worker

SOCKETS = [
    SocketRoute("/api/task_runs/subscriptions/scheduled", "runs:write", open_task_worker),
    SocketRoute(
        "/api/work_pools/<work_pool_name>/workers/connect",
        "work:poll",
        open_channel,
        refusal=Reason.AUTHENTICATION.value,
        shakes_hands=True,
    ),
]

__all__ = ["SOCKETS"]
