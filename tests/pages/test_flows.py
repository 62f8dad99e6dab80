"""The list of flows with what their runs did lately, and each flow's own page."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest


@pytest.fixture
def make_flow(client):
    return lambda name, **body: client.post("/api/flows/", json={"name": name} | body).json


@pytest.fixture
def make_old_run(make_run, client):
    """Make a run that was expected some time ago, and has ended."""

    def make(flow, ago, state="COMPLETED", **body):
        due = (datetime.now(UTC) - ago).isoformat()
        scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        run = make_run(flow, **{"state": None} | body)
        client.delete(f"/api/flow_runs/{run['id']}")
        flow_id = run["flow_id"]
        run = client.post("/api/flow_runs/", json={"flow_id": flow_id, "state": scheduled}).json
        change = {"state": {"type": state}, "force": True}
        client.post(f"/api/flow_runs/{run['id']}/set_state", json=change)
        return run

    return make


def row_of(page, flow):
    """Return the texts of a flow's row, without tags."""
    row = next(one for one in page.text.split("<tr>")[1:] if f">{flow}</a>" in one)
    return " ".join(re.sub("<[^>]+>", " ", row.split("</tr>")[0]).split())


def test_flows_are_listed_by_name_with_their_last_run(view, make_run):
    make_run("weekly", "FAILED")
    last = make_run("weekly", "COMPLETED")
    make_run("daily", "RUNNING")

    page = view("/flows")

    assert page.names == ["daily", "weekly"]
    assert row_of(page, "weekly").startswith("weekly Completed just now")
    assert f'href="/runs/flow-run/{last["id"]}"' in page.text


def test_runs_are_counted_by_state_over_a_day_and_a_week(view, make_run, make_old_run):
    make_run("daily", "FAILED")
    make_old_run("daily", timedelta(days=3))
    make_old_run("daily", timedelta(days=9))

    page = view("/flows")

    counts = page.text.split('class="counts"')[1:]
    assert "Failed" in counts[0]
    assert "Completed" not in counts[0]
    assert "Completed" in counts[1]
    assert 'href="/runs?flow=daily&amp;state=COMPLETED&amp;since=7d"' in counts[1]
    assert "24 hours Failed 1 7 days Completed 1 Failed 1" in row_of(page, "daily")


def test_small_bars_say_in_words_what_they_show(view, make_run):
    for state in ("FAILED", "COMPLETED", "COMPLETED"):
        make_run("daily", state)

    text = view("/flows").text

    assert 'aria-label="The last 3 runs, 1 Failed, 2 Completed"' in text
    assert text.count('<rect data-state="COMPLETED"') == 2


@pytest.mark.parametrize(
    ("query", "names"),
    [("name=week", ["weekly"]), ("tag=prod", ["daily"]), ("name=x", []), ("name=daily&tag=x", [])],
)
def test_the_url_filters(view, make_flow, query, names):
    make_flow("daily", tags=["prod", "x y"])
    make_flow("weekly")

    page = view(f"/flows?{query}")

    assert page.names == names
    assert ("No flows match" in page.text) == (names == [])


def test_pages_follow_each_other(view, make_flow, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.flows.PAGE", 2)
    for name in ("a & b", "c", "d", "e", "f"):
        make_flow(name) if name != "a & b" else make_flow("a + b")

    first = view("/flows?name=")
    second = view(first.link("More flows"))
    third = view(second.link("More flows"))

    assert [*first.names, *second.names, *third.names] == ["a + b", "c", "d", "e", "f"]
    assert "More flows" not in third.text
    assert view(third.link("First")).names == first.names


def test_htmx_gets_the_list_alone_and_nothing_while_nothing_is_new(view, fetch, make_run):
    make_run("daily", "COMPLETED")
    page = view("/flows")

    unchanged = fetch(page.asks("flows"))
    make_run("daily", "FAILED")
    changed = fetch(page.asks("flows"))

    assert unchanged.status == 204
    assert "<html" not in changed.text
    assert "Failed" in row_of(changed, "daily")


@pytest.mark.parametrize("flows", [1, 6])
def test_the_list_takes_three_statements_whatever_its_length(view, make_run, statements, flows):
    for number in range(flows):
        make_run(f"flow-{number}", "COMPLETED")
        make_run(f"flow-{number}", "FAILED")
    statements.clear()

    view("/flows?name=flow")

    assert len(statements) == 3, statements


def test_a_page_of_a_flow_has_its_runs_as_bars_and_as_rows(view, make_run):
    run = make_run("daily", "COMPLETED", name="one")
    make_run("daily", "FAILED", name="two")
    make_run("weekly", name="another")

    page = view(f"/flows/{run['flow_id']}")

    assert page.names == ["two", "one"]
    assert "The last 2 runs, 1 Completed, 1 Failed; a bar leads to its run" in page.text
    bars = page.text[page.text.index("data-roving") : page.text.index("</svg>")]
    assert page.text.count("data-roving") == 1
    assert bars.count("<a href") <= 2


def test_the_tags_of_a_flow_lead_to_the_flows_that_have_them(view, make_flow):
    flow = make_flow("daily", tags=["team <a>"])

    page = view(f"/flows/{flow['id']}")

    assert "No runs here." in page.text
    assert view(page.link("team &lt;a&gt;")).names == ["daily"]


def test_its_runs_stand_in_pages(view, make_run, monkeypatch):
    monkeypatch.setattr("headwater_panel_runs.flows.RUNS", 2)
    for number in range(5):
        run = make_run("daily", "COMPLETED", name=f"run-{number}")

    first = view(f"/flows/{run['flow_id']}")
    second = view(first.link("Older runs"))

    assert (first.names, second.names) == (["run-4", "run-3"], ["run-2", "run-1"])
    assert view(second.link("Newest")).names == first.names


def test_a_flows_page_takes_three_statements_and_follows(view, fetch, make_run, statements):
    run = make_run("daily", "COMPLETED", name="one")
    statements.clear()
    page = view(f"/flows/{run['flow_id']}")
    assert len(statements) == 3, statements

    assert fetch(page.asks("flow")).status == 204
    make_run("daily", name="two")
    assert fetch(page.asks("flow")).names == ["two", "one"]


def test_a_flow_that_is_not_there_is_a_404_page(view):
    page = view(f"/flows/{uuid4()}")

    assert page.status == 404
    assert "<!doctype html>" in page.text


@pytest.mark.parametrize("query", ["name=%00", "tag=a%00", "from_name=%00"])
def test_what_cannot_be_meant_is_a_400_page(view, query):
    assert view(f"/flows?{query}").status == 400


def test_the_card_shows_the_flows_that_ran_last(fetch, make_run):
    make_run("weekly", "FAILED")
    make_run("weekly", "COMPLETED")
    make_run("daily", "RUNNING")

    text = fetch("/flows/cards/flows").text

    assert text.index(">daily</a>") < text.index(">weekly</a>")
    assert 'aria-label="1 Completed, 1 Failed"' in text
    assert 'x="50.0%" width="50.0%"' in text


def test_names_and_tags_are_text(view, make_flow):
    flow = make_flow("a 'b' \"c\"", tags=["<script>alert(1)</script>"])

    for url in ("/flows", f"/flows/{flow['id']}"):
        assert "<script>alert" not in view(url).text
