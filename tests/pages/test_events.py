"""The pages of events: the log, searched by its address, and the page of one event."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from headwater import clock
from headwater.events.service import overviews

LOG = "/events"


@pytest.fixture
def emit(client):
    """Tell an event, so many seconds ago; return its id."""

    def tell(name="lunch", resource="my.desk", ago=5, related=(), **more):
        event = {
            "id": str(uuid4()),
            "event": name,
            "resource": {
                "prefect.resource.id": resource,
                "prefect.resource.name": f"the {resource}",
            },
            "related": [
                {"prefect.resource.id": one, "prefect.resource.role": role} for role, one in related
            ],
            "occurred": (clock.now() - timedelta(seconds=ago)).isoformat(),
        }
        assert client.post("/api/events", json=[event | more]).status_code == 204
        return event["id"]

    return tell


def bars_of(page):
    return [
        int(one.replace(",", ""))
        for one in re.findall(r"UTC: ([0-9,]+) events?</title>", page.text)
    ]


def test_the_log_says_how_it_begins(view):
    assert "prefect event emit" in view(LOG).text


def test_the_newest_event_stands_first_and_what_is_new_comes(view, fetch, emit):
    emit("early", ago=60)
    emit("late", ago=1)
    page = view(LOG)
    assert page.names == ["late", "early"]

    assert fetch(page.asks("events")).status == 204
    emit("later", ago=0)
    assert fetch(page.asks("events")).names == ["later", "late", "early"]


def test_an_address_finds_events_by_name_resource_relation_text_and_time(view, emit):
    emit("lunch.begun", "my.desk", related=[("room", "my.room")])
    emit("lunch.over", "my.chair", payload={"dish": "soup"})
    emit("dinner.begun", "my.room.two", ago=7200)

    assert set(view(f"{LOG}?event=lunch").names) == {"lunch.begun", "lunch.over"}
    assert view(f"{LOG}?resource=my.chair").names == ["lunch.over"]
    assert view(f"{LOG}?resource=my.room").names == ["lunch.begun"]
    assert set(view(f"{LOG}?resource=my.room*").names) == {"lunch.begun", "dinner.begun"}
    assert view(f"{LOG}?related=my.room").names == ["lunch.begun"]
    assert view(f"{LOG}?related=my.*").names == ["lunch.begun"]
    assert view(f"{LOG}?text=soup").names == ["lunch.over"]
    assert set(view(f"{LOG}?since=1h").names) == {"lunch.begun", "lunch.over"}
    assert "No events match" in view(f"{LOG}?event=breakfast").text


@pytest.mark.parametrize(
    "query",
    ["since=x", "since=chosen&from=x&until=y", "before=x", "before=x_1", "text=" + "x" * 201],
)
def test_an_address_that_makes_no_sense_is_refused(view, query):
    assert view(f"{LOG}?{query}").status == 400


@pytest.mark.parametrize("query", ["", "related=my.room"])
def test_long_logs_have_pages_though_many_occurred_at_once(view, emit, monkeypatch, query):
    monkeypatch.setattr("headwater_panel_events.event_list.PAGE", 2)
    moment = (clock.now() - timedelta(minutes=1)).isoformat()
    for number in range(5):
        emit(f"e{number}", occurred=moment, related=[("room", "my.room")])
    pages = [view(f"{LOG}?{query}")]
    while 'id="older"' in pages[-1].text:
        pages.append(view(pages[-1].link("Older events")))

    assert [name for page in pages for name in page.names] == ["e4", "e3", "e2", "e1", "e0"]
    assert view(pages[-1].link("Newest")).names == ["e4", "e3"]


@pytest.mark.parametrize("query", ["event=lunch", "text=lunch"])
def test_bars_count_what_the_filter_means_and_lead_to_it(view, fetch, emit, query):
    emit("lunch", ago=1800)
    emit("lunch", ago=1800)
    emit("dinner", ago=10)
    page = view(f"{LOG}?{query}&since=1h")

    assert sum(bars_of(page)) == 2
    assert max(bars_of(page)) == 2
    (bar,) = re.findall(r'<a href="([^"]+since=chosen[^"]+)"', page.text)
    chosen = view(unescape(bar))
    assert chosen.names == ["lunch", "lunch"]
    assert sum(bars_of(chosen)) == 2
    assert fetch(page.asks("history")).status == 204
    assert view(page.asks("history")).status == 303


def test_bars_say_what_they_do_not_count(view, emit, monkeypatch):
    monkeypatch.setattr(overviews, "MOST_LOOKED_AT", 2)
    for number in range(3):
        emit("lunch", ago=10 + number)

    page = view(f"{LOG}?text=lunch")
    assert sum(bars_of(page)) == 2
    assert "too many to look at" in page.text


def test_a_search_looks_at_so_many_and_goes_on_when_asked(view, emit, monkeypatch):
    monkeypatch.setattr(overviews, "MOST_LOOKED_AT", 2)
    moment = (clock.now() - timedelta(minutes=1)).isoformat()
    for number in range(2):
        emit("other", ago=number)
    for number in range(3):
        emit(f"lunch{number}", occurred=moment)
    pages = [view(f"{LOG}?text=lunch")]
    assert "No events match so far" in pages[0].text
    while 'id="older"' in pages[-1].text and len(pages) < 9:
        pages.append(view(pages[-1].link("Look further back")))

    assert [name for page in pages for name in page.names] == ["lunch2", "lunch1", "lunch0"]


def test_a_row_leads_to_the_pages_of_what_it_names(view, make_run):
    run = make_run(state="FAILED", name="fuzzy", tags=["prod"])
    page = view(f"{LOG}?event=prefect.flow-run.Failed")

    assert f'href="/runs/flow-run/{run["id"]}"' in page.text
    assert f'href="/flows/{run["flow_id"]}"' in page.text
    assert view(page.link("prod")).names[:1] == ["prefect.flow-run.Failed"]


def test_an_event_shows_all_that_came_with_it(view, emit):
    own = emit(related=[("room", "my.room")], payload={"dish": "<b>soup</b>"})
    page = view(f"{LOG}/event/{own}")

    assert "my.room" in page.text
    assert "&#34;dish&#34;: &#34;&lt;b&gt;soup&lt;/b&gt;&#34;" in page.text
    assert view(f"{LOG}/event/2026-01-01/{own}").text == page.text
    assert view(page.link("of this resource")).names == ["lunch"]
    assert view(f"{LOG}/event/{uuid4()}").status == 404


def test_an_event_leads_to_what_it_follows_and_to_what_follows_it(view, emit):
    first = emit("soup", ago=30)
    second = emit("fish", ago=20, follows=first)
    third = emit("cheese", ago=10, follows=second)
    lost = emit("coffee", follows=str(uuid4()))

    page = view(f"{LOG}/event/{second}")
    assert page.link("soup") == f"{LOG}/event/{first}"
    assert page.link("cheese") == f"{LOG}/event/{third}"
    assert "not in the log" in view(f"{LOG}/event/{lost}").text


def test_pages_of_runs_and_flows_lead_to_their_events(view, make_run, make_task_run):
    run = make_run(state="COMPLETED")
    task = make_task_run(run)

    names = view(view(f"/runs/flow-run/{run['id']}").link("its events")).names
    assert "prefect.flow-run.Completed" in names
    assert (
        "prefect.flow-run.Completed"
        in view(view(f"/flows/{run['flow_id']}").link("its events")).names
    )
    assert view(view(f"/runs/task-run/{task['id']}").link("its events")).status == 200
