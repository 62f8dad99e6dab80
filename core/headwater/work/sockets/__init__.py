"""The sockets of task workers."""

from headwater.web.sockets.routes import SocketRoute
from headwater.work.sockets.task_workers import open_task_worker

SOCKETS = [SocketRoute("/api/task_runs/subscriptions/scheduled", "runs:write", open_task_worker)]

__all__ = ["SOCKETS"]
