"""Logs on the pages of runs: the last lines, earlier ones, and those that come in."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import write
from headwater.ids import uuid7
from headwater.runs.models import Log


@pytest.fixture
def run(make_run):
    return make_run(state="RUNNING")


@pytest.fixture
def url(run):
    return f"/runs/flow-run/{run['id']}"


@pytest.fixture
def keep_line(run):
    """Keep a line at a position of the test's choice, as a transaction that commits late does."""

    def keep(position, message, age=timedelta(0)):
        now = datetime.now(UTC)
        row = {"position": position, "id": uuid7(), "workspace_id": DEFAULT_WORKSPACE}
        row |= {"created": now - age, "timestamp": now, "name": "x", "level": 20}
        row |= {"message": message, "flow_run_id": UUID(run["id"]), "task_run_id": None}
        write(lambda session: session.execute(insert(Log.__table__), row))

    return keep


def test_lines_show_their_level_time_and_text(view, run, url, log):
    log(run, "one", (40, "two"), (50, "three"), (25, "four"))

    page = view(url)

    assert page.lines == ["one", "two", "three", "four"]
    assert 'class="level">ERROR<' in page.text
    assert 'class="level">CRITICAL<' in page.text
    assert "00:00:00.000</time>" in page.text


def test_new_lines_are_sent_once_each(view, fetch, run, url, log):
    log(run, "one", "two")
    page = view(url)

    nothing = fetch(page.asks("log-next"))
    log(run, "three")
    first = fetch(page.asks("log-next"))
    second = fetch(first.asks("log-next"))
    log(run, "four", "five")
    third = fetch(second.asks("log-next") if second.status == 200 else first.asks("log-next"))

    assert page.lines == ["one", "two"]
    assert (nothing.status, second.status) == (204, 204)
    assert first.lines == ["three"]
    assert third.lines == ["four", "five"]


def test_lines_begin_to_come_on_a_page_that_had_none(view, fetch, run, url, log):
    page = view(url)
    assert "No lines yet" in page.text

    log(run, "first")

    assert fetch(page.asks("log-next")).lines == ["first"]


def test_a_line_that_is_committed_late_is_shown_too(view, fetch, url, keep_line):
    keep_line(1_000_001, "one")
    keep_line(1_000_003, "three")
    page = view(url)

    keep_line(1_000_002, "two")
    late = fetch(page.asks("log-next"))

    assert late.lines == ["one", "two", "three"]
    assert late.headers["HX-Retarget"] == "#log"
    assert fetch(late.asks("log-next")).status == 204


def test_lines_that_are_settled_are_counted_no_more(view, fetch, url, keep_line):
    keep_line(2_000_001, "old", age=timedelta(minutes=5))
    keep_line(2_000_002, "new")
    page = view(url)
    settled, last, lines = re.search(r"after=(\d+)-(\d+)-(\d+)", page.asks("log-next")).groups()
    assert (int(settled), int(last), int(lines)) == (2_000_001, 2_000_002, 1)

    keep_line(2_000_003, "newest")

    assert fetch(page.asks("log-next")).lines == ["newest"]


