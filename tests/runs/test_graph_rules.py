"""What leads to what among task runs, by what they were given."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from headwater.runs.rules.graph import Vertex, connect, draw, task_runs_named

A, B, C, D, STANDIN = (UUID(int=number) for number in range(1, 6))
THEN = datetime(2026, 11, 26, 3, tzinfo=UTC)


def given(*ids: UUID) -> list[dict[str, Any]]:
    return [{"input_type": "task_run", "id": str(one)} for one in ids]


def vertex(
    own: UUID, ended: datetime | None = None, task: UUID | None = None, **inputs: Any
) -> Vertex:
    return Vertex(own, task or own, inputs, ended, {})


def test_an_input_makes_an_edge_seen_from_both_ends() -> None:
    edges = connect([vertex(A), vertex(B, x=given(A)), vertex(C, x=given(A), y=given(B))])

    assert edges.parents == {A: [], B: [A], C: [A, B]}
    assert edges.children == {A: [B, C], B: [C]}


def test_an_edge_is_told_once_however_often_it_was_given() -> None:
    edges = connect([vertex(A), vertex(B, x=given(A, A), y=given(A))])

    assert (edges.parents[B], edges.children[A]) == ([A], [B])


def test_what_called_a_task_is_no_parent_of_it() -> None:
    edges = connect([vertex(A), vertex(B, __parents__=given(A))])

    assert (edges.callers[B], edges.parents[B], edges.children) == ([A], [], {})


def test_a_subflow_run_stands_where_its_task_run_stood() -> None:
    subflow = vertex(B, task=STANDIN, x=given(A))

    edges = connect([vertex(A), subflow, vertex(C, x=given(STANDIN)), vertex(D, x=given(B))])

    assert edges.parents == {A: [], B: [A], C: [B], D: [B]}


def test_inputs_that_name_no_run_of_this_flow_run_make_no_edges() -> None:
    inputs = [{"input_type": "constant", "type": "int"}, {"input_type": "parameter", "name": "n"}]

    edges = connect([vertex(A, x=given(D), y=inputs, z=[{"id": None}, {"id": 5}])])

    assert edges.parents == {A: []}


def test_roots_are_those_that_were_given_nothing() -> None:
    roots, nodes = draw([vertex(A), vertex(B, x=given(A)), vertex(C, __parents__=given(B))], None)

    assert roots == [A, C]
    assert [node_id for node_id, _ in nodes] == [A, B, C]


def test_what_had_ended_before_is_left_out_but_still_named() -> None:
    before = vertex(A, ended=THEN.replace(hour=1))

    roots, nodes = draw([before, vertex(B, THEN, x=given(A)), vertex(C)], since=THEN)

    assert [node_id for node_id, _ in nodes] == [B, C]
    assert dict(nodes)[B]["parents"] == [{"id": A}]
    assert roots == [C]


def test_only_task_runs_count_as_dependencies() -> None:
    inputs = {"x": [*given(A, B), {"input_type": "constant", "type": "int"}], "y": given(A)}

    assert task_runs_named(inputs) == given(A, B)
