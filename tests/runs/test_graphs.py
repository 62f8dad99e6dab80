"""Both graphs of a flow run."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


def given(*tasks: Any) -> list[dict[str, Any]]:
    return [{"input_type": "task_run", "id": task["id"]} for task in tasks]


@pytest.fixture
def tree(make_run: Make, make_task_run: Make, propose: Make) -> dict[str, Any]:
    """A run whose `first` led to `second` and to a subflow, which led to `last`."""
    run = make_run(name="tree")
    propose(run, "RUNNING")

    def task(name: str, **inputs: Any) -> Any:
        whole = {"name": name, "task_key": name, "task_inputs": inputs}
        return make_task_run(flow_run_id=run["id"], state={"type": "PENDING"}, **whole)

    found = {"run": run, "first": task("first")}
    found["second"] = task("second", x=given(found["first"]), n=[{"input_type": "constant"}])
    found["standin"] = task("standin", x=given(found["first"]))
    found["child"] = make_run(name="child", parent_task_run_id=found["standin"]["id"])
    found["last"] = task("last", x=given(found["standin"]))
    for name in ("first", "second"):
        propose(found[name], "RUNNING", kind="task_runs")
        propose(found[name], "COMPLETED", kind="task_runs")
    propose(found["child"], "RUNNING")
    return found


def ids(edges: Any) -> list[str]:
    return [edge["id"] for edge in edges]


def test_a_graph_has_the_task_runs_and_subflows_in_the_order_of_their_starts(
    client: FlaskClient, tree: dict[str, Any]
) -> None:
    graph = client.get(f"/api/flow_runs/{tree['run']['id']}/graph-v2").json

    nodes = dict(graph["nodes"])
    first, second, child, last = (tree[name]["id"] for name in ("first", "second", "child", "last"))
    assert graph["root_node_ids"] == [first]
    assert set(nodes) == {first, second, child, last}
    assert [node["start_time"] for _, node in graph["nodes"]] == sorted(
        node["start_time"] for node in nodes.values()
    )
    assert (nodes[child]["kind"], nodes[child]["label"]) == ("flow-run", "daily-etl / child")
    assert (nodes[first]["kind"], nodes[first]["label"]) == ("task-run", "first")
    assert sorted(ids(nodes[first]["children"])) == sorted([second, child])
    assert (ids(nodes[child]["parents"]), ids(nodes[child]["children"])) == ([first], [last])
    assert nodes[first]["state_type"] == "COMPLETED"
    assert nodes[child]["end_time"] is None


def test_a_graph_tells_of_the_run_itself(client: FlaskClient, tree: dict[str, Any]) -> None:
    path = f"/api/flow_runs/{tree['run']['id']}"

    graph, run = client.get(f"{path}/graph-v2").json, client.get(path).json

    assert (graph["start_time"], graph["end_time"]) == (run["start_time"], None)
    assert [state["type"] for state in graph["states"]] == ["PENDING", "RUNNING"]
    assert set(graph["states"][0]) == {"id", "timestamp", "type", "name"}
    assert graph["artifacts"] == []


def test_a_graph_since_a_time_leaves_out_what_had_ended(
    client: FlaskClient, tree: dict[str, Any]
) -> None:
    ended = client.get(f"/api/task_runs/{tree['second']['id']}").json["end_time"]
    path = f"/api/flow_runs/{tree['run']['id']}/graph-v2"

    graph = client.get(path, query_string={"since": ended}).json

    assert tree["first"]["id"] not in dict(graph["nodes"])
    assert {tree["second"]["id"], tree["child"]["id"]} <= set(dict(graph["nodes"]))


def test_a_graph_of_too_many_nodes_is_refused(
    client: FlaskClient, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.runs.service.graph.MOST_NODES", 3)
    run_id = tree["run"]["id"]

    response = client.get(f"/api/flow_runs/{run_id}/graph-v2")

    assert response.status_code == 400
    assert response.json == {"detail": f"The graph of flow run {run_id} has more than 3 nodes."}


def test_the_older_graph_lists_task_runs_with_what_they_were_given(
    client: FlaskClient, tree: dict[str, Any]
) -> None:
    rows = client.get(f"/api/flow_runs/{tree['run']['id']}/graph").json

    by_name = {row["name"]: row for row in rows}
    assert set(by_name) == {"first", "second", "standin", "last"}
    assert by_name["second"]["upstream_dependencies"] == given(tree["first"])
    assert by_name["first"]["state"]["type"] == "COMPLETED"
    assert by_name["first"]["untrackable_result"] is False
    assert by_name["first"]["estimated_run_time"] == by_name["first"]["total_run_time"]


@pytest.mark.parametrize("graph", ["graph", "graph-v2"])
def test_a_run_that_is_not_there_has_no_graph(client: FlaskClient, graph: str) -> None:
    response = client.get(f"/api/flow_runs/{uuid4()}/{graph}")

    assert response.status_code == 404
    assert "not found" in response.json["exception_message"]


def test_a_time_that_is_none_is_refused(client: FlaskClient, tree: dict[str, Any]) -> None:
    path = f"/api/flow_runs/{tree['run']['id']}/graph-v2"

    response = client.get(path, query_string={"since": "yesterday"})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["query", "since"]
