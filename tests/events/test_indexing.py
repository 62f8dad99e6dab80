"""When the log is indexed: what is settled, and nothing before that; and when that goes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.events.loop import indexing, retention
from headwater.events.loop.indexing import EVERY, SOON, Indexer
from headwater.events.models import Event, EventBlock, EventResource
from headwater.events.queries import reading as module
from headwater.events.rules.blocks import BLOCK
from headwater.events.schemas.filters import EventFilter, EventOrder
from headwater.ids import uuid7
from tests.events.test_scans import count_steps

NOW = clock.now()
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def add(client: FlaskClient) -> Callable[..., None]:
    def add(*places: int, own: str = "a", **more: Any) -> None:
        rows = [
            {
                "position": place,
                "workspace_id": DEFAULT_WORKSPACE,
                "id": uuid7(),
                "occurred": NOW,
                "received": NOW,
                "event": "x",
                "resource_id": own,
                "resource": {"prefect.resource.id": own},
                "related": [{"prefect.resource.id": f"of.{own}", "prefect.resource.role": "r"}],
                "payload": {},
                "follows": None,
                **more,
            }
            for place in places
        ]
        write(lambda session: session.execute(insert(Event.__table__), rows))

    return add


def indexed() -> list[int]:
    """Return the numbers of the blocks; what is kept is of those."""
    with reading() as session:
        numbers = session.scalars(select(EventBlock.number).order_by(EventBlock.number)).all()
        of = session.scalars(select(EventResource.block).distinct()).all()
    assert sorted(of) == list(numbers)
    return list(numbers)


def test_a_block_is_indexed_when_nothing_has_come_below_its_end_for_a_while(
    add: Callable[..., None],
) -> None:
    indexer = Indexer()
    add(1, BLOCK - 2)
    for seconds in (0, 30, 60):
        assert indexer.tick(NOW + timedelta(seconds=seconds)) > NOW + timedelta(seconds=seconds)
    assert indexed() == []

    add(BLOCK - 1)
    assert indexer.tick(NOW + 3 * EVERY) == NOW + 4 * EVERY
    assert indexed() == []

    assert indexer.tick(NOW + 4 * EVERY) == NOW + 4 * EVERY + SOON
    assert indexed() == [0]


def test_blocks_are_indexed_one_by_one_and_empty_ones_left_out(add: Callable[..., None]) -> None:
    indexer = Indexer()
    add(1, 7 * BLOCK, 8 * BLOCK, 9 * BLOCK)
    indexer.tick(NOW)

    moment = NOW + EVERY
    while (soon := indexer.tick(moment)) == moment + SOON:
        moment = soon

    assert soon == moment + EVERY
    assert indexed() == [0, 7, 8]


# The second began to write after the tick was told the time, and maybe before it looked.
@pytest.mark.parametrize("oldest", [2 * EVERY, EVERY - SECOND])
def test_a_position_is_waited_for_while_who_may_have_it_still_writes(
    add: Callable[..., None], monkeypatch: pytest.MonkeyPatch, oldest: timedelta
) -> None:
    indexer = Indexer()
    add(1, 2 * BLOCK)
    indexer.tick(NOW)

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "find_oldest_writer", lambda session: oldest)
        indexer.tick(NOW + EVERY)
        assert indexed() == []

    add(2)
    indexer.tick(NOW + 2 * EVERY)
    assert indexed() == [0]
    with reading() as session:
        about = session.scalars(
            select(EventResource.about).where(EventResource.resource_id == "a")
        ).one()
    assert parse(about) == [1, 2]


def test_where_nothing_is_to_be_indexed_nothing_is_written(
    add: Callable[..., None], statements: list[str]
) -> None:
    indexer = Indexer()
    add(1)
    statements.clear()

    for number in range(3):
        indexer.tick(NOW + number * EVERY)

    assert [one for one in statements if not one.startswith("SELECT")] == []


def index_all() -> None:
    indexer = Indexer()
    indexer.tick(NOW)
    moment = NOW + EVERY
    while indexer.tick(moment) == moment + SOON:
        pass


def test_what_is_of_no_event_any_more_goes_with_the_events(add: Callable[..., None]) -> None:
    add(1, occurred=NOW - 9 * DAY)
    add(BLOCK, 3 * BLOCK)
    index_all()
    assert indexed() == [0, 1]

    assert retention.tick(NOW, 7 * DAY, 7 * DAY) == NOW + retention.EVERY
    assert retention.tick(NOW, 7 * DAY, 7 * DAY) == NOW + retention.SOON

    assert indexed() == [1]
    assert retention.tick(NOW, 7 * DAY, 7 * DAY) == NOW + retention.EVERY


@pytest.mark.parametrize(
    "wanted",
    [
        {"related": {"id": ["of.rare"]}},
        {"any_resource": {"id": ["rare"]}},
        {"any_resource": {"id_prefix": ["of.rar"]}},
        {"resource": {"id": ["rare"]}},
        {"resource": {"id_prefix": ["rar"]}},
        {"related": {"id": ["of.rare"]}, "event": {"name": ["x"]}, "order": "ASC"},
        {"related": {"id": ["of.rare"], "role": ["r"]}},
    ],
)
def test_of_the_events_that_are_indexed_those_are_looked_at_that_are_meant(
    add: Callable[..., None], wanted: Any
) -> None:
    add(*range(1, 2 * BLOCK), occurred=NOW - DAY)
    add(2 * BLOCK, own="rare")
    add(*range(2 * BLOCK + 1, 2 * BLOCK + 100))
    add(3 * BLOCK)
    resolved = EventFilter.model_validate(wanted).at(NOW)
    found = list[Any]()

    def cost() -> int:
        found.clear()
        steps = count_steps(
            lambda session: found.extend(
                module.scan_events(session, DEFAULT_WORKSPACE, resolved, ["id"])
            )
        )
        assert [row.position for row in found] == [2 * BLOCK]
        return sum(steps)

    index_all()
    assert indexed() == [0, 1, 2]

    assert cost() < 100


def test_what_most_events_are_related_to_is_found_without_all_of_those(
    add: Callable[..., None],
) -> None:
    for first in range(1, 2 * BLOCK, 20):
        add(*range(first, first + 20), occurred=NOW - timedelta(seconds=2 * BLOCK - first))
    index_all()
    wanted = EventFilter.model_validate({"related": {"id": ["of.a"]}}).at(NOW)
    found = list[Any]()

    steps = count_steps(
        lambda session: found.extend(module.list_events(session, DEFAULT_WORKSPACE, wanted, 5, 0))
    )

    assert len(found) == 5
    assert sum(steps) < 100


def test_events_at_positions_are_read_without_others(add: Callable[..., None]) -> None:
    add(*range(1, 2 * BLOCK))
    order = EventOrder.DESC

    steps = count_steps(
        lambda session: module.list_events_at(session, DEFAULT_WORKSPACE, [1, 2], order)
    )

    assert sum(steps) < 100
