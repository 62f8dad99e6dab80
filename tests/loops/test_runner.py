"""The runner with loops of the tests' own, beside another runner as a second machine has it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select, update

from headwater.app import create_app
from headwater.db.base import db
from headwater.db.session import disconnect, reading, signal_after_commit, write
from headwater.loops import leases
from headwater.loops.loop import Loop
from headwater.loops.models import Lease
from headwater.loops.runner import Runner
from headwater.settings import Settings
from headwater.testing.storage import make_app
from tests.waiting import wait_until

SECONDS = 30


class Ticks:
    """Counts ticks, and answers each as the test says."""

    def __init__(self, answer: Callable[[int], datetime | float | None] = lambda _: None) -> None:
        self.times: list[datetime] = []
        self._answer = answer
        self._changed = threading.Condition()

    def __call__(self, now: datetime) -> datetime | float | None:
        with self._changed:
            self.times.append(now)
            self._changed.notify_all()
        return self._answer(len(self.times))

    def wait_for(self, count: int, seconds: float = SECONDS) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.times) >= count, seconds)


@pytest.fixture
def url(migrated_database: Callable[[], str]) -> str:
    return migrated_database()


@pytest.fixture
def run(url: str) -> Iterator[Callable[..., Runner]]:
    """Start a runner as a process of its own would: with its own app and connections."""
    with ExitStack() as stack:

        def start(*loops: Loop, holder: str = "one") -> Runner:
            app = create_app(Settings.load(api_database_connection_url=url))
            runner = Runner(app, loops, holder)
            stack.callback(close, app)
            stack.callback(runner.stop)
            runner.start()
            return runner

        yield start


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    with make_app(url) as app:
        yield app


def close(app: Flask) -> None:
    with app.app_context():
        disconnect()


def holders() -> dict[str, str]:
    with reading() as session:
        return dict(session.execute(select(Lease.name, Lease.holder)).all())


def test_a_loop_ticks_at_once_and_when_it_said_that_it_is_due(run: Callable[..., Runner]) -> None:
    soon = Ticks(lambda count: 0.01 if count < 3 else None)
    at_a_time = Ticks(lambda count: datetime.now(UTC) if count < 3 else None)
    never = Ticks()

    run(
        Loop("soon", [], soon, exclusive=False),
        Loop("at-a-time", [], at_a_time),
        Loop("never", [], never),
    )

    assert soon.wait_for(3)
    assert at_a_time.wait_for(3)
    assert never.wait_for(1)
    assert not never.wait_for(2, 0.3)


@pytest.mark.usefixtures("app")
def test_news_of_every_commit_are_looked_at_together(run: Callable[..., Runner]) -> None:
    resting, eager = Ticks(), Ticks()
    run(
        Loop("resting", ["mail"], resting, rest=2, exclusive=False),
        Loop("eager", ["mail"], eager, exclusive=False),
    )
    assert eager.wait_for(1)
    assert resting.wait_for(1)

    while len(eager.times) < 8:
        write(lambda session: signal_after_commit(session, "mail"))

    assert resting.wait_for(2)  # the last of the news is looked at, too
    assert len(resting.times) < len(eager.times)
    pauses = [after - before for before, after in pairwise(resting.times)]
    assert min(pauses) >= timedelta(seconds=1.9)


def test_a_loop_that_rests_is_in_time_for_what_is_due(run: Callable[..., Runner]) -> None:
    ticks = Ticks(lambda count: 0.01 if count < 5 else None)

    run(Loop("resting", ["mail"], ticks, rest=SECONDS * 2, exclusive=False))

    assert ticks.wait_for(5)


@pytest.mark.usefixtures("app")
def test_news_wake_the_loops_that_asked_for_them(run: Callable[..., Runner]) -> None:
    woken, deaf = Ticks(), Ticks()
    run(
        Loop("woken", ["mail"], woken, exclusive=False),
        Loop("deaf", ["post"], deaf, exclusive=False),
    )
    assert deaf.wait_for(1)
    assert not woken.wait_for(3, 1)

    for _ in range(5):
        before = len(woken.times)
        write(lambda session: signal_after_commit(session, "mail"))
        assert woken.wait_for(before + 1, 5)

    assert len(deaf.times) <= 2  # at its start, and as there may have been news before


def test_a_tick_that_raises_is_tried_again_and_harms_no_other(
    run: Callable[..., Runner], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(count: int) -> None:
        if count == 1:
            raise ZeroDivisionError("broken")

    broken, whole = Ticks(fail), Ticks(lambda _: 0.01)

    run(Loop("broken", [], broken), Loop("whole", [], whole))

    assert whole.wait_for(20)
    assert broken.wait_for(2)
    assert "loop broken failed; again in 1 s" in caplog.text
    assert "ZeroDivisionError: broken" in caplog.text


@pytest.mark.usefixtures("app")
def test_an_exclusive_loop_runs_where_its_lease_is_until_that_is_given_back(
    run: Callable[..., Runner],
) -> None:
    first, second, everywhere = Ticks(lambda _: 0.05), Ticks(lambda _: 0.05), Ticks()
    one = run(Loop("alone", [], first), holder="one")
    assert first.wait_for(1)
    run(
        Loop("alone", [], second),
        Loop("everywhere", [], everywhere, exclusive=False),
        holder="two",
    )
    assert everywhere.wait_for(1)
    assert not second.wait_for(1, 1)
    assert holders() == {"alone": "one"}

    one.stop()

    assert second.wait_for(1, leases.RENEW - 1)  # it was told, and did not have to look
    assert holders() == {"alone": "two"}
    count = len(first.times)
    assert second.wait_for(len(second.times) + 3)
    assert len(first.times) == count


@pytest.mark.usefixtures("app")
def test_a_lease_that_ended_is_taken_and_its_old_holder_stops(run: Callable[..., Runner]) -> None:
    first, second = Ticks(lambda _: 0.05), Ticks(lambda _: 0.05)
    run(Loop("alone", [], first), holder="one")
    assert first.wait_for(1)
    past = datetime.now(UTC) - timedelta(seconds=1)
    write(lambda session: session.execute(update(Lease).values(expires=past, holder="dead")))

    run(Loop("alone", [], second), holder="two")

    assert second.wait_for(1)
    wait_until(lambda: not first.wait_for(len(first.times) + 1, 0.5))


@pytest.mark.usefixtures("app")
def test_the_same_holder_started_anew_need_not_wait(run: Callable[..., Runner]) -> None:
    later = datetime.now(UTC) + timedelta(seconds=leases.LENGTH)
    write(lambda session: session.add(Lease(name="alone", holder="one", expires=later)))
    ticks = Ticks()

    run(Loop("alone", [], ticks), holder="one")

    assert ticks.wait_for(1, 5)


def test_a_stop_waits_for_a_tick_and_then_gives_the_leases_back(
    url: str, run: Callable[..., Runner]
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def tick(_: datetime) -> None:
        begun.set()
        assert not ended.wait(0.5)
        ended.set()

    runner = run(Loop("slow", [], tick))
    assert begun.wait(SECONDS)

    runner.stop()

    assert ended.is_set()
    with make_app(url), reading() as session:
        assert session.scalar(select(Lease.expires)) < datetime.now(UTC) - timedelta(days=1)


def test_a_tick_that_does_not_end_keeps_its_lease(url: str, run: Callable[..., Runner]) -> None:
    begun, end = threading.Event(), threading.Event()

    def tick(_: datetime) -> None:
        begun.set()
        end.wait(SECONDS)

    runner = run(Loop("stuck", [], tick))
    assert begun.wait(SECONDS)
    runner.stop(grace=0.2)

    with make_app(url), reading() as session:
        assert session.scalar(select(Lease.expires)) > datetime.now(UTC)
    end.set()


@pytest.mark.usefixtures("app")
def test_loops_wait_for_a_database_that_is_away_and_go_on(
    run: Callable[..., Runner], caplog: pytest.LogCaptureFixture
) -> None:
    ticks = Ticks(lambda _: 0.05)
    run(Loop("alone", [], ticks))
    assert ticks.wait_for(1)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease RENAME TO lease_away")
    wait_until(lambda: "loop leases" in caplog.text)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease_away RENAME TO lease")

    assert ticks.wait_for(len(ticks.times) + 2)


def test_what_ticks_have_begun_may_end_at_the_stop(run: Callable[..., Runner]) -> None:
    ticks, left = Ticks(), []
    runner = run(Loop("begins", [], ticks, exclusive=False, finish=left.append))
    assert ticks.wait_for(1)
    assert left == []

    runner.stop(grace=5)

    assert 0 < left[0] <= 5
