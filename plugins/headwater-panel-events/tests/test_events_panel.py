"""The panel by the contract of panels, and what its parts decide alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from headwater.api.pages import HIGH, Window
from headwater.testing.pages import PanelContract
from headwater_panel_events.history import draw_bars
from headwater_panel_events.wanted import Place, parse_wanted, place_after

NOW = datetime(2026, 1, 1, 10, 7, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class TestEvents(PanelContract):
    plugin = "events"

    def test_it_shows_what_a_client_tells(self, client):
        event = {"event": "gong", "resource": {"prefect.resource.id": "my.gong"}}
        event |= {"occurred": "2026-01-01T00:00:00Z", "id": str(uuid4())}
        client.post("/api/events", json=[event])

        assert "gong" in client.get(f"/events/event/{event['id']}").text


def wanted(**query):
    return parse_wanted(MultiDict(query), NOW)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({"event": "prefect.flow-run."}, {"event": {"prefix": ["prefect.flow-run."]}}),
        ({"event": "my.*"}, {"event": {"prefix": ["my."]}}),
        ({"resource": "a.b"}, {"any_resource": {"id": ["a.b"]}}),
        ({"resource": "a.*"}, {"any_resource": {"id_prefix": ["a."]}}),
        ({"related": "a.b"}, {"related": {"id": ["a.b"]}}),
        ({"related": "a.*"}, {"related": {"labels": {"prefect.resource.id": "a.*"}}}),
        ({"text": "+late -ok"}, {"text": {"query": "+late -ok"}}),
    ],
)
def test_an_address_is_a_filter_and_says_itself_again(query, asked):
    found = wanted(**query)

    assert found.filters
    assert found.query() == query
    said = found.filter(NOW).model_dump(exclude_none=True, exclude_defaults=True)
    assert {name: said[name] for name in asked} == asked


def test_a_window_ends_now_and_a_chosen_one_before_the_next_begins():
    lately = wanted(since="1h").filter(NOW).occurred
    query = {"since": "chosen", "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z"}
    chosen = wanted(**query).filter(NOW).occurred

    assert (lately.since, lately.until) == (NOW - timedelta(hours=1), NOW)
    assert chosen.until == datetime(2026, 1, 1, 0, 59, 59, 999999, UTC)


def test_pages_part_events_of_one_instant():
    first = place_after(None, [NOW, NOW - SECOND, NOW - SECOND], NOW - SECOND)
    second = place_after(first, [NOW - SECOND, NOW - SECOND], NOW - SECOND)
    third = place_after(second, [NOW - 2 * SECOND], NOW - 2 * SECOND)

    assert first == Place(NOW - SECOND, 2)
    assert second == Place(NOW - SECOND, 4)
    assert third == Place(NOW - 2 * SECOND, 1)
    assert place_after(third, [], NOW - 3 * SECOND) == Place(NOW - 3 * SECOND, 0)
    assert wanted(before=str(second)).before == second


def test_bars_are_as_high_as_they_have_events_and_none_vanishes():
    begin, end, seconds = Window("1h").intervals(NOW, "24h")
    bars = draw_bars({0: 1000, 2: 1}, begin, end, timedelta(seconds=seconds))

    assert bars[0].height == HIGH
    assert (bars[1].height, bars[1].events) == (0.0, 0)
    assert 0 < bars[2].height < HIGH / 10
    assert (bars[0].begin, bars[-1].end) == (begin, end)
    assert begin <= NOW - timedelta(hours=1)
    assert end >= NOW
