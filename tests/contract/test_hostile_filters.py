"""What no client asks for: times, lists, patterns and pages beyond all measure."""

from typing import Any
from uuid import uuid4

import pytest

NEW, OLD = "prefect/3.9.1 (API 0.8.4)", "prefect/2.20.27 (API 0.8.4)"


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
    edge: Any, field: str, end: str, time: str, status: int, first_place: Any
) -> None:
    body = {"flow_runs": {field: {end: time}}}

    response = edge.send("POST", "/api/flow_runs/filter", json=body)

    assert response.status_code == status
    if status == 422:
        assert first_place(response) == ["body", "flow_runs", field, end]


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


@pytest.mark.parametrize("path", ["flow_runs/filter", "task_runs/count", "flows/filter"])
def test_a_list_that_no_statement_takes_is_refused_by_field(
    edge: Any, path: str, first_place: Any
) -> None:
    ids = [str(uuid4())] * 10_001

    response = edge.send("POST", f"/api/{path}", json={"flow_runs": {"id": {"any_": ids}}})

    assert first_place(response) == ["body", "flow_runs", "id", "any_"]


def test_tags_whose_limits_no_statement_takes_are_refused(edge: Any, first_place: Any) -> None:
    task = {"task_key": "x", "dynamic_key": "0", "tags": ["x"] * 10_001}

    response = edge.send("POST", "/api/task_runs/", json=task)

    assert first_place(response) == ["body", "tags"]


def test_lists_that_no_statement_takes_together_are_refused(edge: Any, first_place: Any) -> None:
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


@pytest.mark.parametrize(
    ("path", "place", "pattern"),
    [
        ("flows", ["flows", "name", "like_"], "x" * 1001),
        ("work_queues", ["work_queues", "name", "startswith_"], ["x" * 60_000]),
    ],
)
def test_a_pattern_too_complex_is_refused_by_field(
    edge: Any, first_place: Any, path: str, place: list[str], pattern: Any
) -> None:
    objects, field, criterion = place

    response = edge.send(
        "POST", f"/api/{path}/filter", json={objects: {field: {criterion: pattern}}}
    )

    assert first_place(response)[:4] == ["body", *place]


@pytest.mark.parametrize("offset", [2**63 - 1, 10**12])
def test_an_offset_beyond_all_rows_finds_none(edge: Any, offset: int) -> None:
    assert edge.send("POST", "/api/flow_runs/filter", json={"offset": offset}).json == []


@pytest.mark.parametrize("offset", [2**63, -1, 10**400])
def test_an_offset_that_is_none_is_refused(edge: Any, offset: int, first_place: Any) -> None:
    response = edge.send("POST", "/api/flow_runs/filter", json={"offset": offset})

    assert first_place(response) == ["body", "offset"]


@pytest.mark.parametrize("agent", [NEW, OLD])
def test_numbers_of_any_size_are_refused_in_the_words_of_each_major(edge: Any, agent: str) -> None:
    body = f'{{"limit": {"9" * 5000}}}'

    response = edge.send("POST", "/api/flows/filter", data=body, headers={"User-Agent": agent})

    assert response.status_code == 422
