"""The pages of incidents: the list, and one of them, which is closed there."""

from uuid import UUID, uuid4

import pytest

from headwater import clock
from headwater.automations.loop.actions import Executor
from headwater.notifications.routes.channels import KINDS
from headwater.settings import Settings
from headwater.web.context import VAULT
from tests.automations.actions.making import make_event, write_firing
from tests.pages.automations.watching import NEW, RUN_FORM, page_of, read

LIST = "/automations/incidents"


@pytest.fixture
def declare(client, app):
    """Have an automation declare an incident; return its id."""
    executor = Executor(Settings.load(), app.extensions[KINDS], app.extensions[VAULT])

    def act(title="late", event=None, automation=None, **more):
        action = {"type": "declare-incident", "title": title} | more
        write_firing(action, event=event, automation=automation)
        executor.tick(clock.now())
        assert executor.wait(20)
        return client.post("/api/headwater/incidents/filter", json={}).json[0]["id"]

    return act


def page_of_incident(own_id):
    return f"/automations/incident/{own_id}"


def close(client, own_id, note=None):
    path = f"/api/headwater/incidents/{own_id}/close"
    assert client.post(path, json={"note": note}).status_code == 204


def test_the_list_shows_what_is_open_and_what_is_new(view, fetch, client, declare):
    page = view(LIST)
    assert "No incident is open" in page.text
    assert view("/automations").link("Incidents") == LIST
    assert fetch(page.asks("incidents")).status == 204

    first = declare("a <b>full</b> disk", severity="critical", description="of db-1")
    second = declare("late", make_event("shop"))
    news = fetch(page.asks("incidents"))
    assert news.names == ["late", "a <b>full</b> disk"]
    assert news.text.index("Major") < news.text.index("Critical") < news.text.index("of db-1")
    assert ">the shop</span>" in news.text
    close(client, second)
    assert view(LIST).names == ["a <b>full</b> disk"]
    assert view(LIST).link("a &lt;b&gt;full") == page_of_incident(first)


def test_incidents_are_found_by_state_and_severity(view, client, declare):
    closed = declare("first", severity="minor")
    declare("second", severity="minor")
    declare("third")
    close(client, closed)

    assert view(f"{LIST}?state=closed").names == ["first"]
    assert view(f"{LIST}?state=all").names == ["third", "second", "first"]
    assert view(f"{LIST}?severity=minor").names == ["second"]
    assert view(f"{LIST}?severity=minor&severity=major").names == ["third", "second"]
    assert "No incidents match" in view(f"{LIST}?state=closed&severity=critical").text
    assert view(f"{LIST}?state=x&severity=y&skip=z").names == ["third", "second"]


def test_long_lists_have_pages(view, declare, monkeypatch):
    monkeypatch.setattr("headwater_panel_automations.incident_list.PAGE", 1)
    declare("first"), declare("second")
    newest = view(LIST)
    older = view(newest.link("Older"))

    assert (newest.names, older.names) == (["second"], ["first"])
    assert view(older.link("Newer")).names == ["second"]


def test_a_page_shows_what_led_to_it_and_what_it_is_about(view, client, declare):
    run = f"prefect.flow-run.{uuid4()}"
    event = make_event(run, "tag=prefect.tag.prod", "work-queue=prefect.work-queue.x")
    client.post("/api/events", json=[event])
    page = view(page_of_incident(declare("late", event, description="for\nhours")))

    assert page.status == 200
    assert "for\nhours" in page.text
    assert page.link("order.placed") == f"/events/event/{event['id']}"
    assert page.link("the shop") == f"/runs/flow-run/{run[-36:]}"
    assert "Work queue" in page.text
    assert '<span class="tag">prod</span>' in page.text
    assert view(page.link("Declared")).names == []
    assert "headwater.incident.declared" in view(page.link("Declared")).text
    assert "one that is gone" in page.text


def test_a_page_names_the_automation_and_leads_to_it(view, make, declare):
    automation = make("watch")
    own = declare(automation=UUID(automation))

    assert view(page_of_incident(own)).link("watch") == page_of(automation)
    assert view(page_of(automation)).link("late") == page_of_incident(own)


def test_what_the_log_no_longer_has_is_left_out(view, declare):
    page = view(page_of_incident(declare("late", make_event("shop"))))

    assert "order.placed" not in page.text
    assert "Declared" in page.text
    assert view(page_of_incident(UUID(int=1))).status == 404


def test_an_incident_without_an_event_is_about_nothing(view, declare):
    assert "No event came" in view(page_of_incident(declare())).text


def test_an_incident_is_closed_with_a_note_and_its_page_follows(view, send, fetch, declare):
    own = declare()
    page = view(page_of_incident(own))
    closing = page.link("Close…")
    done = send(closing, note=" a <full> disk\r\nof db-1 ")

    assert (done.status, done.headers["Location"]) == (303, page_of_incident(own))
    assert view(page_of_incident(own)).notice == "The incident is closed."
    news = fetch(page.asks("incident")).text
    assert "a &lt;full&gt; disk\nof db-1" in news
    assert "Close…" not in news
    assert "headwater.incident.closed" in view(view(page_of_incident(own)).link("Closed")).text
    send(closing)
    assert view(page_of_incident(own)).notice == "The incident is closed already."


def test_an_incident_is_closed_without_a_note(view, send, declare):
    own = declare()
    send(f"{page_of_incident(own)}/close")

    assert "Without a note." in view(page_of_incident(own)).text


def test_a_note_that_cannot_be_kept_is_refused_at_its_field(view, send, declare):
    own = declare()
    refused = send(f"{page_of_incident(own)}/close", note="a\0b")

    assert refused.status == 422
    assert 'id="error-note"' in refused.text
    assert view(page_of_incident(own)).link("Close…")


def test_the_event_of_an_incident_leads_to_it(view, client, declare):
    own = declare("late")
    page = view(view(page_of_incident(own)).link("Declared"))

    assert page.link("late") == page_of_incident(own)


def test_the_form_makes_an_automation_that_declares_incidents(view, send, client):
    action = {"action-0-type": "declare-incident", "action-0-title": "{{ flow_run.name }}"}
    action |= {"action-0-severity": "critical", "action-0-description": ""}
    done = send(NEW, name="a", **RUN_FORM | action)

    (made,) = read(client, done.headers["Location"])["actions"]
    assert (made["title"], made["severity"]) == ("{{ flow_run.name }}", "critical")
    assert "declare a critical incident" in view(done.headers["Location"]).text
    again = view(f"{done.headers['Location']}/edit").text
    assert 'value="{{ flow_run.name }}"' in again
    assert '<option value="critical" selected' in again


@pytest.fixture
def plain(client, send):
    """What the form makes of an action of which nothing was said."""
    done = send(NEW, name="a", **RUN_FORM | {"action-0-type": "declare-incident"})
    return read(client, done.headers["Location"])["actions"][0]


def test_of_an_incident_nothing_has_to_be_said(plain):
    assert (plain["title"], plain["severity"]) == ("{{ automation.name }}", "major")
