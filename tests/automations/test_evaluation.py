"""How the event log is evaluated: each event once, in its order, whoever does it; what it costs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.loop.triggers import WRITTEN_EVERY, Triggers
from headwater.automations.models import (
    AutomationReader,
    AutomationWaiting,
)
from headwater.db.base import db
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.events import log
from headwater.events.models import Event
from headwater.events.queries.unread import find_oldest_writer
from headwater.events.schemas import Event as NewEvent
from tests.automations.making import NOTHING, PROACTIVE, REACTIVE

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]
SECOND = timedelta(seconds=1)


def count_waiting() -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(AutomationWaiting)).one()


def test_the_log_is_read_from_its_end_at_the_first_time(
    client: FlaskClient, make: Make, tell: Make, firings: Read, settle: Settle
) -> None:
    write(lambda session: session.execute(delete(AutomationReader)))
    make(REACTIVE)
    tell("a")

    settle(by=Triggers())

    assert firings() == []
    tell("a")
    settle(by=Triggers())
    assert len(firings()) == 1


def test_what_was_counted_outlives_who_counted(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a")
    settle()
    tell("a")

    settle(by=Triggers())

    assert len(firings()) == 1


def test_of_two_who_read_the_same_events_one_alone_writes(
    make: Make, tell: Make, settle: Settle, triggers: Triggers, firings: Read
) -> None:
    make(REACTIVE)
    other = Triggers()
    settle()
    settle(by=other)
    tell("a")
    now = clock.now()
    found = triggers._evaluate(now)

    settle(by=other)

    with reading() as session:
        turn = session.execute(select(AutomationReader.turn)).scalar_one()
    assert not triggers._keep(found, turn - 1, now)
    settle()
    assert len(firings()) == 1


def test_an_event_waits_for_the_one_that_it_follows(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE | {"after": ["a"], "expect": ["b"], "within": 60})
    leader = str(uuid4())
    occurred = clock.now().isoformat()
    tell("b", follows=leader)
    settle()
    assert (firings(), count_waiting()) == ([], 1)

    tell("a", id=leader, occurred=occurred)
    settle()

    assert (len(firings()), count_waiting()) == (1, 0)


def test_an_event_waits_for_a_quarter_of_an_hour(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    tell("a", follows=str(uuid4()))

    due = settle()

    assert due is not None
    assert due > clock.now() + timedelta(minutes=14)
    assert firings() == []
    settle(due)
    assert (len(firings()), count_waiting()) == (1, 0)


def test_an_event_does_not_wait_for_one_that_came_before(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    (leader,) = tell("x")
    settle()
    tell("a", follows=leader["id"])

    settle()

    assert len(firings()) == 1


def test_what_is_committed_behind_a_later_position_is_not_skipped(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # positions are given in the order of the commits
    make(REACTIVE)
    settle()
    resource = {"prefect.resource.id": "r"}
    new = NewEvent(id=uuid4(), occurred=clock.now(), event="a", resource=resource)
    with Session(db.engine) as late:
        log.append(late, DEFAULT_WORKSPACE, [new], now=clock.now())
        tell("x")
        settle()
        with reading() as session:
            oldest = find_oldest_writer(session)
        late.commit()
    assert firings() == []

    settle()

    assert len(firings()) == 1
    assert oldest > timedelta(0)
    with reading() as session:
        assert find_oldest_writer(session) == timedelta(0)


def test_a_position_that_nobody_writes_any_more_is_given_up(
    make: Make, tell: Make, settle: Settle
) -> None:
    make(REACTIVE)
    (known,) = tell("x")
    tell("x", id=known["id"])  # which takes a position for nothing, where they are given before
    tell("y")
    settle()

    settle(clock.now() + timedelta(minutes=2))
    tell("a")
    settle(clock.now() + timedelta(minutes=2))

    with reading() as session:
        missing = session.execute(select(AutomationReader.missing)).scalar_one()
    assert parse(missing) == []


def test_a_log_that_was_emptied_is_read_from_its_beginning(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    tell("x", "x", "x")
    settle()
    write(lambda session: session.execute(delete(Event)))
    settle()

    tell("a")
    settle()

    assert len(firings()) == 1


def test_what_concerns_nobody_is_read_without_a_write(
    make: Make, tell: Make, settle: Settle, statements: list[str]
) -> None:
    make(REACTIVE)
    settle()
    tell(*["x"] * 100)
    statements.clear()

    settle()

    assert [one for one in statements if not one.lstrip().startswith("SELECT")] == []
    assert len(statements) <= 9


def test_a_batch_costs_the_same_however_many_automations_there_are(
    make: Make, tell: Make, settle: Settle, firings: Read, statements: list[str]
) -> None:
    for number in range(20):
        make(REACTIVE | {"threshold": 2, "within": 60}, name=f"watch {number}", actions=[NOTHING])
    settle()
    tell(*["a"] * 50)
    statements.clear()

    settle()

    assert len(firings()) == 20
    assert len(statements) <= 35


def test_nothing_is_written_while_nothing_happens(
    make: Make, settle: Settle, statements: list[str]
) -> None:
    make(PROACTIVE)
    for hours in (1, 2):
        settle(clock.now() + timedelta(hours=hours))
    statements.clear()

    settle(clock.now() + timedelta(hours=3))

    assert [one for one in statements if not one.lstrip().startswith("SELECT")] == []


def test_how_far_the_log_was_read_is_written_down_though_nothing_more_comes(
    make: Make, tell: Make, settle: Settle
) -> None:
    make(REACTIVE | {"expect": ["other"]})
    settle()
    tell("a")
    now = clock.now()
    settle(now)

    settle(now + WRITTEN_EVERY)

    with reading() as session:
        last = session.execute(select(func.max(Event.position))).scalar_one()
        assert session.execute(select(AutomationReader.position)).scalar_one() == last
