"""The ids that the server gives."""

import time
from uuid import RFC_4122

from headwater.ids import uuid7

APART = 1000  # nanoseconds


def test_ids_are_in_the_order_in_which_they_were_made() -> None:
    ids = []
    for _ in range(1000):
        begun = time.time_ns()
        while time.time_ns() < begun + APART:
            pass
        ids.append(uuid7())

    assert ids == sorted(ids)


def test_an_id_tells_the_millisecond_of_its_making() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()

    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
