"""The list of runs: filtered by its URL, in pages, told when there is news."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.db.base import db
from headwater.web.live import pace_after


def test_runs_are_listed_newest_first_with_flow_state_and_tags(view, make_run):
    make_run(name="first", tags=["prod"])
    make_run("weekly", "FAILED", name="second")

    page = view("/runs")

    assert page.names == ["second", "first"]
    assert "weekly" in page.text
    assert 'data-state="FAILED"' in page.text
    assert '<a class="tag" href="/runs?tag=prod">prod</a>' in page.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=FAILED", ["b"]),
        ("state=FAILED&state=COMPLETED", ["c", "b"]),
        ("flow=week", ["c"]),
        ("flow=WEEK", ["c"]),
        ("name=b", ["b"]),
        ("tag=x", ["b", "a"]),
        ("tag=x&tag=y", ["b"]),
        ("tag=", ["c", "b", "a"]),
        ("since=1h", ["c", "b", "a"]),
        ("state=FAILED&tag=x&flow=daily&since=24h", ["b"]),
        ("name=nothing", []),
    ],
)
def test_the_url_filters(view, make_run, query, names):
    make_run(name="a", tags=["x"])
    make_run(name="b", state="FAILED", tags=["x", "y"])
    make_run("weekly", "COMPLETED", name="c")

    page = view(f"/runs?{query}")

    assert page.names == names


def test_a_time_window_leaves_out_what_was_before(view, make_run, client):
    earlier = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": earlier}}
    make_run(name="new")
    flow_id = client.post("/api/flows/", json={"name": "daily-etl"}).json["id"]
    body = {"flow_id": flow_id, "name": "old", "state": scheduled}
    client.post("/api/flow_runs/", json=body)

    assert view("/runs?since=1h").names == ["new"]
    assert view("/runs?since=24h").names == ["new", "old"]


@pytest.mark.parametrize(
    "query",
    [
        "state=NONSENSE",
        "since=2y",
        "before=yesterday",
        "before=2026-01-01T00:00:00_x",
        "before=0001-01-01T00:00:00%2B14:00_00000000-0000-0000-0000-000000000000",
        "name=%00",
        "tag=a%00",
    ],
)
def test_what_cannot_be_meant_is_a_400_page(view, query):
    page = view(f"/runs?{query}")

    assert page.status == 400
    assert "<!doctype html>" in page.text


@pytest.mark.parametrize("query", ["tag=x", "state=PENDING&state=FAILED"])
def test_pages_follow_each_other_without_gap_or_repetition(view, make_run, monkeypatch, query):
    monkeypatch.setattr("headwater_panel_runs.run_list.PAGE", 3)
    for number in range(8):
        make_run(name=f"run-{number}", tags=["x"], state="FAILED" if number % 3 else None)

    seen, url = [], f"/runs?{query}"
    for _ in range(3):
        page = view(url)
        seen += page.names
        make_run(name="meanwhile", tags=["x"])
        url = page.link("Older runs") if "Older runs" in page.text else ""

    assert seen == [f"run-{number}" for number in range(7, -1, -1)]
    assert url == ""
    assert view(page.link("Newest")).names[0] == "meanwhile"


def test_htmx_gets_the_list_alone_and_nothing_while_nothing_is_new(view, fetch, make_run):
    run = make_run()
    page = view("/runs")

    unchanged = fetch(page.asks("runs"))
    make_run(name="another")
    changed = fetch(page.asks("runs"))

    assert unchanged.status == 204
    assert changed.status == 200
    assert changed.text.lstrip().startswith("<section")
    assert "another" in changed.names
    assert run["name"] in changed.names
    assert "HX-Request" in changed.headers["Vary"]
    assert "HX-Request" in page.headers["Vary"]


def test_a_new_state_is_news(fetch, view, make_run, client):
    run = make_run()
    url = view("/runs").asks("runs")

    client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": {"type": "RUNNING"}})

    assert "Running" in fetch(url).text


def test_the_filter_is_kept_when_the_list_asks_again(view, make_run):
    make_run(name="a", tags=["x & y"], state="FAILED")

    url = view("/runs?tag=x+%26+y&state=FAILED").asks("runs")

    assert "tag=x+%26+y" in url
    assert "state=FAILED" in url


def test_names_and_tags_are_text(view, make_run):
    make_run("an 'apostrophe' \" quoted", name="<script>alert(1)</script>", tags=["<b>", "a&b"])

    page = view("/runs")

    assert "<script>alert" not in page.text
    assert "<b>" not in page.text
    assert page.names == ["<script>alert(1)</script>"]


def test_the_first_visit_says_what_to_do_next(view):
    page = view("/runs")

    assert "No runs yet" in page.text
    assert "export PREFECT_API_URL=http://localhost/api" in page.text


def test_a_filter_that_nothing_meets_says_so(view, make_run):
    make_run()

    assert "No runs match" in view("/runs?state=PAUSED").text


def test_a_page_takes_two_statements_whatever_its_length_and_its_news_one(
    view, fetch, make_run, statements
):
    for number in range(7):
        make_run(name=f"run-{number}", tags=["x"])
    statements.clear()

    page = view("/runs?tag=x&flow=daily&since=24h")
    of_page = len(statements)
    fetch(page.asks("runs"))
    fetch(page.asks("history"))

    assert of_page == 2, statements
    assert len(statements) == 4, statements


@pytest.mark.parametrize(("took", "pace"), [(0.01, 2), (0.5, 5), (3.0, 15)])
def test_a_search_that_takes_long_is_repeated_less_often(took, pace):
    assert pace_after(took) == pace


def test_what_no_run_is_in_is_found_out_without_looking_at_all_runs(view, make_run, statements):
    make_run()
    statements.clear()
    view("/runs?state=PAUSED")

    statement = statements[0]
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            values = tuple("x" for _ in range(statement.count("?")))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        assert any("state_type=?" in step.detail for step in plan), plan
