"""Runs to measure, by the states that they go through, and the time that passes meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

FAILED = ((30, "PENDING"), (20, "RUNNING"), (10, "FAILED"))
DONE = ((30, "PENDING"), (20, "RUNNING"), (10, "COMPLETED"))


def wait(settle: Callable[..., Any], start: datetime, seconds: int, **by: Any) -> None:
    """Let the time pass as the loop does."""
    for second in range(0, seconds + 1, 30):
        settle(start + timedelta(seconds=second), **by)
