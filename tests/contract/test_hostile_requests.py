"""Addresses, methods and headers that no client sends."""

from typing import Any

import pytest


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
        "/api/headwater/channels/%00/%ff",
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
