"""Requests that no client sends: what they get, and that they leave nothing behind."""

import json
from typing import Any
from uuid import uuid4

import pytest

MB = 1024 * 1024
NEW, OLD = "prefect/3.9.1 (API 0.8.4)", "prefect/2.20.27 (API 0.8.4)"
NUMBERS = ["1.5", "2", str(2**63), str(2**70), "-0.5", "true", '"1.5"', '"x"', "[1]", "{}", "0"]


def first_place(response: Any) -> list[Any]:
    assert response.status_code == 422, response.json
    place: list[Any] = response.json["exception_detail"][0]["loc"]
    return place


@pytest.mark.parametrize(
    "data",
    [b"{", b"\xff\xfe{}", b"\x00", b'{"name": "x"', b'{"name": "\xc3\x28"}', b"{'name': 'x'}"],
)
def test_what_is_no_json_is_refused(edge: Any, data: bytes) -> None:
    response = edge.send("POST", "/api/flows/", data=data)

    assert first_place(response) == ["body"]
    assert response.json["exception_detail"][0]["type"] == "json_invalid"


@pytest.mark.parametrize("depth", [199, 500, 990, 10_000, 100_000])
@pytest.mark.parametrize("begin", ["[", '{"a":'])
@pytest.mark.parametrize("inner", ["1", '"\\ud800"'])
def test_deep_nesting_is_taken_or_refused(edge: Any, depth: int, begin: str, inner: str) -> None:
    end = "]" if begin == "[" else "}"
    deep = begin * depth + inner + end * depth
    state = f'{{"state": {{"type": "RUNNING", "data": {deep}}}}}'
    run = edge.world.ids["flow_runs"]

    edge.send("POST", "/api/flow_runs/", data=f'{{"parameters": {deep}}}')
    edge.send("POST", f"/api/flow_runs/{run}/set_state", data=state)
    edge.send("POST", f"/api/flow_runs/{run}/set_state", data='{"state": {"type": "COMPLETED"}}')

    assert edge.send("GET", f"/api/flow_runs/{run}").status_code == 200
    assert edge.send("GET", f"/api/flow_run_states/?flow_run_id={run}").status_code == 200


def test_a_body_of_ten_megabytes_is_parsed_and_refused_by_field(edge: Any) -> None:
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
def test_what_no_database_keeps_is_refused_deep_within(edge: Any, text: str, field: str) -> None:
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
def test_a_name_that_is_none_is_refused(edge: Any, name: str) -> None:
    assert first_place(edge.send("POST", "/api/flows/", json={"name": name})) == ["body", "name"]


@pytest.mark.parametrize("field", ["start_time", "end_time", "expected_start_time"])
@pytest.mark.parametrize("end", ["before_", "after_"])
@pytest.mark.parametrize(
    ("time", "status"),
    [
        ("0001-01-01T00:00:00+14:00", 422),
        ("9999-12-31T23:59:59-14:00", 422),
        ("0001-01-01T00:00:00Z", 200),
        ("9999-12-31T23:59:59.999999Z", 200),
        ("10000-01-01T00:00:00Z", 422),
        ("2026-02-30T00:00:00Z", 422),
    ],
)
def test_a_time_at_the_calendars_end_is_asked_for_or_refused(
    edge: Any, field: str, end: str, time: str, status: int
) -> None:
    body = {"flow_runs": {field: {end: time}}}

    response = edge.send("POST", "/api/flow_runs/filter", json=body)

    assert response.status_code == status
    if status == 422:
        assert first_place(response) == ["body", "flow_runs", field, end]


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
    ("start", "end", "seconds"),
    [
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 1),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 1e11),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 1e300),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 1e-300),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", -1),
        ("9999-12-31T23:59:00Z", "9999-12-31T23:59:59Z", 86_400),
    ],
)
@pytest.mark.parametrize("kind", ["flow_runs", "task_runs"])
def test_a_history_of_any_length_has_an_end(
    edge: Any, kind: str, start: str, end: str, seconds: float
) -> None:
    body = {"history_start": start, "history_end": end, "history_interval_seconds": seconds}

    response = edge.send("POST", f"/api/{kind}/history", json=body)

    assert response.status_code == 422 or len(response.json) <= 500


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
def test_a_delay_beyond_all_calendars_is_refused(edge: Any, delay: float) -> None:
    for policy in ({"retry_delay": delay}, {"retry_delay": [delay]}):
        task = {"task_key": "x", "dynamic_key": "0", "empirical_policy": {"retries": 1} | policy}
        response = edge.send("POST", "/api/task_runs/", json=task)

        assert first_place(response)[:3] == ["body", "empirical_policy", "retry_delay"]


@pytest.mark.parametrize("path", ["flow_runs/filter", "task_runs/count", "flows/filter"])
def test_a_list_that_no_statement_takes_is_refused_by_field(edge: Any, path: str) -> None:
    ids = [str(uuid4())] * 10_001

    response = edge.send("POST", f"/api/{path}", json={"flow_runs": {"id": {"any_": ids}}})

    assert first_place(response) == ["body", "flow_runs", "id", "any_"]


def test_tags_whose_limits_no_statement_takes_are_refused(edge: Any) -> None:
    task = {"task_key": "x", "dynamic_key": "0", "tags": ["x"] * 10_001}

    response = edge.send("POST", "/api/task_runs/", json=task)

    assert first_place(response) == ["body", "tags"]


