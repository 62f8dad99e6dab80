"""What pools, queues and workers are said to be."""

from enum import StrEnum


class WorkPoolStatus(StrEnum):
    """A pool is ready while one of its workers is online."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"


class WorkQueueStatus(StrEnum):
    """A queue is ready while somebody asks for its runs."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"


class WorkerStatus(StrEnum):
    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
