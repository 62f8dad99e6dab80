"""What the form holds, and the automation that it is: each comes back from the other."""

import json
from uuid import uuid4

import orjson
import pytest
from werkzeug.datastructures import MultiDict

from headwater.api.automations import AutomationCreate
from headwater_panel_automations.drafts import Draft
from headwater_panel_automations.suggestions import suggest

FLOW, POOL, DEPLOYMENT, CHANNEL = (str(uuid4()) for _ in range(4))
RESOURCE = "prefect.resource.id"
TELL = {
    "action-0-type": "send-notification",
    "action-0-channel_id": CHANNEL,
    "action-0-subject": "Look",
    "action-0-body": "{{ event.event }}",
}
LATE = {"name": "lateness", "threshold": 60, "operator": ">", "range": 300, "firing_for": 300}
METRIC = {"type": "metric", "match": {RESOURCE: "prefect.flow-run.*"}, "metric": LATE}
MEASURED = {"about": "metric", "metric_threshold": "90", "metric_range": "1h", "metric_for": "5m"}


def read(form):
    return Draft.read(MultiDict([("name", "a"), *TELL.items(), *form]))


def kept(draft):
    """The automation as the server shows it once it is kept."""
    made = draft.check()
    assert isinstance(made, AutomationCreate), made
    return made.model_dump(mode="json")


@pytest.mark.parametrize(
    "form",
    [
        [("about", "run"), ("state", "Failed")],
        [("about", "run"), ("threshold", "3"), ("within", "1h")],
        [("about", "run"), ("state", "Late"), ("others", "Mine, Yours"), ("run_flow", FLOW)],
        [("about", "run"), ("run_flow", FLOW), ("run_deployment", DEPLOYMENT), ("run_tag", "a, b")],
        [("about", "run"), ("state", "Running"), ("posture", "Proactive"), ("within", "30m")],
        [("about", "pool"), ("pool_status", "not-ready"), ("pool", POOL)],
        [("about", "queue"), ("queue_status", "ready"), ("queue_status", "paused")],
        [
            ("about", "deployment"),
            ("deployment_status", "not-ready"),
            ("posture", "Proactive"),
            ("within", "10m"),
        ],
        [("about", "event"), ("events", "lunch.*, tea"), ("resource", "my.desk"), ("each", "on")],
        [
            ("about", "event"),
            ("events", "lunch"),
            ("events_after", "bell"),
            ("related", "a, b"),
            ("posture", "Proactive"),
            ("within", "90"),
        ],
        [
            ("about", "metric"),
            ("metric_name", "successes"),
            ("metric_operator", "<="),
            ("metric_threshold", "99.9%"),
            ("metric_range", "1d"),
            ("metric_for", "10m"),
            ("run_flow", FLOW),
            ("run_tag", "a, b"),
        ],
        [
            ("about", "metric"),
            ("metric_name", "duration"),
            ("metric_operator", ">"),
            ("metric_threshold", "90m"),
            ("metric_range", "31d"),
            ("metric_for", "5m"),
        ],
    ],
)
def test_what_the_form_made_the_form_shows_again(form):
    threshold = [] if any(name == "threshold" for name, _ in form) else [("threshold", "1")]
    draft = read([*form, *threshold])
    body = kept(draft)
    again = Draft.of(body)

    assert again is not None
    assert again.trigger.about == draft.trigger.about
    assert kept(again)["trigger"] | {"id": None} == body["trigger"] | {"id": None}
    assert again.actions == draft.actions


