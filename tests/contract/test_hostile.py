"""Bodies that no client sends: what they get, and that they leave nothing behind."""

import json
from typing import Any
from uuid import uuid4

import pytest

MB = 1024 * 1024
NUMBERS = ["1.5", "2", str(2**63), str(2**70), "-0.5", "true", '"1.5"', '"x"', "[1]", "{}", "0"]


@pytest.mark.parametrize(
    "data",
    [b"{", b"\xff\xfe{}", b"\x00", b'{"name": "x"', b'{"name": "\xc3\x28"}', b"{'name': 'x'}"],
)
def test_what_is_no_json_is_refused(edge: Any, data: bytes, first_place: Any) -> None:
    response = edge.send("POST", "/api/flows/", data=data)

    assert first_place(response) == ["body"]
    assert response.json["exception_detail"][0]["type"] == "json_invalid"


@pytest.mark.parametrize("depth", [199, 250, 400, 500, 990, 10_000, 100_000])
@pytest.mark.parametrize("begin", ["[", '{"a":'])
@pytest.mark.parametrize("inner", ["1", '"\\ud800"'])
def test_deep_nesting_is_taken_or_refused(edge: Any, depth: int, begin: str, inner: str) -> None:
    end = "]" if begin == "[" else "}"
    deep = begin * depth + inner + end * depth
    state = f'{{"state": {{"type": "RUNNING", "data": {deep}}}}}'
    run = edge.world.ids["flow_runs"]

    edge.send("POST", "/api/flow_runs/", data=f'{{"parameters": {deep}}}')
    edge.send("POST", "/api/variables/", data=f'{{"name": "deep", "value": {deep}}}')
    edge.send("POST", f"/api/flow_runs/{run}/set_state", data=state)
    edge.send("POST", f"/api/flow_runs/{run}/set_state", data='{"state": {"type": "COMPLETED"}}')

    assert edge.send("GET", f"/api/flow_runs/{run}").status_code == 200
    assert edge.send("GET", f"/api/flow_run_states/?flow_run_id={run}").status_code == 200


def test_a_body_of_ten_megabytes_is_parsed_and_refused_by_field(
    edge: Any, first_place: Any
) -> None:
    body = {"name": "x" * 10 * MB, "colour": 1}

    response = edge.send("POST", "/api/flows/", json=body)

    assert first_place(response) == ["body", "name"]


def test_parameters_over_the_limit_are_refused_by_its_name(edge: Any) -> None:
    body = {"flow_id": edge.world.ids["flows"], "parameters": {"x": "y" * 10 * MB}}

    response = edge.send("POST", "/api/flow_runs/", json=body)

    assert response.status_code == 422
    assert "512 KB" in response.json["detail"]


@pytest.mark.parametrize("raw", NUMBERS)
def test_the_data_of_a_state_is_kept_as_it_was_written(edge: Any, raw: str) -> None:
    run = edge.world.ids["flow_runs"]
    body = f'{{"state": {{"type": "RUNNING", "data": {raw}}}, "force": true}}'

    assert edge.send("POST", f"/api/flow_runs/{run}/set_state", data=body).status_code == 201

    state = edge.send("GET", f"/api/flow_runs/{run}").json["state"]
    assert json.dumps(state["data"]) == raw
    (*_, last) = edge.send("GET", f"/api/flow_run_states/?flow_run_id={run}").json
    assert last["data"] == state["data"]


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
@pytest.mark.parametrize("field", ["parameters", "context", "labels", "job_variables"])
def test_what_no_database_keeps_is_refused_deep_within(
    edge: Any, text: str, field: str, first_place: Any
) -> None:
    flow = edge.world.ids["flows"]
    for deep in (f'{{"a": [{{"b": "{text}"}}]}}', f'{{"a": {{"{text}": 1}}}}'):
        response = edge.send(
            "POST", "/api/flow_runs/", data=f'{{"flow_id": "{flow}", "{field}": {deep}}}'
        )

        assert first_place(response)[:2] == ["body", field]


def test_of_two_keys_of_one_name_the_last_counts(edge: Any) -> None:
    response = edge.send("POST", "/api/flows/", data='{"name": "a", "name": "b"}')

    assert response.json["name"] == "b"


@pytest.mark.parametrize("name", ["", "\0", "a/b", "50%", "<b>", "a&b"])
def test_a_name_that_is_none_is_refused(edge: Any, name: str, first_place: Any) -> None:
    assert first_place(edge.send("POST", "/api/flows/", json={"name": name})) == ["body", "name"]


