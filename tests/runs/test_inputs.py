"""What is sent to runs, and resuming them with it, answered as the clients' own server does."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
KEYS = {"response": "paused-1-response", "schema": "paused-1-schema"}
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
}


@pytest.fixture
def paused(make_run: Make, propose: Make) -> Any:
    run = make_run()
    propose(run, "RUNNING")
    details = {"pause_key": "1", "run_input_keyset": KEYS}
    assert propose(run, "PAUSED", state={"state_details": details})["status"] == "ACCEPT"
    return run


@pytest.fixture
def send(client: FlaskClient) -> Make:
    def post(run: Any, key: str, value: Any, **more: Any) -> Any:
        body = {"key": key, "value": value} | more
        return client.post(f"/api/flow_runs/{run['id']}/input", json=body)

    return post


@pytest.fixture
def resume(client: FlaskClient) -> Make:
    def post(run: Any, **body: Any) -> Any:
        return client.post(f"/api/flow_runs/{run['id']}/resume", json=body)

    return post


def test_a_text_is_read_back_as_it_was_sent(
    client: FlaskClient, make_run: Make, send: Make
) -> None:
    run, value = make_run(), '"é" \n {}'

    created = send(run, "greeting-1", value, sender="me")

    read = client.get(f"/api/flow_runs/{run['id']}/input/greeting-1")
    assert (created.status_code, created.json) == (201, None)
    assert read.content_type == "text/plain; charset=utf-8"
    assert read.text == value


def test_a_key_is_taken_once(make_run: Make, send: Make) -> None:
    run = make_run()
    send(run, "k", "1")

    again, elsewhere = send(run, "k", "2"), send(make_run(), "k", "2")

    assert again.status_code == 409
    assert again.json == {"detail": "A flow run input with this key already exists."}
    assert elsewhere.status_code == 201


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [("bad key", "x", 422), ("k_2.y", "x", 422), ("", "x", 201), ("k", {"a": 1}, 422)],
)
def test_keys_and_values_have_their_form(
    make_run: Make, send: Make, key: str, value: Any, status: int
) -> None:
    assert send(make_run(), key, value).status_code == status


def test_an_unknown_run_or_key_is_not_found(client: FlaskClient, send: Make) -> None:
    nowhere = {"id": str(uuid4())}
    path = f"/api/flow_runs/{nowhere['id']}/input"

    assert send(nowhere, "k", "x").json == {"detail": "Flow run not found"}
    assert client.get(f"{path}/k").json == {"detail": "Flow run input not found"}
    assert client.delete(f"{path}/k").status_code == 404
    assert client.post(f"{path}/filter", json={"prefix": ""}).json == []


def test_inputs_are_listed_by_the_beginnings_of_their_keys(
    client: FlaskClient, make_run: Make, send: Make
) -> None:
    run = make_run()
    for key in ("a-1", "a-2", "b-1"):
        send(run, key, key)

    def find(**body: Any) -> list[str]:
        rows = client.post(f"/api/flow_runs/{run['id']}/input/filter", json=body).json
        return [row["key"] for row in rows]

    assert find(prefix="a") == ["a-1"]
    assert find(prefix="a", limit=5) == ["a-1", "a-2"]
    assert find(prefix="", limit=5, exclude_keys=["a-2"]) == ["a-1", "b-1"]
    assert find(prefix="%", limit=5) == []
    assert find(prefix="A", limit=5) == []
    assert client.post(f"/api/flow_runs/{run['id']}/input/filter", json={}).status_code == 422


def test_a_text_is_removed(client: FlaskClient, make_run: Make, send: Make) -> None:
    run = make_run()
    send(run, "k", "x")

    assert client.delete(f"/api/flow_runs/{run['id']}/input/k").status_code == 204
    assert client.get(f"/api/flow_runs/{run['id']}/input/k").status_code == 404


def test_a_run_that_is_not_paused_is_not_resumed(make_run: Make, resume: Make) -> None:
    response = resume(make_run())

    assert response.status_code == 200
    assert response.json["status"] == "ABORT"
    assert response.json["state"] is None
    assert response.json["details"]["reason"] == "Cannot resume a flow run that is not paused."


def test_an_unknown_run_is_not_resumed(resume: Make) -> None:
    assert resume({"id": str(uuid4())}).json == {"detail": "Flow run not found"}


def test_a_paused_run_goes_on_with_the_input_that_it_asked_for(
    client: FlaskClient, paused: Any, send: Make, resume: Make, read_run: Make
) -> None:
    send(paused, KEYS["schema"], json.dumps(SCHEMA))

    response = resume(paused, run_input={"n": 3})

    run = read_run(paused)
    kept = client.get(f"/api/flow_runs/{paused['id']}/input/{KEYS['response']}").text
    assert (response.status_code, response.json["status"]) == (201, "ACCEPT")
    assert run["state_type"] == "RUNNING"
    assert json.loads(kept) == {"n": 3}
    # A run that goes on has started once more, until it is known to be the same process.
    assert (run["run_count"], run["empirical_policy"]["resuming"]) == (2, True)


@pytest.mark.parametrize(
    ("run_input", "reason"),
    [
        (
            {"n": "nope"},
            "Reason: Validation failed for field 'n'."
            " Failure reason: 'nope' is not of type 'integer'",
        ),
        (None, "Reason: Validation failed. Failure reason: 'n' is a required property"),
    ],
)
def test_an_input_of_another_kind_is_refused_and_the_run_stays_paused(
    paused: Any, send: Make, resume: Make, read_run: Make, run_input: Any, reason: str
) -> None:
    send(paused, KEYS["schema"], json.dumps(SCHEMA))

    response = resume(paused, run_input=run_input)

    assert (response.status_code, response.json["status"]) == (200, "REJECT")
    assert response.json["details"] == {"type": "abort_details", "reason": reason}
    assert response.json["state"]["type"] == "PAUSED"
    assert read_run(paused)["state_type"] == "PAUSED"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (None, "Run input schema not found."),
        ("{", "Run input schema is not valid JSON."),
        ('{"type": "odd"}', "Invalid schema: 'odd' is not valid under any of the given schemas"),
        ('{"$ref": "http://127.0.0.1:9/x"}', "Invalid schema: it refers to what is not within it."),
        ('{"$ref": "#"}', "Invalid schema: Unable to validate schema with circular references."),
    ],
)
def test_a_schema_that_is_none_is_told(
    paused: Any, send: Make, resume: Make, schema: str | None, reason: str
) -> None:
    if schema is not None:
        send(paused, KEYS["schema"], schema)

    assert resume(paused, run_input={}).json["details"]["reason"] == reason


def test_a_pause_forgets_what_was_sent_for_an_earlier_attempt(
    client: FlaskClient, make_run: Make, propose: Make, send: Make
) -> None:
    run = make_run()
    send(run, KEYS["response"], "old")
    propose(run, "RUNNING")

    propose(run, "PAUSED", state={"state_details": {"run_input_keyset": KEYS}})

    assert client.get(f"/api/flow_runs/{run['id']}/input/{KEYS['response']}").status_code == 404
