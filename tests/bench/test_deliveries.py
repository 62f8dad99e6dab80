"""The bench of notifications on real processes, with counts that say nothing about speed."""

from pathlib import Path
from uuid import uuid4

from contrib.bench.databases import Databases
from contrib.bench.deliveries import queue, take_rate, take_times
from contrib.bench.sink import running_sink


def test_each_sample_is_told_after_its_state_was_asked_for(
    databases: Databases, tmp_path: Path, port: int
) -> None:
    times = take_times(databases, tmp_path, port, 3)

    assert len(times) == 3
    assert min(times) > 0


def test_what_was_queued_and_its_copies_are_told(databases: Databases, tmp_path: Path) -> None:
    place = databases.make(f"rate-{uuid4().hex}")
    with running_sink() as sink:
        queue(place, tmp_path, sink, 40, first=20)

        assert take_rate(place, tmp_path, sink, 40) > 0
        assert len(sink.times()) == 40
