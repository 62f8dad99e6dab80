"""Deployments that events run: by `prefect.yaml`, by the command line, by the SDK, and served."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.commands import EVENTS, Shell, interrupt, killed_at_last, wait_until

SCRIPT = Path(__file__).parent / "scripts" / "triggering.py"
KINDS = ["event", "compound", "sequence", "metric"]


def trigger(*events: str, **fields: Any) -> dict[str, Any]:
    """Return a trigger as files have it."""
    return {"expect": list(events), **fields}


def list_triggers(name: str) -> list[dict[str, Any]]:
    one, two = trigger(f"{name}.one"), trigger(f"{name}.two")
    both = {"type": "compound", "require": "all", "within": 300, "triggers": [one, two]}
    order = {"type": "sequence", "within": 300, "triggers": [two, one]}
    slow = {"name": "duration", "operator": ">", "threshold": 60}
    template = {"__prefect_kind": "jinja", "template": "{{ event.payload.sizes | tojson }}"}
    parameters = {
        "rows": "{{ event.payload.rows }}",
        "of": "{{ event.resource.name }}",
        "sizes": {"__prefect_kind": "json", "value": template},
    }
    return [
        trigger(f"{name}.one", match={"kind": "ev*"}, parameters=parameters),
        both | {"parameters": {"of": "compound"}},
        order | {"parameters": {"of": "sequence"}},
        {"type": "metric", "posture": "Metric", "metric": slow, "enabled": False},
    ]


@pytest.fixture(scope="module")
def pool(shell: Shell, major: str) -> str:
    """Return the name of a pool without workers; the shell's folder has the flow."""
    name = f"triggered-{major[0]}"
    shell("work-pool", "create", name, "--type", "process")
    (shell.folder / SCRIPT.name).write_text(SCRIPT.read_text())
    return name


@pytest.fixture(scope="module")
def find_automations(reader: Any) -> Callable[[str], Any]:
    """Return what gives a deployment's automations in the order in which they were made."""

    def find(deployment_id: str) -> Any:
        found = reader.get(f"automations/related-to/prefect.deployment.{deployment_id}")
        return sorted(found, key=lambda automation: str(automation["created"]))

    return find


@pytest.fixture(scope="module")
def emit(shells: Callable[[str], Shell]) -> Callable[..., None]:
    def tell(event: str, **payload: Any) -> None:
        resource = {"prefect.resource.id": "x", "prefect.resource.name": "event", "kind": "event"}
        told = ("--resource", json.dumps(resource), "--payload", json.dumps(payload))
        shells("3.9")("event", "emit", event, *told)

    return tell


@pytest.fixture(scope="module")
def list_runs(reader: Any) -> Callable[[str], Any]:
    def find(deployment_id: str) -> Any:
        return reader.filter("flow_runs", flow_runs={"deployment_id": {"any_": [deployment_id]}})

    return find


@pytest.fixture(scope="module")
def deploy(shell: Shell, pool: str) -> Callable[..., None]:
    """Return what deploys by `prefect.yaml`, with more words to the command."""

    def make(name: str, triggers: Any, *words: str) -> None:
        one = {"name": name, "entrypoint": f"{SCRIPT.name}:fills", "work_pool": {"name": pool}}
        file = {"pull": [], "deployments": [one | {"triggers": triggers}]}
        path = shell.folder / "prefect.yaml"
        path.write_text(yaml.safe_dump(file))
        shell("deploy", "--name", name, *words)
        path.unlink()  # or it were about what others deploy from the folder

    return make


def test_triggers_of_a_file_run_the_deployment_with_what_the_event_tells(
    deploy: Callable[..., None],
    find_deployment: Callable[[str], Any],
    find_automations: Callable[[str], Any],
    list_runs: Callable[[str], Any],
    emit: Callable[..., None],
    major: str,
) -> None:
    name = f"by-file-{major[0]}"
    deploy(name, list_triggers(name))
    deployment = find_deployment(name)

    made = find_automations(deployment["id"])
    assert [one["trigger"]["type"] for one in made] == KINDS
    assert [one["name"] for one in made] == [f"{name}__automation_{n}" for n in range(1, 5)]
    assert [one["enabled"] for one in made] == [True, True, True, False]
    emit(f"{name}.one", rows=5, sizes=[1, {"a": None}])
    emit(f"{name}.two")
    runs = wait_until(lambda: len(found := list_runs(deployment["id"])) == 2 and found)

    by = {run["parameters"]["of"]: run for run in runs}
    assert by["event"]["parameters"] == {"rows": 5, "of": "event", "sizes": [1, {"a": None}]}
    assert by["event"]["created_by"] == {
        "id": made[0]["id"],
        "type": "AUTOMATION",
        "display_value": made[0]["name"],
    }
    assert by["compound"]["parameters"] == {"of": "compound"}
    emit(f"{name}.one", rows=6, sizes=[])  # which is in the order of the sequence now
    wait_until(
        lambda: "sequence" in [run["parameters"]["of"] for run in list_runs(deployment["id"])]
    )


