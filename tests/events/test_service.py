"""Taking in events: each once, and one that cannot be read costs no other."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db import json
from headwater.events import models, service
from headwater.events.schemas import Event

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
New = Callable[..., dict[str, Any]]


class Recorder:
    """A reader that remembers; it fails on each event named "poison"."""

    def __init__(self) -> None:
        self.read = list[str]()

    def __call__(
        self, session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime
    ) -> None:
        for event in events:
            if event.event == "poison":
                raise ValueError("a bug in the reader")
        self.read.extend(event.event for event in events)


@pytest.fixture
def make(new_event: New) -> Callable[..., Event]:
    return lambda **changes: Event.model_validate(new_event(**changes))


Make = Callable[..., Event]


def receive(session: Session, events: Sequence[Event], *readers: service.Reader) -> list[Event]:
    return service.receive(session, DEFAULT_WORKSPACE, events, readers, now=NOW)


def stored(session: Session) -> list[str]:
    return list(session.scalars(select(models.Event.event).order_by(models.Event.position)))


def test_an_event_is_kept_as_it_came(session: Session, make: Make) -> None:
    event = make(
        related=[{"prefect.resource.id": "a", "prefect.resource.role": "flow"}],
        payload={"big": 2**70, "text": "ü"},
        follows="0197a3a0-0000-7000-8000-000000000000",
        occurred="2026-11-25 04:51:24+02:00",
    )
    receive(session, [event])
    row = session.execute(select(models.Event.__table__)).one()
    assert row.id == event.id
    assert row.workspace_id == DEFAULT_WORKSPACE
    assert row.occurred == datetime(2026, 11, 25, 2, 51, 24, tzinfo=UTC)
    assert row.received == NOW
    assert row.resource_id == "prefect.flow-run.1"
    assert json.parse(row.resource) == event.resource
    assert json.parse(row.related) == event.related
    assert json.parse(row.payload) == {"big": 2**70, "text": "ü"}
    assert row.follows == event.follows


def test_events_keep_their_order(session: Session, make: Make) -> None:
    receive(session, [make(event=str(number)) for number in range(600)])
    assert stored(session) == [str(number) for number in range(600)]


def test_an_event_that_comes_again_is_kept_and_read_once(session: Session, make: Make) -> None:
    one, two, three = make(event="1"), make(event="2"), make(event="3")
    recorder = Recorder()
    receive(session, [one, two], recorder)
    receive(session, [three, two, one], recorder)
    assert stored(session) == recorder.read == ["1", "2", "3"]


def test_of_one_id_in_a_batch_the_first_is_taken(session: Session, make: Make) -> None:
    first = make(event="first")
    recorder = Recorder()
    receive(session, [first, make(event="second", id=str(first.id)), make(event="x")], recorder)
    assert stored(session) == recorder.read == ["first", "x"]


def test_each_reader_reads(session: Session, make: Make) -> None:
    one, two = Recorder(), Recorder()
    assert receive(session, [make(event="1")], one, two) == []
    assert one.read == two.read == ["1"]


def test_no_events_are_no_work(session: Session) -> None:
    recorder = Recorder()
    assert receive(session, [], recorder) == []


@pytest.mark.parametrize("places", [[0], [499], [3, 4, 250]])
def test_an_event_that_a_reader_fails_on_alone_is_left_out(
    session: Session, make: Make, places: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    events = [make(event="poison" if number in places else str(number)) for number in range(500)]
    recorder = Recorder()
    left_out = receive(session, events, recorder)
    assert left_out == [events[place] for place in places]
    kept = [event.event for event in events if event.event != "poison"]
    assert stored(session) == recorder.read == kept
    for event in left_out:
        assert f"event {event.id} is left out" in caplog.text


def test_an_event_that_was_left_out_may_come_again(session: Session, make: Make) -> None:
    event = make(event="poison")
    assert receive(session, [event], Recorder()) == [event]
    assert receive(session, [event]) == []
    assert stored(session) == ["poison"]


def test_what_a_failing_reader_wrote_is_undone(session: Session, make: Make) -> None:
    other = make(event="written by the reader")

    def write_and_fail(
        session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime
    ) -> None:
        service.receive(session, workspace, [other], [], now=now)
        raise ValueError("a bug")

    receive(session, [make()], write_and_fail)
    assert stored(session) == []


def test_a_database_that_is_away_is_not_the_events_fault(session: Session, make: Make) -> None:
    def lose_connection(
        session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime
    ) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection lost"))

    with pytest.raises(OperationalError):
        receive(session, [make(), make()], lose_connection)


def test_a_batch_takes_one_statement(session: Session, make: Make) -> None:
    statements = list[str]()
    connection = session.connection()
    events = [make() for _ in range(500)]

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    listen(connection, "before_cursor_execute", count)
    receive(session, events)
    remove(connection, "before_cursor_execute", count)
    assert [words for words in statements if "SAVEPOINT" not in words] == [statements[1]]
