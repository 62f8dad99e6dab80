"""The form of the common cases, which makes and changes automations."""

from uuid import uuid4

import pytest

from headwater import clock
from tests.pages.automations.watching import FAILED, NEW, RUN_FORM, page_of, read


def test_the_form_makes_an_automation(view, send, client, make_channel):
    tell = {
        "action-0-type": "send-notification",
        "action-0-channel_id": make_channel("ops"),
        "action-0-body": "{{ flow_run.name }}",
        "action-1-type": "",
        "action-2-type": "suspend-flow-run",
    }
    done = send(NEW, name="night watch", description="d", **RUN_FORM | tell)

    assert done.status == 303
    made = read(client, done.headers["Location"])
    assert made["trigger"] == made["trigger"] | FAILED
    assert [one["type"] for one in made["actions"]] == ["send-notification", "suspend-flow-run"]
    assert made["actions"][0]["subject"] == "Prefect automated notification"
    page = view(done.headers["Location"])
    assert page.notice == "The automation is made."
    assert "tell <strong>ops</strong>" in page.text


def test_the_form_says_at_each_field_what_is_wrong_and_keeps_the_rest(send, client):
    wrong = {"name": "", "within": "soon", "others": "<Mine>", "action-0-type": "call-webhook"}
    page = send(NEW, **RUN_FORM | wrong)

    assert page.status == 422
    for field in ("name", "within", "action-0-webhook_id"):
        assert f'id="error-{field}"' in page.text
    assert 'value="&lt;Mine&gt;"' in page.text
    assert client.post("/api/automations/filter", json={}).json == []


@pytest.mark.parametrize(
    ("field", "typed"), [("threshold", "9" * 5000), ("within", "9" * 5000), ("name", "a\0b")]
)
def test_the_form_refuses_what_is_out_of_all_bounds_at_its_field(send, field, typed):
    page = send(NEW, **{"name": "a"} | RUN_FORM | {field: typed})

    assert page.status == 422
    assert f'id="error-{field}"' in page.text


def test_the_form_keeps_as_many_times_as_a_trigger_takes(send, client):
    done = send(NEW, name="a", **RUN_FORM | {"threshold": "2000000000"})

    assert read(client, done.headers["Location"])["trigger"]["threshold"] == 2_000_000_000


def test_the_form_makes_an_automation_of_a_metric_and_shows_it_again(view, send, client, make_run):
    flow = make_run("daily-etl")["flow_id"]
    metric = {"about": "metric", "metric_name": "successes", "metric_operator": "<"}
    metric |= {"metric_threshold": "soon", "metric_range": "1h", "metric_for": "5m"}
    wrong = send(NEW, name="a", **RUN_FORM | metric)
    assert wrong.status == 422
    assert 'id="error-metric_threshold"' in wrong.text
    assert 'value="soon"' in wrong.text

    done = send(NEW, name="a", **RUN_FORM | metric | {"metric_threshold": "90%", "run_flow": flow})
    page = view(done.headers["Location"])
    said = "the <strong>share of successes</strong> of runs of <strong>daily-etl</strong>"
    assert f"When {said} over <strong>1 hour</strong> is <strong>below 90%</strong>" in page.text
    form = view(page.link("Change…"))
    assert (form.status, form.text.count('value="90%"')) == (200, 1)
    assert f'<option value="{flow}" selected' in form.text

    changed = {"metric_name": "duration", "metric_operator": ">=", "metric_threshold": "10m"}
    send(f"{done.headers['Location']}/edit", name="a", **RUN_FORM | metric | changed)
    trigger = read(client, done.headers["Location"])["trigger"]
    assert trigger["metric"] == trigger["metric"] | {"name": "duration", "threshold": 600}
    assert trigger["match_related"] == {}


def test_the_form_refuses_what_would_never_end(send):
    again = {"others": "Scheduled", "action-0-type": "run-deployment"}
    page = send(NEW, name="a", **RUN_FORM | again)

    assert page.status == 422
    assert "infinite loop" in page.text


def test_the_form_asks_for_another_action_and_turns_into_json(send):
    page = send(NEW, name="a", more="1", **RUN_FORM)
    assert page.status == 200
    assert 'id="action-1-type"' in page.text

    page = send(NEW, name="a", json="1", **RUN_FORM)
    assert page.status == 200
    assert "cancel-flow-run" in page.text
    assert 'action="/automations/new/json"' in page.text


def test_what_is_changed_keeps_what_the_form_does_not_show(view, send, client, make):
    one = make(tags=["mine"], enabled=False)
    page = view(view(page_of(one)).link("Change…"))
    assert 'value="Failed" checked' in page.text

    done = send(f"{page_of(one)}/edit", name="new", **RUN_FORM | {"state": "Crashed"})
    assert view(done.headers["Location"]).notice == "The automation is changed."
    changed = read(client, page_of(one))
    assert (changed["name"], changed["tags"], changed["enabled"]) == ("new", ["mine"], False)
    assert changed["trigger"]["expect"] == ["prefect.flow-run.Crashed"]
    wrong = send(f"{page_of(one)}/edit", **RUN_FORM)
    assert (wrong.status, read(client, page_of(one))["name"]) == (422, "new")


def test_an_event_is_automated_from_its_page(view, client):
    event = {"id": str(uuid4()), "event": "lunch", "resource": {"prefect.resource.id": "my.desk"}}
    client.post("/api/events", json=[event | {"occurred": clock.now().isoformat()}])
    form = view(view(f"/events/event/{event['id']}").link("Automate this event"))

    assert 'value="lunch"' in form.text
    assert 'value="my.desk"' in form.text
    assert view(f"{NEW}?event={uuid4()}").status == 200
