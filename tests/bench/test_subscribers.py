"""The bench of sockets on real servers, with counts that say nothing about speed."""

from pathlib import Path

import pytest

from contrib.bench.databases import Databases
from contrib.bench.listening import Heard
from contrib.bench.subscribers import Found, Wanted, measure, tell

FEW = Wanted(subscribers=3, idle=2, rate=5, seconds=1)
HEARD = Heard(5, [5, 5, 5], [0.1] * 15)


def test_all_who_follow_are_told_of_all_that_is_sent(
    databases: Databases, tmp_path: Path, port: int
) -> None:
    found = measure(databases, tmp_path, port, FEW)

    assert (found.heard.sent, found.heard.counts) == (5, [5, 5, 5])
    assert len(found.heard.late) == 15
    assert min(found.heard.late) > 0
    assert min(found.alone, found.waiting, found.telling) > 0


def test_within_the_bars_nothing_is_wrong() -> None:
    assert tell("SQLite", FEW, Found(10.0, 10.0, 19.9, 20.0, 9.0, HEARD)) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (Found(10.0, 10.0, 20.0, 9.0, 9.0, HEARD), "SQLite: requests are 2.0 times slower"),
        (Found(10.0, 10.0, 11.0, 20.1, 9.0, HEARD), "SQLite: a socket takes 20.1 kB"),
        (
            Found(10.0, 10.0, 11.0, 9.0, 9.0, Heard(5, [5, 4, 5], [0.1] * 14)),
            "SQLite: 1 subscribers were not told of all",
        ),
        (
            Found(10.0, 10.0, 11.0, 9.0, 9.0, Heard(5, [0, 0, 0], [])),
            "SQLite: 3 subscribers were not told of all",
        ),
    ],
)
def test_each_bar_that_is_missed_is_named(found: Found, fault: str) -> None:
    assert tell("SQLite", FEW, found) == [fault]
