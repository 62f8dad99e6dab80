"""What each action does, and what it tells of that."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.automations.actions.making import Make, make_event

NOBODY = str(UUID(int=1))
ACTIONS = "prefect.automation.action."


def ended(events: Make) -> Any:
    """Return the events that tell of actions."""
    return [one for one in events() if one.event.startswith(ACTIONS)]


def test_a_run_is_made_with_what_the_action_says(
    client: FlaskClient, deployment: Any, do: Make
) -> None:
    action = {"type": "run-deployment", "deployment_id": deployment["id"], "schedule_after": 3600.0}
    done = do(
        action
        | {
            "parameters": {"rows": "{{ event.payload.rows }}", "of": "from {{ event.event }}"},
            "job_variables": {"env": {"A": "1"}},
        },
        event=make_event(),
    )

    (run,) = client.post("/api/flow_runs/filter", json={}).json
    assert done.state == "executed"
    assert run["parameters"] == {"day": "today", "rows": 5, "of": "from order.placed"}
    assert run["job_variables"] == {"env": {"A": "1"}}
    assert run["created_by"] == {
        "id": str(done.ids.automation),
        "type": "AUTOMATION",
        "display_value": "alarm",
    }
    assert run["idempotency_key"] == (
        f"automation {done.ids.automation}, action 0, invocation {done.invocation}"
    )
    due = datetime.fromisoformat(run["expected_start_time"])
    assert due - datetime.fromisoformat(run["created"]) == timedelta(hours=1)
    assert done.details["status_code"] == 201
    assert done.details["related"] == [
        {
            "prefect.resource.id": f"prefect.deployment.{deployment['id']}",
            "prefect.resource.role": "target",
        },
        {
            "prefect.resource.id": f"prefect.flow-run.{run['id']}",
            "prefect.resource.role": "flow-run",
            "prefect.resource.name": run["name"],
        },
    ]


def test_the_events_of_a_run_that_was_made_name_the_automation(
    client: FlaskClient, deployment: Any, do: Make, events: Make
) -> None:
    done = do({"type": "run-deployment", "deployment_id": deployment["id"]}, event=make_event())
    (run,) = client.post("/api/flow_runs/filter", json={}).json
    state = {"type": "RUNNING"}
    client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": state, "force": True})

    told = [one for one in events() if one.event.startswith("prefect.flow-run.")]
    assert [one.event for one in told] == [
        "prefect.flow-run.Scheduled",
        "prefect.flow-run.Running",
    ]
    creator = {
        "prefect.resource.id": f"prefect.automation.{done.ids.automation}",
        "prefect.resource.role": "creator",
        "prefect.resource.name": "alarm",
    }
    assert [one.related[-1] for one in told] == [creator, creator]


def test_the_events_of_an_action_are_those_of_the_clients_own_server(
    deployment: Any, do: Make, events: Make
) -> None:
    event = make_event("shop", f"deployment=prefect.deployment.{deployment['id']}")
    done = do({"type": "run-deployment", "source": "inferred"}, event=event)

    triggered, executed = ended(events)
    which = {"action_index": 0, "action_type": "run-deployment", "invocation": done.invocation}
    assert (triggered.event, executed.event) == (f"{ACTIONS}triggered", f"{ACTIONS}executed")
    assert (str(triggered.follows), executed.follows) == (event["id"], triggered.id)
    assert triggered.payload == which
    assert executed.payload == which | {"status_code": 201}
    assert executed.resource == {
        "prefect.resource.id": f"prefect.automation.{done.ids.automation}",
        "prefect.resource.name": "alarm",
        "prefect.trigger-type": "event",
        "prefect.posture": "Reactive",
    }
    assert [one["prefect.resource.role"] for one in executed.related] == [
        "target",
        "flow-run",
        "automation-triggered-event",
        "triggering-event",
    ]
    assert executed.related[2:] == triggered.related[2:]
    ids = [one["prefect.resource.id"] for one in executed.related[2:]]
    assert ids == [f"prefect.event.{done.ids.event}", f"prefect.event.{event['id']}"]


def test_an_action_on_trigger_is_about_the_event_of_the_firing(
    make_block: Make, fire: Make, act: Make, events: Make, slack: Any
) -> None:
    channel = make_block("slack-webhook", url=slack.url)
    body = {"type": "send-notification", "block_document_id": channel, "body": "{{ event.id }}"}
    ids = fire({"type": "do-nothing"}, on_trigger=(body,), event=make_event())
    act()

    told = [one for one in ended(events) if one.payload["action_index"] == 1]
    last = told[-1]
    roles = {one["prefect.resource.role"]: one["prefect.resource.id"] for one in last.related}
    assert roles["triggering-event"] == roles["automation-triggered-event"]
    assert roles["triggering-event"] == f"prefect.event.{ids.event}"


@pytest.mark.parametrize(
    ("action", "paused"), [("pause-deployment", True), ("resume-deployment", False)]
)
def test_a_deployment_is_paused_and_resumed(
    client: FlaskClient, deployment: Any, do: Make, action: str, paused: bool
) -> None:
    path = f"/api/deployments/{deployment['id']}"
    client.patch(path, json={"paused": not paused})

    assert do({"type": action, "deployment_id": deployment["id"]}).state == "executed"
    assert client.get(path).json["paused"] == paused


@pytest.mark.parametrize("source", ["selected", "inferred"])
@pytest.mark.parametrize("kind", ["work-pool", "work-queue", "automation"])
def test_pools_queues_and_automations_are_switched(
    client: FlaskClient, do: Make, kind: str, source: str
) -> None:
    pool = client.post("/api/work_pools/", json={"name": "farm", "type": "process"}).json
    queue = client.get("/api/work_pools/farm/queues/default").json
    trigger = {"posture": "Reactive", "expect": ["a"]}
    body = {"name": "other", "trigger": trigger, "actions": []}
    other = client.post("/api/automations/", json=body).json
    found = {"work-pool": pool, "work-queue": queue, "automation": other}[kind]
    paths = {"work-pool": "work_pools/farm", "work-queue": "work_pools/farm/queues/default"}
    path = "/api/" + paths.get(kind, f"automations/{found['id']}")
    named = {f"{kind.replace('-', '_')}_id": found["id"]} if source == "selected" else {}
    event = make_event("shop", f"x=prefect.{kind}.{found['id']}")

    def is_off() -> bool:
        shown = client.get(path).json
        return not shown["enabled"] if kind == "automation" else shown["is_paused"]

    assert do({"type": f"pause-{kind}", "source": source} | named, event=event).state == "executed"
    assert is_off()
    done = do({"type": f"resume-{kind}", "source": source} | named, event=event)
    assert done.details["status_code"] == 204
    assert not is_off()


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ({"type": "cancel-flow-run"}, ("CANCELLING", "Cancelling", "Cancelled by Automation {}")),
        (
            {"type": "change-flow-run-state", "state": "FAILED"},
            ("FAILED", "Failed", "State changed by Automation {}"),
        ),
        (
            {"type": "change-flow-run-state", "state": "CRASHED", "name": "Lost", "message": "m"},
            ("CRASHED", "Lost", "m"),
        ),
    ],
)
def test_a_run_is_moved(
    client: FlaskClient, make_run: Make, do: Make, action: Any, state: tuple[str, str, str]
) -> None:
    run = make_run()
    done = do(action, event=make_event(f"prefect.flow-run.{run['id']}"))

    shown = client.get(f"/api/flow_runs/{run['id']}").json["state"]
    kind, name, message = state
    assert done.state == "executed", done.reason
    assert (shown["type"], shown["name"]) == (kind, name)
    assert shown["message"] == message.format(done.ids.automation)


def test_a_suspended_run_waits_for_an_hour_and_is_resumed(
    client: FlaskClient, flow: Any, deployment: Any, do: Make
) -> None:
    body = {"state": {"type": "PENDING"}}
    path = f"/api/deployments/{deployment['id']}/create_flow_run"
    run = client.post(path, json=body).json
    client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": {"type": "RUNNING"}})
    event = make_event(f"prefect.flow-run.{run['id']}")
    assert do({"type": "suspend-flow-run"}, event=event).state == "executed"
    state = client.get(f"/api/flow_runs/{run['id']}").json["state"]
    waits = datetime.fromisoformat(state["state_details"]["pause_timeout"])
    assert waits - datetime.fromisoformat(state["timestamp"]) == timedelta(hours=1)

    assert do({"type": "resume-flow-run"}, event=event).state == "executed"
    assert client.get(f"/api/flow_runs/{run['id']}").json["state"]["type"] == "SCHEDULED"


def test_what_the_rules_refuse_is_done_by_force_alone(
    client: FlaskClient, make_run: Make, do: Make
) -> None:
    run = make_run("CANCELLING")
    action = {"type": "change-flow-run-state", "state": "RUNNING"}
    event = make_event(f"prefect.flow-run.{run['id']}")

    refused = do(action, event=event)
    assert refused.state == "failed"
    assert refused.reason.startswith("Failed to set state: ")
    assert do(action | {"force": True}, event=event).state == "executed"


def test_a_run_goes_with_its_logs(client: FlaskClient, make_run: Make, do: Make) -> None:
    run = make_run()
    line = {"name": "a", "level": 20, "message": "m", "timestamp": run["created"]}
    client.post("/api/logs/", json=[line | {"flow_run_id": run["id"]}])

    labels = {"prefect.resource.id": f"prefect.flow-run.{run['id']}"}
    done = do({"type": "delete-flow-run"}, labels=labels)

    assert done.state == "executed"
    assert client.get(f"/api/flow_runs/{run['id']}").status_code == 404
    assert client.post("/api/logs/filter", json={}).json == []


def test_the_run_that_a_trigger_looks_at_comes_before_that_of_the_event(
    client: FlaskClient, make_run: Make, do: Make
) -> None:
    looked_at, other = make_run(), make_run()
    do(
        {"type": "cancel-flow-run"},
        event=make_event(f"prefect.flow-run.{other['id']}"),
        labels={"prefect.resource.id": f"prefect.flow-run.{looked_at['id']}"},
    )

    runs = [client.get(f"/api/flow_runs/{run['id']}").json for run in (looked_at, other)]
    states = [run["state_type"] for run in runs]
    assert states == ["CANCELLING", "RUNNING"]


def test_a_message_goes_through_the_outbox(
    client: FlaskClient, make_block: Make, do: Make, slack: Any
) -> None:
    channel = make_block("slack-webhook", url=slack.url)
    run_id = uuid4()
    body = {"subject": "{{ automation.name }}", "body": "{{ event.payload.rows }} rows"}

    done = do(
        {"type": "send-notification", "block_document_id": channel} | body,
        event=make_event(f"prefect.flow-run.{run_id}"),
    )

    (delivery,) = client.post("/api/headwater/notifications/filter", json={}).json
    assert (done.state, done.details["delivery"]) == ("executed", delivery["id"])
    assert (delivery["state"], delivery["channel_id"]) == ("pending", channel)
    roles = [one["prefect.resource.role"] for one in done.details["related"]]
    assert roles == ["block", "block-type"]
