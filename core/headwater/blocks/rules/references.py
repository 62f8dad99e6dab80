"""Documents within documents: how data names them, and which of them would be too much."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from headwater.errors import BadRequestError

# What a reader has to build: levels, and documents in one answer.
DEEPEST = 50
MOST = 1000


class Edge(NamedTuple):
    parent: UUID
    child: UUID


def split(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, UUID]]:
    """Return the plain data, and the ids of the documents that stand at its other keys.

    Only at the top does `$ref` mean anything; what stands beside it is left out.
    """
    plain: dict[str, Any] = {}
    references: dict[str, UUID] = {}
    for key, value in data.items():
        if isinstance(value, dict) and "$ref" in value:
            references[key] = _document_id(key, value["$ref"])
        else:
            plain[key] = value
    return plain, references


def has_references(data: Mapping[str, Any]) -> bool:
    return any(isinstance(value, dict) and "$ref" in value for value in data.values())


def _document_id(key: str, reference: Any) -> UUID:
    given = reference.get("block_document_id") if isinstance(reference, dict) else None
    if given is None:
        raise BadRequestError(f"Received block reference without a block_document_id in key {key}")
    try:
        return UUID(given)
    except (ValueError, AttributeError, TypeError):
        raise BadRequestError(
            f"Received block reference whose block_document_id is no UUID in key {key}"
        ) from None


def check(parent: UUID, references: Sequence[UUID], edges: Sequence[Edge]) -> None:
    """Raise BadRequestError where *parent* may not refer to these.

    *edges* are those below the references and those above the parent.
    """
    below: dict[UUID, list[UUID]] = {}
    above: dict[UUID, list[UUID]] = {}
    for edge in edges:
        if edge.parent != parent:  # whose references are these ones from now on
            below.setdefault(edge.parent, []).append(edge.child)
            above.setdefault(edge.child, []).append(edge.parent)
    for reference in references:
        if parent in _reached(reference, below):
            raise BadRequestError(
                "Cannot create block document reference: it would introduce a cycle into the "
                f"block_document_reference graph (parent={parent}, reference={reference})."
            )
    below[parent] = list(references)
    for root in _reached(parent, above):
        depth, count = _measure(root, below, {})
        if depth > DEEPEST or count > MOST:
            raise BadRequestError(
                "Cannot create block document reference: a document may hold others "
                f"{DEEPEST} levels deep and {MOST} in all, but {root} would hold more."
            )


def _reached(start: UUID, edges: Mapping[UUID, Sequence[UUID]]) -> set[UUID]:
    reached, waiting = set[UUID](), [start]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += edges.get(node, ())
    return reached


def _measure(
    node: UUID, below: Mapping[UUID, Sequence[UUID]], known: dict[UUID, tuple[int, int]]
) -> tuple[int, int]:
    """Return how many levels lie below *node*, and how many documents an answer would hold."""
    if node not in known:
        children = [_measure(child, below, known) for child in below.get(node, ())]
        depth = max((depth + 1 for depth, _ in children), default=0)
        known[node] = depth, sum(count + 1 for _, count in children)
    return known[node]
