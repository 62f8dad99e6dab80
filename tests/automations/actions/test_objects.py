"""What templates name beside the event is read, and only if they name it."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from tests.automations.actions.making import Make, make_event


def test_templates_see_what_the_event_is_about(
    client: FlaskClient, deployment: Any, do: Make
) -> None:
    client.post("/api/work_pools/", json={"name": "farm", "type": "process"})
    pool = client.get("/api/work_pools/farm").json
    queue = client.get("/api/work_pools/farm/queues/default").json
    limit = client.post("/api/v2/concurrency_limits/", json={"name": "db", "limit": 3}).json
    task = {"task_key": "t", "dynamic_key": "0", "name": "extract"}
    task_run = client.post("/api/task_runs/", json=task).json
    client.post("/api/variables/", json={"name": "who", "value": {"a": [1]}})
    path = f"/api/deployments/{deployment['id']}/create_flow_run"
    run = client.post(path, json={"name": "fuzzy-leopard"}).json
    event = make_event(
        f"prefect.flow-run.{run['id']}",
        f"flow=prefect.flow.{run['flow_id']}",
        f"deployment=prefect.deployment.{deployment['id']}",
        f"a=prefect.work-pool.{pool['id']}",
        f"b=prefect.work-queue.{queue['id']}",
        f"c=prefect.concurrency-limit.{limit['id']}",
        f"d=prefect.task-run.{task_run['id']}",
    )
    templates = {
        "{{ flow_run.name }} {{ flow_run.parameters.day }} {{ flow_run.state.name }}": (
            "fuzzy-leopard today Scheduled"
        ),
        "{{ flow.name }} {{ deployment.name }} {{ task_run.name }}": "daily-etl nightly extract",
        "{{ work_pool.name }} {{ work_queue.name }} {{ concurrency_limit.limit }}": (
            "farm default 3"
        ),
        "{{ variables.who.a[0] }} {{ variables.who }}": "1 {'a': [1]}",
        "{{ flow_run | ui_url }}": f"http://127.0.0.1:4200/runs/flow-run/{run['id']}",
        "{{ flow_run.start_time is none }} {{ flow_run.created.year > 2000 }}": "True True",
    }
    parameters = {str(number): f"{one} " for number, one in enumerate(templates)}
    action = {"type": "run-deployment", "deployment_id": deployment["id"]}

    assert do(action | {"parameters": parameters}, event=event).state == "executed"
    (made,) = client.post(
        "/api/flow_runs/filter", json={"flow_runs": {"id": {"not_any_": [run["id"]]}}}
    ).json
    texts = [made["parameters"][name].removesuffix(" ") for name in parameters]
    assert texts == list(templates.values())


def test_the_state_of_a_run_is_that_of_the_event(
    client: FlaskClient, deployment: Any, make_run: Make, do: Make
) -> None:
    run, then = make_run(), datetime(2026, 11, 25, 3, tzinfo=UTC)
    labels = {
        "prefect.resource.id": f"prefect.flow-run.{run['id']}",
        "prefect.state-type": "FAILED",
        "prefect.state-name": "Broken",
        "prefect.state-message": "",
        "prefect.state-timestamp": then.isoformat(),
    }
    parameters = {"a": "{{ flow_run.state.name }} {{ flow_run.state.timestamp }}"}
    action = {"type": "run-deployment", "deployment_id": deployment["id"]}

    do(action | {"parameters": parameters}, event=make_event() | {"resource": labels})

    wanted = {"deployments": {"id": {"any_": [deployment["id"]]}}}
    (made,) = client.post("/api/flow_runs/filter", json=wanted).json
    assert made["parameters"]["a"] == "Broken 2026-11-25 03:00:00+00:00"


def test_what_is_gone_is_empty(client: FlaskClient, deployment: Any, do: Make) -> None:
    names = ("flow", "flow_run", "task_run", "deployment", "work_pool", "work_queue")
    nobody = "00000000-0000-0000-0000-000000000001"
    kinds = [name.replace("_", "-") for name in (*names, "concurrency_limit")]
    event = make_event("shop", *(f"x=prefect.{kind}.{nobody}" for kind in kinds))
    text = "".join(f"{{{{ {name}.name }}}}" for name in (*names, "concurrency_limit"))
    action = {"type": "run-deployment", "deployment_id": deployment["id"]}

    do(action | {"parameters": {"a": f"[{text}]"}}, event=event)

    (made,) = client.post("/api/flow_runs/filter", json={}).json
    assert made["parameters"]["a"] == "[]"


def test_nothing_is_read_that_no_template_names(
    fire: Make, act: Make, statements: list[str]
) -> None:
    fire({"type": "cancel-flow-run"}, event=make_event())
    statements.clear()
    act()

    assert not [one for one in statements if "FROM variable" in one or "FROM flow " in one]
