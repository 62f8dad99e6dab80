"""Waits for what comes about by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
LONGEST = 60.0  # seconds, on a machine that has much else to do


def wait_until(
    condition: Callable[[], Found], seconds: float = LONGEST, every: float = 0.02
) -> Found:
    """Return what *condition* gives as soon as that is true; *every* so many seconds one looks."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(every)
    return found
