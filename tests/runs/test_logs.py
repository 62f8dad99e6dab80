from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

START = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
RUN, TASK = str(uuid4()), str(uuid4())


def line(number: int, message: str, level: int = 20, **more: Any) -> dict[str, Any]:
    stamp = (START + timedelta(seconds=number)).isoformat()
    body = {"name": "prefect.flow_runs", "level": level, "message": message, "timestamp": stamp}
    return body | {"flow_run_id": RUN, "task_run_id": None} | more


@pytest.fixture
def lines(client: FlaskClient) -> None:
    batch = [
        line(2, "loaded 5 rows"),
        line(1, "Extract began", 10),
        line(3, "disk nearly full", 30, task_run_id=TASK),
        line(4, "disk full", 40, task_run_id=TASK, name="my.logger"),
        line(5, "elsewhere", flow_run_id=str(uuid4())),
    ]
    response = client.post("/api/logs/", json=batch)
    assert (response.status_code, response.json) == (201, None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"flow_run_id": {"any_": [RUN]}}, [1, 2, 3, 4]),
        ({"task_run_id": {"any_": [TASK]}}, [3, 4]),
        ({"task_run_id": {"is_null_": True}}, [1, 2, 5]),
        ({"level": {"ge_": 30}}, [3, 4]),
        ({"level": {"le_": 10}}, [1]),
        ({"timestamp": {"after_": (START + timedelta(seconds=4)).isoformat()}}, [4, 5]),
        ({"text": {"query": "disk"}}, [3, 4]),
        ({"text": {"query": "DISK rows"}}, [2, 3, 4]),
        ({"text": {"query": "disk -nearly"}}, [4]),
        ({"text": {"query": "disk !nearly"}}, [4]),
        ({"text": {"query": "+full +nearly"}}, [3]),
        ({"text": {"query": '"5 rows"'}}, [2]),
        ({"text": {"query": "my.logger"}}, [4]),
        ({"text": {"query": "100%"}}, []),
        ({"text": {"query": " - "}}, [1, 2, 3, 4, 5]),
        ({"operator": "or_", "level": {"ge_": 40}, "text": {"query": "began"}}, [1, 4]),
    ],
)
@pytest.mark.usefixtures("lines")
def test_lines_are_found_in_the_order_of_their_times(
    client: FlaskClient, wanted: Any, found: list[int]
) -> None:
    rows = client.post("/api/logs/filter", json={"logs": wanted}).json
    latest_first = client.post(
        "/api/logs/filter", json={"logs": wanted, "sort": "TIMESTAMP_DESC"}
    ).json

    seconds = [(datetime.fromisoformat(row["timestamp"]) - START).seconds for row in rows]
    assert seconds == found
    assert latest_first == rows[::-1]


@pytest.mark.usefixtures("lines")
def test_a_line_has_the_columns_of_the_contract(client: FlaskClient) -> None:
    row = client.post("/api/logs/filter", json={"limit": 1}).json[0]

    assert set(row) == {
        "id", "created", "updated", "name", "level", "message", "timestamp",
        "flow_run_id", "task_run_id",
    }  # fmt: skip
    assert row["message"] == "Extract began"


def test_what_machines_write_is_kept_visibly(client: FlaskClient) -> None:
    batch = rf"""[{{"name": "x", "level": 999, "message": "a\u0000b\ud800c",
                  "timestamp": "2026-01-01T00:00:00", "flow_run_id": "{RUN}"}}]"""

    response = client.post("/api/logs/", data=batch)

    row = client.post("/api/logs/filter", json={}).json[0]
    assert response.status_code == 201
    assert row["message"] == "a\u2400b\ufffdc"
    assert row["level"] == 999


def test_a_line_that_is_too_long_is_cut_with_a_mark_and_no_other_is_lost(
    client: FlaskClient,
) -> None:
    batch = [line(1, "before"), line(2, "x" * 6_000_000), line(3, "after")]

    client.post("/api/logs/", json=batch)

    rows = client.post("/api/logs/filter", json={}).json
    assert [row["message"][:3] for row in rows] == ["bef", "xxx", "aft"]
    assert rows[1]["message"].endswith("… [cut: the line had 6,000,000 characters]")
    assert len(rows[1]["message"]) < 1_001_000


@pytest.mark.parametrize(
    "change",
    [
        {"level": "loud"},
        {"level": 2**40},
        {"timestamp": None},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"flow_run_id": "x"},
        {"colour": "red"},
    ],
)
def test_a_bad_line_is_refused_with_its_place(client: FlaskClient, change: Any) -> None:
    response = client.post("/api/logs/", json=[line(1, "good"), line(2, "bad") | change])

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"][:3] == ["body", 1, next(iter(change))]
    assert client.post("/api/logs/filter", json={}).json == []


def test_no_lines_are_none(client: FlaskClient) -> None:
    assert client.post("/api/logs/", json=[]).status_code == 201
