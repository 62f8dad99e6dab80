"""All log lines of a run as one file."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
HEAD = ["timestamp", "level", "flow_run_id", "task_run_id", "message"]


def log(client: FlaskClient, run: Any, *lines: tuple[str, str]) -> None:
    batch = [
        {"name": "x", "level": 20, "timestamp": at, "message": said, "flow_run_id": run["id"]}
        for at, said in lines
    ]
    assert client.post("/api/logs/", json=batch).status_code == 201


def download(client: FlaskClient, run: Any) -> tuple[Any, list[list[str]]]:
    with client.get(f"/api/flow_runs/{run['id']}/logs/download") as response:
        text = response.get_data(as_text=True)
    return response, list(csv.reader(io.StringIO(text, newline="")))


def test_lines_come_by_their_time_quoted_as_csv(client: FlaskClient, make_run: Make) -> None:
    run = make_run()
    said = 'two, "quoted"\nlines'
    log(client, run, ("2026-01-01T00:00:02.5Z", said), ("2026-01-01T00:00:01Z", "日本"))
    log(client, {"id": str(uuid4())}, ("2026-01-01T00:00:00Z", "elsewhere"))

    response, rows = download(client, run)

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.get_data().startswith(b"timestamp,level,flow_run_id,task_run_id,message\r\n")
    assert rows == [
        HEAD,
        ["2026-01-01 00:00:01+00:00", "20", run["id"], "", "日本"],
        ["2026-01-01 00:00:02.500000+00:00", "20", run["id"], "", said],
    ]


def test_the_file_is_named_after_the_run_whatever_its_name(
    client: FlaskClient, make_run: Make
) -> None:
    response, _ = download(client, make_run(name='日本 "x"\r\n../é'))

    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"flow-run-logs.csv\"; filename*=UTF-8''"
        "%E6%97%A5%E6%9C%AC%20%22x%22%0D%0A..%2F%C3%A9-logs.csv"
    )


def test_no_line_is_lost_or_told_twice_between_pieces(
    client: FlaskClient, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.runs.routes.downloads.PIECE", 3)
    run = make_run()
    same = "2026-01-01T00:00:00Z"
    log(client, run, *((same, f"line {number}") for number in range(7)))
    log(client, run, *((f"2026-01-01T00:00:0{n}.5Z", f"line {n + 7}") for n in range(5)))

    _, rows = download(client, run)

    assert [row[-1] for row in rows[1:]] == [f"line {number}" for number in range(12)]


def test_a_run_without_lines_gives_the_head_alone(client: FlaskClient, make_run: Make) -> None:
    assert download(client, make_run())[1] == [HEAD]


def test_a_run_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    response = client.get(f"/api/flow_runs/{uuid4()}/logs/download")

    assert (response.status_code, response.json) == (404, {"detail": "Flow run not found"})
