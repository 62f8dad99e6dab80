"""What leads to what in a flow run: task runs by what they were given, as `task_inputs` tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

# The input that names the tasks which called this one, rather than what it was given.
CALLERS = "__parents__"
Inputs = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Vertex:
    """A task run, or the subflow run that it stands for. *task_run_id* may be another's id then.

    *shown* are the members of the node that its edges do not touch.
    """

    id: UUID
    task_run_id: UUID
    inputs: Inputs
    end_time: datetime | None
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Edges:
    """Ids, in the order of the nodes that they name, each once."""

    parents: dict[UUID, list[UUID]] = field(default_factory=dict)
    children: dict[UUID, list[UUID]] = field(default_factory=dict)
    callers: dict[UUID, list[UUID]] = field(default_factory=dict)


def connect(vertices: Sequence[Vertex]) -> Edges:
    """Return the edges among *vertices*; what an input names elsewhere gives none."""
    places = {str(one.task_run_id): place for place, one in enumerate(vertices)}
    # A subflow run stands where its task run stood, so that both ids mean it.
    places |= {str(one.id): place for place, one in enumerate(vertices)}
    edges = Edges()
    for one in vertices:
        named = {kind: _places_named(one.inputs, places, kind) for kind in (True, False)}
        edges.callers[one.id] = [vertices[place].id for place in named[True]]
        edges.parents[one.id] = [vertices[place].id for place in named[False]]
        for parent in edges.parents[one.id]:
            edges.children.setdefault(parent, []).append(one.id)
    return edges


def _places_named(inputs: Inputs, places: Mapping[str, int], callers: bool) -> list[int]:
    found = {
        places.get(str(argument.get("id")))
        for name, arguments in inputs.items()
        if (name == CALLERS) is callers
        for argument in arguments
    }
    return sorted(place for place in found if place is not None)


def draw(vertices: Sequence[Vertex], since: datetime | None) -> tuple[list[UUID], list[Any]]:
    """Return the ids of the roots, and the nodes as pairs of id and node.

    What had ended before *since* is left out, and still named by those that it led to.
    """
    edges = connect(vertices)
    seen = [
        one for one in vertices if since is None or one.end_time is None or one.end_time >= since
    ]
    roots = [one.id for one in seen if not edges.parents[one.id]]
    return roots, [(one.id, _node(one, edges)) for one in seen]


def _node(one: Vertex, edges: Edges) -> dict[str, Any]:
    return {
        "artifacts": [],
        **one.shown,
        "id": one.id,
        "end_time": one.end_time,
        "parents": _show(edges.parents[one.id]),
        "children": _show(edges.children.get(one.id, ())),
        "encapsulating": _show(edges.callers[one.id]),
    }


def _show(ids: Iterable[UUID]) -> list[dict[str, UUID]]:
    return [{"id": one} for one in ids]


def task_runs_named(inputs: Inputs) -> list[dict[str, Any]]:
    """Return the task runs among what a task run was given, each once."""
    named = {
        argument["id"]: argument
        for arguments in inputs.values()
        for argument in arguments
        if argument.get("input_type") == "task_run" and "id" in argument
    }
    return [{"input_type": "task_run", "id": one} for one in named]
