"""What every route has in common: versions, slashes, errors, sizes."""

import re
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from headwater.web.context import SETTINGS
from headwater.web.rights import find_right

OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
NEW = {"User-Agent": "prefect/3.9.1 (API 0.8.4)"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/health", True),
        ("/api/hello", "👋"),
        ("/api/version", "0.8.4"),
        ("/api/admin/version", "3.9.1"),
        ("/api/admin/storage", {"default_result_storage_block_id": None}),
    ],
)
def test_clients_learn_what_server_this_is(client: FlaskClient, path: str, body: Any) -> None:
    response = client.get(path, headers=NEW)

    assert (response.status_code, response.json) == (200, body)


def test_clients_are_told_to_do_without_csrf_tokens(client: FlaskClient) -> None:
    response = client.get("/api/csrf-token?client=c")

    assert response.status_code == 422
    assert response.json == {"detail": "CSRF protection is disabled."}


@pytest.mark.parametrize(
    ("version", "status", "words"),
    [
        ("0.8.4", 200, ""),
        ("0.8.0", 200, ""),
        ("9.0.0", 200, ""),
        ("0.7.0", 400, "The request specified API version 0.7.0 but this server requires"),
        ("abc", 400, "Expected header in format 'x.y.z' but received abc"),
    ],
)
def test_a_client_of_an_api_too_old_is_told_so(
    client: FlaskClient, version: str, status: int, words: str
) -> None:
    response = client.get("/api/admin/version", headers={"X-PREFECT-API-VERSION": version})

    assert response.status_code == status
    assert status == 200 or words in response.json["detail"]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/api/flows", "/api/flows/"),
        ("/api/flows/filter/", "/api/flows/filter"),
        ("/api/flows/filter/?a=b", "/api/flows/filter?a=b"),
    ],
)
def test_a_wrong_slash_is_redirected_with_the_body(
    client: FlaskClient, path: str, there: str
) -> None:
    response = client.post(path, json={})

    assert response.status_code == 307
    assert response.headers["Location"].endswith(there)


def test_an_unknown_address_and_a_wrong_method_are_told_apart(client: FlaskClient) -> None:
    unknown, wrong = client.get("/api/flowz"), client.delete("/api/flows/filter")

    assert (unknown.status_code, unknown.json) == (404, {"detail": "Not Found"})
    assert (wrong.status_code, wrong.json) == (405, {"detail": "Method Not Allowed"})
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize("path", ["flows/not-a-uuid", "flow_runs/'; drop", "task_runs/1"])
def test_an_id_that_is_none_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/{path}").status_code == 404


def test_no_route_takes_what_is_no_id(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if "<uuid:" not in rule.rule or not rule.rule.startswith("/api/"):
            continue
        path = re.sub("<uuid:[^>]+>", "'; drop", rule.rule)
        path = re.sub("<int:[^>]+>", "1", path)
        path = re.sub("<[^>]+>", "x", path)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            response = client.open(path, method=method, json={})
            assert response.status_code in {404, 405}, (method, path)


def test_an_id_in_capitals_is_the_same(client: FlaskClient) -> None:
    flow = client.post("/api/flows/", json={"name": "x"}).json

    assert client.get(f"/api/flows/{flow['id'].upper()}").json == flow


def test_each_major_reads_errors_in_its_own_words(client: FlaskClient) -> None:
    new = client.post("/api/flows/", json={"colour": 1}, headers=NEW).json
    old = client.post("/api/flows/", json={"colour": 1}, headers=OLD).json

    assert new["exception_message"] == old["exception_message"] == "Invalid request received."
    assert new["request_body"] == old["request_body"] == {"colour": 1}
    assert [detail["type"] for detail in new["exception_detail"]] == ["missing", "extra_forbidden"]
    assert old["exception_detail"] == [
        {"loc": ["body", "name"], "msg": "field required", "type": "value_error.missing"},
        {
            "loc": ["body", "colour"],
            "msg": "extra fields not permitted",
            "type": "value_error.extra",
        },
    ]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 422),
        (b"[]", 422),
        (b"", 200),
        (b"null", 422),
        (b'"x"', 422),
        (b"\xff\xfe", 422),
        (b"[" * 10_000, 422),
        (b'{"a":' * 10_000, 422),
        (b'{"offset": 1e400}', 422),
        (b'{"flows": null, "limit": null}', 200),
    ],
)
def test_a_body_that_is_no_filter_is_refused(client: FlaskClient, data: bytes, status: int) -> None:
    response = client.post("/api/flows/filter", data=data)

    assert response.status_code == status, response.json
    if status == 422:
        assert response.json["exception_message"] == "Invalid request received."


def test_json_without_a_content_type_is_json(client: FlaskClient) -> None:
    response = client.post("/api/flows/", data=b'{"name": "x"}', content_type=None)

    assert response.status_code == 201


def test_a_body_over_the_limit_is_too_large(client: FlaskClient) -> None:
    response = client.post("/api/logs/", data=b" " * (16 * 1024 * 1024 + 1))

    assert response.status_code == 413
    assert response.json == {"detail": "Request Entity Too Large"}


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
@pytest.mark.parametrize("field", ["name", "flow_version", "idempotency_key"])
def test_what_a_person_chose_and_no_database_keeps_is_refused(
    client: FlaskClient, text: str, field: str
) -> None:
    flow = client.post("/api/flows/", json={"name": "x"}).json
    data = f'{{"flow_id": "{flow["id"]}", "{field}": "{text}"}}'

    response = client.post("/api/flow_runs/", data=data)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", field]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("flows/", "name"),
        ("flow_runs/", "idempotency_key"),
        ("task_runs/", "task_key"),
        ("task_runs/", "dynamic_key"),
        ("block_types/", "slug"),
    ],
)
def test_a_key_is_as_long_as_both_databases_can_index(
    client: FlaskClient, path: str, field: str
) -> None:
    flow = client.post("/api/flows/", json={"name": "x"}).json
    bodies: dict[str, Any] = {
        "flows/": {},
        "flow_runs/": {"flow_id": flow["id"]},
        "task_runs/": {"task_key": "a", "dynamic_key": "b"},
        "block_types/": {"name": "a", "slug": "a"},
    }
    longest = token_hex(512)  # which no database can make shorter

    taken = client.post(f"/api/{path}", json=bodies[path] | {field: longest})
    refused = client.post(f"/api/{path}", json=bodies[path] | {field: longest + "a"})

    assert taken.status_code == 201, taken.json
    assert refused.status_code == 422
    assert refused.json["exception_detail"][0]["loc"] == ["body", field]


def test_numbers_that_json_has_not_read_back_as_null(client: FlaskClient) -> None:
    flow = client.post("/api/flows/", json={"name": "x"}).json
    data = f'{{"flow_id": "{flow["id"]}", "parameters": {{"a": NaN, "b": 1e400}}}}'

    response = client.post("/api/flow_runs/", data=data)

    assert response.status_code == 201
    assert response.json["parameters"] == {"a": None, "b": None}


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_a_server_may_be_set_to_refuse_numbers_that_json_has_not(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    strict = app.extensions[SETTINGS].model_copy(update={"api_refuse_nan": True})
    monkeypatch.setitem(app.extensions, SETTINGS, strict)
    data = f'{{"name": "x", "labels": {{"a": [1, {number}]}}}}'

    response = client.post("/api/flows/", data=data)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", "labels", "a", 1]


def test_every_route_declares_a_right(app: Flask) -> None:
    with app.test_request_context():
        missing = [
            rule.endpoint for rule in app.url_map.iter_rules() if find_right(rule.endpoint) is None
        ]

    assert missing == []
