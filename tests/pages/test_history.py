"""The chart above the list of runs: bars by state and time, each of which leads to its runs."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import true

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.api.runs import count_by_hour, count_by_interval
from headwater.db.session import reading

BARS = re.compile('<a href="([^"]+)" aria-label="([^"]+)">')


@pytest.fixture
def make_run_at(client, make_run):
    """Make runs that are expected at a time."""

    def make(moment, name, flow="daily-etl"):
        flow_id = client.post("/api/flows/", json={"name": flow}).json["id"]
        details = {"scheduled_time": moment.isoformat()}
        state = {"type": "SCHEDULED", "state_details": details}
        body = {"flow_id": flow_id, "name": name, "state": state}
        return client.post("/api/flow_runs/", json=body).json

    return make


def bars_of(page):
    """Return the addresses and the words of the bars."""
    chart = page.text[page.text.index("data-roving") :]
    return [(unescape(url), words) for url, words in BARS.findall(chart[: chart.index("</svg>")])]


def test_bars_count_the_runs_of_their_time_by_state(view, make_run, make_run_at):
    make_run(state="FAILED")
    make_run(state="COMPLETED")
    make_run_at(datetime.now(UTC) - timedelta(hours=30), "old")

    (_, old), (_, new) = bars_of(view("/runs?since=7d"))

    assert old.endswith(": 1 run, 1 Scheduled")
    assert new.endswith(": 2 runs, 1 Completed, 1 Failed")


def test_a_bar_leads_to_its_runs_and_to_finer_bars(view, make_run_at):
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=20)
    make_run_at(begin, "first")
    make_run_at(begin + timedelta(minutes=29, seconds=59), "second")
    make_run_at(begin + timedelta(minutes=30), "third")

    bars = bars_of(view("/runs?since=24h&flow=daily"))
    finer = view(bars[0][0])

    assert len(bars) == 2
    assert finer.names == ["second", "first"]
    assert "in the chosen time" in finer.text
    assert len(bars_of(finer)) == 2
    assert "flow=daily" in bars_of(finer)[0][0]
    assert view(finer.link("Any time")).names == ["third", "second", "first"]


def test_the_filter_holds_for_the_bars_too(view, make_run):
    make_run("daily", "FAILED", tags=["x"])
    make_run("weekly", "COMPLETED")

    for query in ("state=FAILED", "tag=x", "flow=daily"):
        ((_, words),) = bars_of(view(f"/runs?{query}"))
        assert words.endswith(": 1 run, 1 Failed")


def test_a_chosen_time_is_kept_by_the_form_and_by_the_news(view, make_run):
    make_run(name="now")
    url, _ = bars_of(view("/runs?since=1h"))[0]

    page = view(url)

    assert page.names == ["now"]
    assert '<option value="chosen" selected>' in page.text
    assert 'type="hidden" name="from"' in page.text
    assert "since=chosen" in page.asks("runs")
    assert "until=" in page.asks("history")


@pytest.mark.parametrize(
    "query",
    [
        "since=chosen",
        "since=chosen&from=2026-01-01T00:00:00Z",
        "since=chosen&from=x&until=y",
        "since=chosen&from=2026-01-01T00:00:00&until=2026-01-02T00:00:00",
        "since=chosen&from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=chosen&from=0001-01-01T00:00:00%2B14:00&until=2026-01-01T00:00:00Z",
        "since=chosen&from=2026-01-01T00:00:00Z&until=9999-01-01T00:00:00Z",
    ],
)
def test_a_time_that_is_none_is_a_400_page(view, query):
    assert view(f"/runs?{query}").status == 400


@pytest.mark.parametrize("begin", ["1970-01-01", "2025-12-31"])
@pytest.mark.parametrize("end", ["2199-12-31T23:59:59.999999", "2100-01-01T00:00:00"])
def test_centuries_can_be_drawn(view, make_run, begin, end):
    make_run()

    page = view(f"/runs?since=chosen&from={begin}T00:00:00Z&until={end}Z")

    assert page.status == 200
    assert len(bars_of(page)) == 1


def test_from_outside_the_chosen_time_nothing_is_counted(view, make_run):
    make_run()

    page = view("/runs?since=chosen&from=2020-01-01T00:00:00Z&until=2020-01-01T00:00:03Z")

    assert page.names == []
    assert bars_of(page) == []


def test_htmx_gets_news_of_the_chart_alone_and_nothing_while_there_is_none(view, fetch, make_run):
    make_run()
    page = view("/runs")

    unchanged = fetch(page.asks("history"))
    make_run(state="FAILED")
    changed = fetch(page.asks("history"))

    assert unchanged.status == 204
    assert changed.text.lstrip().startswith("<section")
    assert "1 Failed" in changed.text
    assert "hx-swap-oob" not in changed.text


def test_who_filters_gets_the_list_and_the_chart_of_it(fetch, make_run):
    make_run("weekly")

    text = fetch("/runs?flow=week").text

    assert text.count("<section") == 2
    assert 'id="history" aria-label="Runs over time" hx-swap-oob="true"' in text


def test_without_scripts_the_address_of_the_chart_leads_to_the_list(view):
    page = view("/runs/history?flow=daily")

    assert page.status == 303
    assert page.headers["Location"] == "/runs?flow=daily"


def test_the_last_part_of_a_second_belongs_to_the_time_that_ends_with_it(client, make_run_at):
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    begin = end - timedelta(hours=2)
    make_run_at(end - timedelta(microseconds=1), "last")

    with reading() as session:
        (by_hour,) = count_by_hour(session, DEFAULT_WORKSPACE, begin, end)
        (by_interval,) = count_by_interval(session, true(), begin, end, 60)

    assert (by_hour.hour, by_interval.number) == (1, 119)