def test_deploying_anew_replaces_the_automations(
    deploy: Callable[..., None],
    shell: Shell,
    find_deployment: Callable[[str], Any],
    find_automations: Callable[[str], Any],
    major: str,
) -> None:
    name = f"again-{major[0]}"
    deploy(name, list_triggers(name))
    deployment_id = find_deployment(name)["id"]
    first = find_automations(deployment_id)

    deploy(name, list_triggers(name))
    second = find_automations(deployment_id)
    assert [one["name"] for one in second] == [one["name"] for one in first]
    assert {one["id"] for one in second}.isdisjoint(one["id"] for one in first)

    # What is said with the command stands in place of what the file says.
    (shell.folder / "more.yaml").write_text(yaml.safe_dump({"triggers": [trigger("b")]}))
    (shell.folder / "more.json").write_text(json.dumps({"triggers": [trigger("c", name="third")]}))
    said = ("--trigger", json.dumps(trigger("a", name="first")))
    deploy(name, list_triggers(name), *said, "--trigger", "more.yaml", "--trigger", "more.json")
    third = find_automations(deployment_id)
    assert [one["name"] for one in third] == ["first", f"{name}__automation_2", "third"]
    assert [one["trigger"]["expect"] for one in third] == [["a"], ["b"], ["c"]]

    # As with the clients' own server, they are there until somebody deletes them.
    shell("deployment", "delete", f"fills/{name}")
    assert find_automations(deployment_id) == third


def test_triggers_that_the_sdk_deploys_are_there_once(
    run: Callable[..., Any],
    pool: str,
    find_automations: Callable[[str], Any],
    major: str,
) -> None:
    name = f"by-sdk-{major[0]}"
    deployment_id, again = run(major, "triggering.py", "deploy", name, pool, **EVENTS).seen
    assert again == deployment_id

    made = find_automations(deployment_id)
    assert [one["trigger"]["type"] for one in made] == KINDS
    assert [one["name"] for one in made] == [
        f"{name}-event",
        *(f"{name}__automation_{number}" for number in (2, 3, 4)),
    ]
    assert made[0]["actions"][0]["job_variables"] == {"env": {"A": "1"}}
    assert [one["trigger"].get("within") for one in made] == [0, 300, 300, None]
    description = "slow" if major == "3.9" else ""  # which 2.20 does not send
    assert (made[3]["enabled"], made[3]["description"]) == (False, description)


def test_a_served_flow_is_run_by_an_event(
    start: Callable[..., Any],
    find_deployment: Callable[[str], Any],
    find_automations: Callable[[str], Any],
    list_runs: Callable[[str], Any],
    emit: Callable[..., None],
    reader: Any,
    major: str,
) -> None:
    name = f"served-by-event-{major[0]}"
    often = {"PREFECT_RUNNER_POLL_FREQUENCY": "2"}
    started = start(major, "triggering.py", "serve", name, **often, **EVENTS)
    with killed_at_last(started.process):
        deployment = wait_until(lambda: find_deployment(name))
        wait_until(lambda: len(find_automations(deployment["id"])) == len(KINDS))
        emit(f"{name}.one", rows=7)

        def find() -> Any:
            assert started.process.poll() is None, started.read("console")
            found = list_runs(deployment["id"])
            return found if [run["state_type"] for run in found] == ["COMPLETED"] else None

        (run,) = wait_until(find)
        interrupt(started.process)
    assert run["parameters"] == {"rows": 7, "of": "event"}
    wait_until(lambda: "7 rows of event" in [line["message"] for line in reader.logs(run["id"])])
