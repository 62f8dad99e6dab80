"""The index of the log by resource: events are found as if each was looked at."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.json import parse
from headwater.events.models import Event, EventResource
from headwater.events.queries import mentions, reading, retention
from headwater.events.rules.blocks import BLOCK
from headwater.events.rules.matching import Told, means
from headwater.events.schemas.filters import EventFilter, EventOrder
from headwater.events.service import indexing
from headwater.events.service.overviews import find_newest
from headwater.events.service.reading import find_events

START = datetime(2026, 11, 25, tzinfo=UTC)
OTHER = UUID(int=7)
BLOCKS, HOURS = 4, 6
IDS = ["a", "a.1", "a.12", "A.1", "b", "a%1", 'é"\\', "a\ud7ff", "a\U0010ffff", "a\U0010ffffb"]
BEGINS = [*IDS, "", "a.", "\U0010ffff"]
ROLES = ["flow", "tag"]
NAMES = ["x.one", "x.two", "y"]
own_ids, beginnings = st.sampled_from(IDS), st.sampled_from(BEGINS)
some_ids = st.lists(own_ids, max_size=3)
moments = st.integers(0, HOURS).map(lambda hours: START + timedelta(hours=hours))
related = st.builds(
    lambda own, role: {"prefect.resource.id": own, "prefect.resource.role": role, "c": own},
    own_ids,
    st.sampled_from(ROLES),
)
events = st.builds(
    lambda workspace, occurred, name, own, related: {
        "workspace_id": workspace,
        "occurred": occurred,
        "received": occurred,
        "event": name,
        "resource_id": own,
        "resource": {"prefect.resource.id": own, "c": name},
        "related": related,
        "payload": {},
        "follows": None,
    },
    st.sampled_from([DEFAULT_WORKSPACE, DEFAULT_WORKSPACE, OTHER]),
    moments,
    st.sampled_from(NAMES),
    own_ids,
    st.lists(related, max_size=3),
)
logs = st.dictionaries(st.integers(1, BLOCKS * BLOCK), events, max_size=25)
labels = st.none() | st.dictionaries(
    st.sampled_from(["c", "prefect.resource.id"]),
    st.sampled_from(["a*", "!b", "x.one", "a.1", "*"]) | st.just(["a.?", "b"]),
)
any_resources = st.fixed_dictionaries(
    {}, optional={"id": some_ids, "id_prefix": st.lists(beginnings, max_size=2), "labels": labels}
)
relations = st.fixed_dictionaries(
    {},
    optional={
        "id": some_ids,
        "role": st.lists(st.sampled_from([*ROLES, ""]), max_size=2),
        "resources_in_roles": st.lists(st.tuples(own_ids, st.sampled_from(ROLES)), max_size=2),
        "labels": labels,
    },
)
filters = st.fixed_dictionaries(
    {"order": st.sampled_from(EventOrder)},
    optional={
        "occurred": st.fixed_dictionaries({"since": moments, "until": moments}),
        "event": st.fixed_dictionaries({"prefix": st.just(["x."])}),
        "resource": st.fixed_dictionaries(
            {},
            optional={
                "id": some_ids,
                "id_prefix": st.lists(beginnings, max_size=2),
                "distinct": st.booleans(),
                "labels": labels,
            },
        ),
        "any_resource": any_resources | st.lists(any_resources, max_size=2),
        "related": relations | st.lists(relations, max_size=2),
    },
).map(EventFilter.model_validate)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


def add(session: Session, log: dict[int, dict[str, Any]]) -> None:
    rows = [one | {"position": place, "id": UUID(int=place)} for place, one in log.items()]
    if rows:
        session.execute(insert(Event.__table__), rows)


def index(session: Session, settled: int) -> list[int]:
    """Index what is settled; return the numbers of the blocks."""
    numbers = []
    while block := indexing.read_next(session, settled):
        assert indexing.keep(session, block)
        numbers.append(block.number)
    return numbers


def expect(log: dict[int, dict[str, Any]], wanted: EventFilter) -> list[int]:
    """Return the positions of what a filter means, in its order."""

    def told(place: int) -> Told:
        one = log[place]
        told = (one["occurred"], one["event"], one["resource"], one["related"], {})
        return Told(UUID(int=place), *told)

    mine = [place for place in log if log[place]["workspace_id"] == DEFAULT_WORKSPACE]
    found = [place for place in mine if means(wanted, told(place))]
    found.sort(key=lambda place: (log[place]["occurred"], place))
    if wanted.order is EventOrder.DESC:
        found.reverse()
    if wanted.resource and wanted.resource.distinct:
        first: dict[str, int] = {}
        for place in found:
            first.setdefault(log[place]["resource_id"], place)
        found = list(first.values())
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    log=logs,
    late=logs,
    wanted=filters,
    settled=st.integers(0, BLOCKS * BLOCK),
    gone=st.sets(st.integers(0, 50), max_size=10),
    few=st.booleans(),
    limit=st.integers(1, 4),
)
def test_what_is_found_is_what_each_event_says(
    session: Session,
    log: dict[int, dict[str, Any]],
    late: dict[int, dict[str, Any]],
    wanted: EventFilter,
    settled: int,
    gone: set[int],
    few: bool,
    limit: int,
) -> None:
    with undone(session), pytest.MonkeyPatch.context() as patch:
        if few:
            patch.setattr(mentions, "MOST_ROWS", 2)
            patch.setattr(mentions, "SHORT", 1)
            patch.setattr(reading, "CHUNK", 3)
        add(session, log)
        index(session, settled)
        # What comes later comes behind what is indexed.
        end = max([settled, *log], default=0)
        late = {end + place: one for place, one in late.items()}
        add(session, late)
        whole = log | late
        left = {place: whole[place] for n, place in enumerate(sorted(whole)) if n not in gone}
        retention.delete_events(session, list(whole.keys() - left.keys()))
        resolved = wanted.at(START + timedelta(hours=HOURS))
        expected = expect(left, resolved)
        found: list[int] = []
        total = None
        for offset in range(0, len(expected) + 1, limit):
            page = find_events(session, DEFAULT_WORKSPACE, resolved, limit, offset, total)
            total = page.total
            found += [one["id"].int for one in page.events]
        newest = find_newest(session, DEFAULT_WORKSPACE, resolved, limit, 1).events
    assert (found, total) == (expected, len(expected))
    if resolved.resource is None or not resolved.resource.distinct:
        back = expect(left, resolved.model_copy(update={"order": EventOrder.DESC}))
        assert [one["id"].int for one in newest] == back[1 : limit + 1]


def make_log(places: Iterable[int], **more: Any) -> dict[int, dict[str, Any]]:
    one = {
        "workspace_id": DEFAULT_WORKSPACE,
        "occurred": START,
        "received": START,
        "event": "x",
        "resource_id": "a",
        "resource": {"prefect.resource.id": "a"},
        "related": [{"prefect.resource.id": "b", "prefect.resource.role": "tag"}] * 2,
        "payload": {},
        "follows": None,
    }
    return dict.fromkeys(places, one | more)


def rows_of(session: Session) -> list[Any]:
    columns = (EventResource.block, EventResource.resource_id)
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def test_a_resource_is_named_once_a_block(session: Session) -> None:
    add(session, make_log([1, 5, BLOCK, 2 * BLOCK + 3, 9 * BLOCK]))

    assert index(session, 9 * BLOCK - 1) == [0, 1, 2]

    assert rows_of(session) == [(n, own) for n in range(3) for own in "ab"]
    found = select(EventResource.about, EventResource.related).where(
        EventResource.block == 0, EventResource.resource_id == "b"
    )
    ((about, related),) = session.execute(found)
    assert (parse(about), parse(related)) == ([], [1, 5])


def test_a_block_that_another_has_kept_is_left(session: Session) -> None:
    add(session, make_log([1]))
    block = indexing.read_next(session, BLOCK)
    assert block is not None
    assert indexing.keep(session, block)

    assert not indexing.keep(session, block)

    assert rows_of(session) == [(0, "a"), (0, "b")]


def test_an_index_that_knows_nothing_yet_hides_nothing(session: Session) -> None:
    add(session, make_log(range(1, mentions.SHORT + 2 * BLOCK, BLOCK)))
    wanted = EventFilter.model_validate({"related": {"id": ["b"]}}).at(START)

    assert find_events(session, DEFAULT_WORKSPACE, wanted, 0).total == mentions.SHORT // BLOCK + 2