@pytest.mark.parametrize(
    "values",
    [
        {"type": "run-deployment", "deployment_id": DEPLOYMENT, "parameters": '{\n  "a": 1\n}'},
        {"type": "run-deployment", "deployment_id": "", "parameters": ""},
        {"type": "pause-work-pool", "work_pool_id": POOL},
        {"type": "resume-automation", "automation_id": ""},
        {"type": "cancel-flow-run"},
        {"type": "change-flow-run-state", "state": "FAILED", "state_name": "Mine", "message": ""},
        {"type": "call-webhook", "webhook_id": CHANNEL, "payload": ""},
        {"type": "do-nothing"},
    ],
)
def test_each_kind_of_action_comes_back(values):
    form = {f"action-0-{name}": value for name, value in values.items()}
    event = [("about", "event"), ("events", "a"), ("threshold", "1")]
    draft = Draft.read(MultiDict([("name", "a"), *form.items(), *event]))
    (again,) = Draft.of(kept(draft)).actions

    assert {"type": again.type, **again.values} == values


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": {"type": "sequence", "triggers": [], "within": None}},
        {"trigger": {"type": "event", "posture": "Reactive", "match": {"a": "b"}}},
        {"trigger": {"type": "event", "posture": "Reactive", "for_each": ["a"], "expect": ["b"]}},
        {"trigger": {"type": "event", "posture": "Reactive"}},
        {"trigger": {"type": "event", "posture": "Reactive", "expect": ["a"], "threshold": 0}},
        {"trigger": METRIC | {"match": {"a": "b"}}},
        {"trigger": METRIC | {"metric": LATE | {"threshold": -5}}},
        {"trigger": METRIC | {"metric": LATE | {"name": "successes", "threshold": 1.5}}},
        {"actions_on_trigger": [{"type": "do-nothing"}]},
        {"actions": []},
        {"actions": [{"type": "send-notification", "block_document_id": CHANNEL, "body": ""}]},
        {
            "actions": [
                {"type": "run-deployment", "deployment_id": DEPLOYMENT, "schedule_after": 5},
            ]
        },
        {
            "actions": [
                {"type": "run-deployment", "source": "inferred", "job_variables": {"a": 1}},
            ]
        },
    ],
)
def test_what_the_form_has_no_field_for_is_not_shown_in_it(change):
    trigger = {"type": "event", "posture": "Reactive", "expect": ["a"]}
    body = {"name": "a", "trigger": trigger, "actions": [{"type": "do-nothing"}]}
    assert Draft.of(AutomationCreate.model_validate(body).model_dump(mode="json")) is not None

    body |= change
    assert Draft.of(AutomationCreate.model_validate(body).model_dump(mode="json")) is None


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"within": "soon"}, {"within"}),
        ({"posture": "Proactive", "within": "5s", "state": "Failed"}, {"within"}),
        ({"threshold": "0"}, {"threshold"}),
        ({"threshold": "\u00b2"}, {"threshold"}),
        ({"posture": "Proactive", "within": "1h", "about": "run"}, {"state"}),
        ({"about": "pool"}, {"pool_status"}),
        ({"about": "event"}, {"events"}),
        ({"about": "metric"}, {"metric_threshold", "metric_range", "metric_for"}),
        (MEASURED | {"metric_threshold": "101%"}, {"metric_threshold"}),
        (MEASURED | {"metric_threshold": "nan"}, {"metric_threshold"}),
        (MEASURED | {"metric_threshold": "10m"}, {"metric_threshold"}),
        (MEASURED | {"metric_name": "lateness"}, {"metric_threshold"}),
        (MEASURED | {"metric_range": "299s"}, {"metric_range"}),
        (MEASURED | {"metric_for": "32d"}, {"metric_for"}),
        ({"action-0-body": "{{ x"}, {"action-0-body"}),
        (
            {"action-0-body": "", "action-0-channel_id": ""},
            {"action-0-body", "action-0-channel_id"},
        ),
        (
            {"action-0-type": "run-deployment", "action-0-parameters": "[]"},
            {"action-0-parameters"},
        ),
        (
            {"action-0-type": "run-deployment", "action-0-deployment_id": "x"},
            {"action-0-deployment_id"},
        ),
        (
            {"action-0-type": "run-deployment", "action-0-parameters": '{"a": "{{ x"}'},
            {"action-0-parameters"},
        ),
        ({"action-0-type": "change-flow-run-state"}, {"action-0-state"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(form, fields):
    whole = {"name": "a", "threshold": "1"} | TELL | form
    wrong = Draft.read(MultiDict(whole)).check()

    assert set(wrong.fields) == fields
    assert all(wrong.fields.values())
    assert list(wrong.others) == []


@pytest.mark.parametrize(
    ("name", "typed", "threshold"),
    [
        ("successes", "90%", 0.9),
        ("successes", "90", 0.9),
        ("successes", "0.1 %", 0.001),
        ("successes", "0", 0),
        ("duration", "90m", 5400),
        ("lateness", "0s", 0),
    ],
)
def test_a_threshold_is_a_percentage_of_successes_and_else_a_length(name, typed, threshold):
    form = MEASURED | TELL | {"name": "a", "metric_name": name, "metric_threshold": typed}
    made = kept(Draft.read(MultiDict(form)))

    assert made["trigger"]["metric"] == {
        "name": name,
        "operator": "<",
        "threshold": threshold,
        "range": 3600,
        "firing_for": 300,
    }


def test_an_automation_that_does_nothing_is_not_kept():
    wrong = Draft.read(MultiDict({"name": "a", "threshold": "1"})).check()

    assert wrong.others


@pytest.mark.parametrize(
    ("event", "about", "sentence"),
    [
        (
            {
                "event": "prefect.flow-run.Failed",
                "resource": {RESOURCE: f"prefect.flow-run.{POOL}"},
                "related": [{RESOURCE: f"prefect.flow.{FLOW}", "prefect.resource.role": "flow"}],
            },
            "run",
            {"states": ["Failed"], "ids": {"run_flow": [FLOW]}},
        ),
        (
            {
                "event": "prefect.work-pool.not-ready",
                "resource": {RESOURCE: f"prefect.work-pool.{POOL}"},
                "related": [],
            },
            "pool",
            {"statuses": {"pool": ["not-ready"]}, "ids": {"pool": [POOL]}},
        ),
        (
            {"event": "lunch", "resource": {RESOURCE: "my.desk"}, "related": []},
            "event",
            {"events": "lunch", "resource": "my.desk"},
        ),
    ],
)
def test_an_event_suggests_what_to_wait_for(event, about, sentence):
    row = {
        name: value if name == "event" else orjson.Fragment(json.dumps(value))
        for name, value in event.items()
    }
    draft = suggest(row)

    assert draft.about == about
    assert {name: getattr(draft, name) for name in sentence} == sentence