def test_a_burst_is_sent_in_pieces_that_follow_at_once(view, fetch, run, url, log, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.logs.MOST", 50)
    page = view(url)
    log(run, *map(str, range(120)))

    seen, asked = [], page.asks("log-next")
    for _ in range(3):
        piece = fetch(asked)
        seen += piece.lines
        asked = piece.asks("log-next")

    assert seen == list(map(str, range(120)))
    assert 'hx-trigger="every 2s' in piece.text


def test_of_ten_thousand_lines_the_last_are_shown_and_earlier_ones_on_demand(
    view, fetch, run, url, log
):
    for start in range(0, 10_000, 1_000):
        log(run, *map(str, range(start, start + 1_000)))

    page = view(url)
    earlier = fetch(page.asks("log-earlier"))

    assert page.lines == list(map(str, range(9_800, 10_000)))
    assert earlier.lines == list(map(str, range(9_600, 9_800)))
    assert earlier.lines == view(page.link("Load earlier lines")).lines
    assert len(page.text) < 200_000


def test_the_first_lines_have_none_before_them(view, fetch, run, url, log, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.logs.PAGE", 2)
    log(run, "one", "two", "three", "four")

    earlier = fetch(view(url).asks("log-earlier"))

    assert earlier.lines == ["one", "two"]
    assert "Load earlier lines" not in earlier.text


def test_a_level_leaves_out_what_is_below(view, fetch, run, url, log):
    log(run, (10, "debug"), (20, "info"), (30, "warning"), (40, "error"))
    page = view(f"{url}?level=30")

    log(run, (20, "more info"), (40, "more errors"))

    assert page.lines == ["warning", "error"]
    assert fetch(page.asks("log-next")).lines == ["more errors"]
    assert fetch(page.asks("level-0")).lines[:2] == ["debug", "info"]


def test_without_scripts_the_address_of_a_log_leads_to_its_page(view, url):
    page = view(f"{url}/logs?level=30")

    assert page.status == 303
    assert page.headers["Location"] == f"{url}?level=30#log"


def test_there_it_leads_on_with_what_the_page_knows_alone(view, url):
    asked = "before=7&after=1.1.0&text=x&_anchor=y&_external=1&run_id=z&other=1"

    page = view(f"{url}/logs?{asked}")

    assert page.status == 303
    assert page.headers["Location"] == f"{url}?before=7&text=x#log"


def test_a_run_that_ended_is_followed_until_it_is_quiet(
    view, fetch, run, url, log, client, monkeypatch
):
    log(run, "one")
    page = view(url)
    body = {"state": {"type": "COMPLETED"}}
    client.post(f"/api/flow_runs/{run['id']}/set_state", json=body)
    log(run, "the last")
    asked = page.asks("log-next")
    assert fetch(asked).lines == ["the last"]

    monkeypatch.setattr("headwater_panel_runs.shown.AFTERGLOW", timedelta(0))
    end = fetch(asked)

    assert end.lines == ["the last"]
    assert "hx-get" not in end.text


def test_what_machines_wrote_is_text_with_colours_and_links(view, run, url, log):
    log(run, "\x1b[31mred\x1b[0m <img src=x onerror=alert(1)> https://example.com/a?b=1&c=<x>")

    page = view(url)

    assert '<span class="ansi-red">red</span>' in page.text
    assert "<img" not in page.text
    assert '<a href="https://example.com/a?b=1&amp;c=" rel="noopener noreferrer">' in page.text


def test_a_huge_line_is_cut_and_can_be_read_whole(view, run, url, log, client):
    log(run, "x" * 900_000)

    page = view(url)
    whole = client.get(page.link("… all 900,000 characters"))

    assert len(page.text) < 30_000
    assert whole.text == "x" * 900_000
    assert whole.mimetype == "text/plain"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"


def test_lines_of_tasks_name_them(view, run, url, log, make_task_run):
    log(run, "a line", task=make_task_run(run, name="extract-<0>"))

    page = view(url)

    assert page.lines == ["extract-<0> a line"]


@pytest.mark.parametrize("query", ["level=high", "before=-1", "before=1e9", "level=99999"])
def test_what_cannot_be_meant_is_a_400(view, url, query):
    assert view(f"{url}?{query}").status == 400


@pytest.mark.parametrize("after", ["x", "1-2", "1-2-3-4", "1-2-" + "9" * 40])
def test_a_cursor_that_is_none_is_a_400(fetch, url, after):
    assert fetch(f"{url}/logs?after={after}").status == 400


def test_to_ask_for_news_takes_three_statements(view, fetch, run, url, log, statements):
    log(run, *map(str, range(300)))
    asked = view(url).asks("log-next")
    log(run, *map(str, range(300)))
    statements.clear()

    fetch(asked)

    assert len(statements) <= 3, statements


def test_a_search_shows_the_lines_with_its_words(view, fetch, run, url, log):
    log(run, "extracted 3 rows", "loaded 3 rows", (40, "no such table"))

    page = view(f"{url}?text=rows+-loaded")
    log(run, "more rows", "more columns")

    assert page.lines == ["extracted 3 rows"]
    assert 'value="rows -loaded"' in page.text
    assert fetch(page.asks("log-next")).lines == ["more rows"]
    assert view(f'{url}?text="such+table"').lines == ["no such table"]
    assert "No lines with these words" in view(f"{url}?text=nothing").text


def test_a_search_and_a_level_hold_together(view, fetch, run, url, log):
    log(run, "a row", (40, "a bad row"), (40, "else"))

    page = view(f"{url}?text=row")
    errors = fetch(page.asks("level-40"))

    assert errors.lines == ["a bad row"]
    assert errors.headers["HX-Replace-Url"] == f"{url}?level=40&text=row"
    assert view(errors.headers["HX-Replace-Url"]).lines == ["a bad row"]


def test_earlier_lines_of_a_search_are_those_with_its_words(view, run, url, log, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.logs.PAGE", 2)
    log(run, *(f"{kind} {number}" for number in range(3) for kind in ("row", "column")))

    page = view(f"{url}?text=row")

    assert page.lines == ["row 1", "row 2"]
    assert view(page.link("Load earlier lines")).lines == ["row 0"]


@pytest.mark.parametrize("text", ["%00", "x" * 201])
def test_a_search_for_what_no_line_can_have_is_a_400(view, url, text):
    assert view(f"{url}?text={text}").status == 400


def test_a_task_runs_log_is_searched_too(view, run, make_task_run, log):
    task = make_task_run(run)
    log(run, "a row", "else", task=task)

    assert view(f"/runs/task-run/{task['id']}?text=row").lines == ["a row"]


def test_the_whole_log_is_downloaded(view, run, url, log):
    log(run, "one", "two")

    download = view(view(url).link("Download"))

    assert download.status == 200
    assert "attachment" in download.headers["Content-Disposition"]
    assert "two" in download.text