def test_lists_that_no_statement_takes_together_are_refused(edge: Any) -> None:
    ids = [str(uuid4())] * 9_000
    filters = {"id": {"any_": ids}, "deployment_id": {"any_": ids}}

    response = edge.send(
        "POST", "/api/flow_runs/count", json={"flow_runs": filters, "flows": {"id": {"any_": ids}}}
    )

    assert first_place(response) == ["body"]


@pytest.mark.parametrize("path", ["flow_runs/filter", "task_runs/filter", "flows/count"])
def test_a_list_at_the_limit_is_taken(edge: Any, path: str) -> None:
    ids = [str(uuid4()) for _ in range(10_000)]
    tags = [f"tag {number}" for number in range(200)]
    body = {"flow_runs": {"id": {"any_": ids}, "tags": {"all_": tags}}}

    assert edge.send("POST", f"/api/{path}", json=body).json in ([], 0)


@pytest.mark.parametrize("sign", ["\\", "\\\\", "%", "_", "[", "'", '"', "*", "x" * 1000])
@pytest.mark.parametrize("path", ["flows", "flow_runs", "task_runs", "block_documents"])
def test_any_sign_in_a_pattern_is_taken_the_same_way(edge: Any, path: str, sign: str) -> None:
    body = {path: {"name": {"like_": sign}}}
    assert edge.world.ids[path]

    found = edge.send("POST", f"/api/{path}/filter", json=body)

    assert found.status_code == 200
    assert bool(found.json) == (sign in "%_")


def test_a_pattern_too_complex_is_refused_by_field(edge: Any) -> None:
    body = {"flows": {"name": {"like_": "x" * 1001}}}

    response = edge.send("POST", "/api/flows/filter", json=body)

    assert first_place(response) == ["body", "flows", "name", "like_"]


@pytest.mark.parametrize("offset", [2**63 - 1, 10**12])
def test_an_offset_beyond_all_rows_finds_none(edge: Any, offset: int) -> None:
    assert edge.send("POST", "/api/flow_runs/filter", json={"offset": offset}).json == []


@pytest.mark.parametrize("offset", [2**63, -1, 10**400])
def test_an_offset_that_is_none_is_refused(edge: Any, offset: int) -> None:
    response = edge.send("POST", "/api/flow_runs/filter", json={"offset": offset})

    assert first_place(response) == ["body", "offset"]


@pytest.mark.parametrize("agent", [NEW, OLD])
def test_numbers_of_any_size_are_refused_in_the_words_of_each_major(edge: Any, agent: str) -> None:
    body = f'{{"limit": {"9" * 5000}}}'

    response = edge.send("POST", "/api/flows/filter", data=body, headers={"User-Agent": agent})

    assert response.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/api/flows/%00",
        "/api/flows/name/%00",
        "/api/flows/name/%ff%fe",
        "/api/flows/name/%ed%a0%80",
        "/api/flows/name/" + "x" * 100_000,
        "/api/flow_runs/%2e%2e/flows",
        "/api/flow_runs/'; DROP TABLE flow; --",
        "/api/flow_run_states/?flow_run_id=%00",
        "/api/flow_run_states/?flow_run_id=%ff",
        "/api/flow_run_states/?flow_run_id=",
        "/api/flow_run_states/?flow_run_id=1&flow_run_id=2",
        "/api/flow_run_states/",
        "/api/block_schemas/checksum/%ff?version=%00",
        "/api/block_schemas/checksum/x?version=%ed%a0%80",
        "/api/block_types/slug/%00",
        "/api/block_types/slug/x?include_secrets=maybe",
        "/api/channels/%00/%ff",
        "/api/observed-states?query=%00",
        "/api/observed-states?limit=9223372036854775808",
        "/api/%E2%80%AE",
    ],
)
def test_an_address_that_is_none_is_refused(edge: Any, path: str) -> None:
    assert edge.send("GET", path).status_code in (307, 404, 422)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X" * 500, "get"])
def test_a_method_that_is_none_is_refused(edge: Any, method: str) -> None:
    assert edge.send(method, "/api/flows/filter").status_code in (404, 405, 501)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-HTTP-Method": "DELETE"},
        {"User-Agent": "prefect/" + "9" * 10_000},
        {"User-Agent": "prefect/999999999999999999.0.0 (API x)"},
        {"User-Agent": "\xff\xfe"},
        {"User-Agent": "prefect/2.20.27+" + "a" * 10_000 + " (API 0.8.4)"},
        {"Accept": "text/html", "HX-Request": "true"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "text/plain; charset=utf-7"},
        {"Content-Type": "\xff"},
        {"Content-Encoding": "gzip"},
        {"Cookie": "a=" + "b" * 10_000},
        {"If-None-Match": "*", "Range": "bytes=0-0"},
        {"Authorization": "Bearer \xff"},
        {"Host": "evil.example"},
        {"X-PREFECT-API-VERSION": "0.8.99999999999999999999"},
    ],
)
def test_headers_that_no_client_sends_change_nothing(edge: Any, headers: dict[str, str]) -> None:
    flow = edge.world.ids["flows"]

    made = edge.send("POST", "/api/flows/", data=b'{"name": "etl"}', headers=headers)

    assert (made.status_code, made.json["id"]) == (200, flow)
    assert edge.send("GET", f"/api/flows/{flow}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "version",
    ["", "x", "0.8", "0.8.4.1", "-1.0.0", "²·8·4", "0.8.4\t", "9" * 5000 + ".0.0", "\u0660.8.4"],
)
def test_a_version_that_is_none_is_refused(edge: Any, version: str) -> None:
    headers = {"X-PREFECT-API-VERSION": version}
    response = edge.send("GET", "/api/admin/version", headers=headers)

    assert response.status_code == 400


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
