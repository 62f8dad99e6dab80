"""Counts of several processes: each adds to its own, all tell the sum."""

import os
from collections.abc import Callable
from threading import Thread

import pytest

from headwater.tallies import Histogram, Tallies


def in_a_fork(work: Callable[[], None]) -> None:
    """Do it in a process that has ended when this returns."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_counts_of_all_processes_are_one_sum() -> None:
    tallies = Tallies(4)
    tally = tallies.allot(3)
    tallies.open()
    tally.add(0)
    tally.add(2, 5)

    in_a_fork(lambda: tally.add(2, 7))

    assert tally.read() == [1, 0, 12]


def test_a_process_that_ends_leaves_its_row_and_what_it_counted() -> None:
    tallies = Tallies(2)
    tally = tallies.allot(1)
    tallies.open()
    tally.add()

    for _ in range(5):
        in_a_fork(tally.add)

    assert tally.read() == [6]


def test_a_gauge_forgets_what_a_process_said_that_ended() -> None:
    tallies = Tallies(2)
    gauge, tally = tallies.allot(1, gauge=True), tallies.allot(1)
    tallies.open()
    tally.add()

    in_a_fork(lambda: gauge.add(0, 3))
    assert gauge.read() == [0]

    in_a_fork(lambda: (tally.add(), check(gauge.read() == [0])))


def check(truth: bool) -> None:
    assert truth


def test_who_finds_no_row_counts_for_nobody() -> None:
    tallies = Tallies(1)
    tally = tallies.allot(1)
    tallies.open()
    tally.add()

    in_a_fork(tally.add)

    assert tally.read() == [1]


def test_threads_lose_no_count() -> None:
    tallies = Tallies(1)
    tally = tallies.allot(1)
    tallies.open()

    def count() -> None:
        for _ in range(10_000):
            tally.add()

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tally.read() == [40_000]


def test_nothing_is_allotted_once_the_table_is_open() -> None:
    tallies = Tallies(1)
    tallies.allot(1)
    tallies.open()

    with pytest.raises(RuntimeError, match="before"):
        tallies.allot(1)


def test_a_histogram_counts_what_takes_as_long_as_a_bound_at_most() -> None:
    tallies = Tallies(1)
    histogram = Histogram(tallies, (0.1, 1.0))
    assert histogram.read() == ([0, 0, 0], 0.0)
    tallies.open()

    for seconds in (0.05, 0.1, 0.25, 7.0):
        histogram.note(seconds)

    assert histogram.read() == ([2, 3, 4], 7.4)