@pytest.mark.parametrize("kind", ["flow_runs", "task_runs"])
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_a_run_scheduled_at_the_calendars_end_can_be_asked_for_in_every_way(
    edge: Any, kind: str, time: str
) -> None:
    path = f"/api/{kind}/{edge.world.ids[kind]}"
    details = {"scheduled_time": time, "pause_timeout": time, "cache_expiration": time}
    details |= {"cache_key": "k"}
    for state in ("SCHEDULED", "RUNNING", "PAUSED", "RUNNING", "COMPLETED"):
        for force in (False, True):
            body = {"state": {"type": state, "state_details": details}, "force": force}
            assert edge.send("POST", f"{path}/set_state", json=body).status_code in (200, 201)
            edge.send("GET", path)
            edge.send("POST", f"/api/{kind}/filter", json={})
    history = {"history_start": "2020-01-01T00:00:00Z", "history_end": "2030-01-01T00:00:00Z"}
    edge.send("POST", f"/api/{kind}/history", json=history | {"history_interval_seconds": 86400})
    edge.send("POST", "/api/flow_runs/lateness", json={})
    edge.send("GET", f"/api/flow_runs/{edge.world.ids['flow_runs']}/graph-v2")


@pytest.mark.parametrize(
    "policy",
    [
        {"retries": 2**31 - 1, "retry_delay": 2**31 - 1},
        {"retries": 1, "retry_delay": [2**31 - 1] * 50, "retry_jitter_factor": 1e308},
        {"retries": 1, "retry_delay": 0.5, "retry_jitter_factor": 1e308},
        {"max_retries": 5, "retry_delay_seconds": 2e9},
    ],
)
def test_a_retry_that_lies_too_far_ahead_is_still_one(edge: Any, policy: Any) -> None:
    task = {"task_key": "x", "dynamic_key": uuid4().hex, "empirical_policy": policy}
    run = edge.send("POST", "/api/task_runs/", json=task).json["id"]
    path = f"/api/task_runs/{run}/set_state"
    edge.send("POST", path, json={"state": {"type": "RUNNING"}})

    response = edge.send("POST", path, json={"state": {"type": "FAILED"}})

    assert response.json["state"]["name"] == "AwaitingRetry"


@pytest.mark.parametrize("delay", [10**400, 1e18, -1, 2**31])
def test_a_delay_beyond_all_calendars_is_refused(edge: Any, delay: float, first_place: Any) -> None:
    for policy in ({"retry_delay": delay}, {"retry_delay": [delay]}):
        task = {"task_key": "x", "dynamic_key": "0", "empirical_policy": {"retries": 1} | policy}
        response = edge.send("POST", "/api/task_runs/", json=task)

        assert first_place(response)[:3] == ["body", "empirical_policy", "retry_delay"]


@pytest.mark.parametrize(
    "schema",
    [
        "1",
        "[]",
        "nonsense",
        "null",
        '"x"',
        "[" * 5000,
        "{" * 5000,
        '{"$ref": "http://127.0.0.1:9/"}',
        '{"$ref": "#"}',
        '{"type": 1}',
        '{"pattern": "("}',
        '{"properties": {"x": {"pattern": "("}}}',
        '{"$schema": "http://127.0.0.1:9/"}',
        '{"properties": {"x": {"multipleOf": 0}}}',
        '{"properties": {"x": {"multipleOf": 1e-400}}}',
        '{"properties": {"x": {"$ref": "#/properties/x"}}}',
        '{"minProperties": 1e400}',
        '{"$id": 1}',
    ],
)
def test_a_run_that_asks_for_nonsense_is_resumed_or_not(edge: Any, schema: str) -> None:
    flow = {"flow_id": edge.world.ids["flows"]}
    keys = {"schema": "wanted", "response": "given"}
    details = {"run_input_keyset": keys, "pause_timeout": "2036-01-01T00:00:00Z"}
    paused = {"type": "PAUSED", "state_details": details}
    for given in ('{"x": NaN}', '{"x": 1e400}', '{"x": "y"}', "{}", '{"x": 1}'):
        path = f"/api/flow_runs/{edge.send('POST', '/api/flow_runs/', json=flow).json['id']}"
        edge.send("POST", f"{path}/input", json={"key": "wanted", "value": schema})
        edge.send("POST", f"{path}/set_state", json={"state": paused, "force": True})

        response = edge.send("POST", f"{path}/resume", data=f'{{"run_input": {given}}}')

        assert response.status_code in (200, 201, 422)
