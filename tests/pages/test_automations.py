"""The pages of automations: the list, one of them, what it did, and the forms that make them."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.db.json import fragment
from headwater.db.session import write
from headwater.ids import uuid7
from tests.automations.actions.making import write_firing

LIST, NEW = "/automations", "/automations/new"
FAILED = {
    "type": "event",
    "posture": "Reactive",
    "match": {"prefect.resource.id": "prefect.flow-run.*"},
    "expect": ["prefect.flow-run.Failed"],
    "for_each": ["prefect.resource.id"],
}
REACTIVE_X = {"type": "event", "posture": "Reactive", "expect": ["x"]}
CANCEL = {"type": "cancel-flow-run"}
RUN_FORM = {"about": "run", "state": "Failed", "threshold": "1", "action-0-type": "cancel-flow-run"}


@pytest.fixture
def make(client):
    def post(name="watch", **more):
        body = {"name": name, "trigger": FAILED, "actions": [CANCEL]} | more
        response = client.post("/api/automations/", json=body)
        assert response.status_code == 201, response.text
        return response.json["id"]

    return post


@pytest.fixture
def fire(client, app):
    """Have an automation fire, as the engine keeps it: an event, and how each action went."""

    def happen(
        automation,
        *outcomes,
        event="prefect.flow-run.Failed",
        value=None,
        resolved=False,
        ago=60,
    ):
        moment, firing = clock.now() - timedelta(seconds=ago), uuid7()
        cause = event and {
            "id": str(uuid4()),
            "event": event,
            "occurred": moment.isoformat(),
            "resource": {"prefect.resource.id": "my.desk"},
        }
        common = {"workspace_id": DEFAULT_WORKSPACE, "automation_id": UUID(automation)}
        row = {
            "id": firing,
            "trigger_id": uuid4(),
            "triggered": moment,
            "event_id": uuid4(),
            "resolved": resolved,
            "firing": fragment(
                {
                    "triggering_event": cause or None,
                    "triggering_labels": {"a": "b"},
                    "triggering_value": value,
                }
            ),
            "automation": fragment(client.get(f"/api/automations/{automation}").json),
        }
        actions = [
            {
                "id": uuid7(),
                "firing_id": firing,
                "number": number,
                "on_trigger": False,
                "state": "pending",
                "due": moment,
                "claim": None,
                "attempts": 0,
                "ended": None,
                "reason": None,
                "details": None,
                "action": fragment(CANCEL),
            }
            | common
            | outcome
            for number, outcome in enumerate(outcomes)
        ]

        def keep(session):
            session.execute(AutomationFiring.__table__.insert(), row | common)
            if actions:
                session.execute(AutomationAction.__table__.insert(), actions)

        write(keep)

    return happen


def page_of(automation):
    return f"{LIST}/automation/{automation}"


def read(client, url):
    return client.get(f"/api/automations/{url.rpartition('/')[2]}").json


def test_the_list_shows_each_as_a_sentence_with_its_last_firing(view, fetch, make, fire):
    assert "There is no automation yet" in view(LIST).text
    first = make("b", tags=["mine"])
    make("a", enabled=False)
    page = view(LIST)
    assert page.names == ["a", "b"]
    assert page.text.count("never fired") == 2

    assert fetch(page.asks("automations")).status == 204
    fire(first, ago=3600)
    news = fetch(page.asks("automations")).text
    assert "1 hour ago" in news
    assert "<strong>any flow</strong> enters <strong>Failed</strong>" in news


def test_long_lists_have_pages(view, make, monkeypatch):
    monkeypatch.setattr("headwater_panel_automations.overview.PAGE", 1)
    make("a"), make("b")
    first = view(LIST)
    second = view(first.link("Further"))

    assert (first.names, second.names) == (["a"], ["b"])
    assert view(second.link("Earlier")).names == ["a"]
    assert view(f"{LIST}?skip=x").names == ["a"]


def test_names_stand_for_what_an_automation_is_about(view, client, make, make_run):
    flow = make_run("daily-etl")["flow_id"]
    pool = client.post("/api/work_pools/", json={"name": "k8s", "type": "process"}).json["id"]
    of_flow = {"prefect.resource.role": "flow", "prefect.resource.id": f"prefect.flow.{flow}"}
    pause = [{"type": "pause-work-pool", "work_pool_id": one} for one in (pool, str(uuid4()))]
    one = make(trigger=FAILED | {"match_related": of_flow}, actions=pause)
    pause_it = {"type": "pause-automation", "automation_id": one}

    assert "<strong>daily-etl</strong> enters" in view(page_of(one)).text
    assert "<strong>k8s</strong>" in view(page_of(one)).text
    assert "<strong>one that is gone</strong>" in view(page_of(one)).text
    other = view(page_of(make("other", actions=[pause_it]))).text
    assert "the automation <strong>watch</strong>" in other


def test_a_page_shows_how_each_action_of_each_firing_went(view, fetch, make, fire):
    one = make("watch", description="looks <b>hard</b>")
    page = view(page_of(one))
    assert "It has not fired" in page.text
    assert "looks &lt;b&gt;hard&lt;/b&gt;" in page.text

    run = str(uuid4())
    fire(one, {"state": "failed", "reason": "No flow run could be <inferred>"}, ago=7200)
    made = {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
    made |= {"prefect.resource.name": "popular-muskox"}
    fire(one, {"state": "executed", "details": fragment({"related": [made]})}, {"attempts": 2})
    fire(one, event=None, ago=30)
    news = fetch(page.asks("automation")).text
    assert news.index("Nothing came in time") < news.index(run) < news.index("&lt;inferred")
    assert f'href="/runs/flow-run/{run}">popular-muskox' in news
    assert "tried 2 times" in news
    assert "There was nothing to do" in news
    assert "The metric was" not in news


def test_only_what_waits_for_events_is_asked_why(view, make):
    metric = {"name": "duration", "operator": ">", "threshold": 60}
    within = {"type": "compound", "require": "any", "within": None}
    within |= {"triggers": [FAILED, {"type": "metric", "metric": metric}]}

    assert "Why did it fire" in view(page_of(make("a"))).text
    assert "Why did it fire" not in view(page_of(make("b", trigger=within))).text


def test_a_page_shows_what_a_metric_was(view, make, fire):
    one = make("watch")
    fire(one, event=None, value=1 / 3)

    shown = view(page_of(one)).text

    assert "The metric was 0.3333" in shown
    assert "Nothing came in time" not in shown
    assert "Resolved" not in shown


def test_a_page_shows_what_was_resolved_and_calls_it_no_firing(view, make, fire):
    one = make("watch")
    fire(one, event=None, value=2 / 3, resolved=True)
    fire(one, event=None, resolved=True, ago=30)

    page = view(page_of(one)).text

    assert page.index("There was nothing to measure") < page.index("The metric was 0.6667")
    assert page.count("Resolved") == 2
    assert "never" in page
    assert "never fired" in view(LIST).text


def test_an_automation_is_turned_off_and_on(view, send, client, make):
    one = make()
    done = send(page_of(one), f"{page_of(one)}/disable")
    assert view(done.headers["Location"]).notice == "The automation is off: it does nothing."
    assert not read(client, page_of(one))["enabled"]
    assert "will not while it is off" in view(page_of(one)).text

    send(LIST, f"{page_of(one)}/enable")
    assert read(client, page_of(one))["enabled"]


def test_one_that_would_never_end_is_not_turned_on(view, send, client, make):
    endless = FAILED | {"expect": ["prefect.flow-run.*"]}
    again = {"type": "run-deployment", "source": "inferred"}
    one = make(enabled=False, trigger=endless, actions=[again])

    done = send(page_of(one), f"{page_of(one)}/enable")
    assert "infinite loop" in view(done.headers["Location"]).notice
    assert not read(client, page_of(one))["enabled"]


def test_an_automation_is_deleted_after_a_word(view, send, client, make):
    one = make()
    assert "cancel</strong> the run" in view(view(page_of(one)).link("Delete…")).text

    done = send(f"{page_of(one)}/delete")
    assert view(done.headers["Location"]).notice == "The automation is deleted."
    assert client.get(f"/api/automations/{one}").status_code == 404
    assert view(page_of(one)).status == 404


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


@pytest.fixture
def make_channel(client, slack):
    def make(name):
        body = {"type": "slack", "name": name, "settings": {"url": f"{slack.url}/"}}
        return client.post("/api/headwater/channels/", json=body).json["id"]

    return make


def test_the_form_says_at_each_field_what_is_wrong_and_keeps_the_rest(send, client):
    wrong = {"name": "", "within": "soon", "others": "<Mine>", "action-0-type": "call-webhook"}
    page = send(NEW, **RUN_FORM | wrong)

    assert page.status == 422
    for field in ("name", "within", "action-0-webhook_id"):
        assert f'id="error-{field}"' in page.text
    assert 'value="&lt;Mine&gt;"' in page.text
    assert client.post("/api/automations/filter", json={}).json == []


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


def test_what_the_form_cannot_show_is_changed_as_json(view, send, client, make):
    trigger = {"type": "sequence", "triggers": [FAILED, FAILED], "within": 60}
    one = make(trigger=trigger, actions_on_trigger=[CANCEL])
    moved = view(f"{page_of(one)}/edit")
    assert (moved.status, moved.headers["Location"]) == (303, f"{page_of(one)}/edit/json")

    actions = json.dumps([CANCEL, CANCEL])
    sent = {"trigger": json.dumps(trigger), "actions": actions, "tags": "a, b"}
    done = send(f"{page_of(one)}/edit/json", name="new", **sent)
    assert done.status == 303
    changed = read(client, page_of(one))
    assert (changed["name"], changed["tags"], len(changed["actions"])) == ("new", ["a", "b"], 2)


def test_json_is_refused_at_its_field(send):
    given = {"name": "", "trigger": "{", "actions": json.dumps([{"type": "run-deployment"}])}
    page = send(f"{NEW}/json", **given)
    assert page.status == 422
    assert "This is no JSON" in page.text
    assert 'id="error-name"' in page.text

    page = send(f"{NEW}/json", **given | {"name": "a", "trigger": json.dumps(FAILED)})
    assert "deployment_id is required" in page.text
    endless = FAILED | {"expect": ["prefect.flow-run.*"]}
    again = [{"type": "run-deployment", "source": "inferred"}]
    given = {"name": "a", "trigger": json.dumps(endless), "actions": json.dumps(again)}
    assert "infinite loop" in send(f"{NEW}/json", **given).text


def test_json_makes_an_automation(send, view, client):
    assert "prefect.flow-run.Failed" in view(f"{NEW}/json").text
    done = send(f"{NEW}/json", name="a", trigger=json.dumps(FAILED), actions="")

    assert read(client, done.headers["Location"])["actions"] == []


def test_an_event_is_automated_from_its_page(view, client):
    event = {"id": str(uuid4()), "event": "lunch", "resource": {"prefect.resource.id": "my.desk"}}
    client.post("/api/events", json=[event | {"occurred": clock.now().isoformat()}])
    form = view(view(f"/events/event/{event['id']}").link("Automate this event"))

    assert 'value="lunch"' in form.text
    assert 'value="my.desk"' in form.text
    assert view(f"{NEW}?event={uuid4()}").status == 200


def test_a_page_says_why_an_automation_fired_or_did_not(view, client, make, fire, make_run):
    run = make_run(state="FAILED")
    automation = make()
    assert "Why did it fire, or not?" in view(page_of(automation)).text

    page = view(f"{page_of(automation)}/why?kind=flow_run_id&about={run['id']}").text

    assert "expected is prefect.flow-run.Failed." in page
    assert "It counted, 1 of 1: the trigger fired." in page
    assert page.index("prefect.flow-run.Failed</a>") < page.index("prefect.flow-run.Pending</a>")
    assert view(f"{page_of(automation)}/why").status == 200


def test_the_page_of_why_shows_what_a_firing_came_to(view, client, make):
    run = client.post("/api/flows/", json={"name": "x"}).json["id"]
    event = {"id": str(uuid4()), "occurred": clock.now().isoformat(), "event": FAILED["expect"][0]}
    event |= {"resource": {"prefect.resource.id": f"prefect.flow-run.{run}"}}
    client.post("/api/events", json=[event])
    automation = make()
    write_firing(CANCEL, automation=UUID(automation), event=event)

    page = view(f"{page_of(automation)}/why?kind=event_id&about={event['id']}").text

    assert "The automation fired, " in page
    assert "Cancel the run" in page


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        ("flow_run_id", "x", "This is not such an id."),
        ("event_id", str(UUID(int=1)), "There is no such event"),
        ("resource_id", "x", "There are no events of it."),
    ],
)
def test_a_question_that_has_no_answer_is_told_so(view, make, kind, about, said):
    page = view(f"{page_of(make())}/why?kind={kind}&about={about}").text

    assert said in page
    assert f'value="{about}"' in page


def test_the_page_of_why_says_that_an_automation_is_off(view, make, make_run):
    run = make_run(state="FAILED")
    page = view(f"{page_of(make(enabled=False))}/why?about={run['id']}").text

    assert "The automation is off since" in page
    assert "on, it would fire." in page


def test_a_page_says_what_an_automation_would_have_done(view, make, make_run):
    make_run(state="FAILED")
    automation = make(enabled=False)

    page = view(f"{page_of(automation)}/replay?hours=1").text

    assert "It would have fired once" in page
    assert "prefect.flow-run.Failed</a>" in page
    assert "0 times" in view(f"{page_of(make(trigger=REACTIVE_X))}/replay?hours=x").text
