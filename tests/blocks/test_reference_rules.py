"""Documents may hold documents, but not themselves, and not without end."""

from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from headwater.blocks.rules.references import DEEPEST, Edge, check, split
from headwater.errors import BadRequestError

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def test_a_reference_counts_at_the_top_alone():
    reference = {"$ref": {"block_document_id": str(A)}}
    data = {"a": reference | {"beside": 1}, "b": {"deep": reference}, "c": [reference], "d": 1}

    plain, references = split(data)

    assert references == {"a": A}
    assert plain == {"b": {"deep": reference}, "c": [reference], "d": 1}


@pytest.mark.parametrize("reference", [{}, None, "text", {"block_document_id": None}])
def test_a_reference_to_nothing_is_refused(reference):
    with pytest.raises(BadRequestError, match=r"without a block_document_id in key a$"):
        split({"a": {"$ref": reference}})


@pytest.mark.parametrize("wrong", ["x", 1, [], {}])
def test_a_reference_by_no_id_is_refused(wrong):
    with pytest.raises(BadRequestError, match=r"is no UUID in key a$"):
        split({"a": {"$ref": {"block_document_id": wrong}}})


@pytest.mark.parametrize(
    ("parent", "reference", "edges"),
    [(A, A, []), (A, B, [Edge(B, A)]), (A, B, [Edge(B, C), Edge(C, D), Edge(D, A)])],
)
def test_a_circle_is_refused(parent, reference, edges):
    with pytest.raises(BadRequestError, match=rf"cycle .*\(parent={parent}, reference={reference}"):
        check(parent, [reference], edges)


def test_the_same_document_may_stand_at_several_places():
    check(A, [B, C, B], [Edge(B, D), Edge(C, D)])


def test_what_the_parent_referred_to_before_does_not_count():
    check(A, [B], [Edge(A, C), Edge(C, A)])


def test_a_chain_has_an_end_wherever_it_is_made_longer():
    chain = [uuid4() for _ in range(DEEPEST + 2)]
    edges = [Edge(parent, child) for parent, child in pairwise(chain)]
    middle = DEEPEST // 2
    without = [edge for edge in edges if edge.parent != chain[middle]]

    check(chain[0], [chain[1]], [edge for edge in edges if edge.child != chain[-1]])
    with pytest.raises(BadRequestError, match="50 levels deep"):
        check(chain[0], [chain[1]], edges)
    with pytest.raises(BadRequestError, match="50 levels deep"):
        check(chain[middle], [chain[middle + 1]], without)


def test_documents_that_double_at_each_level_have_an_end():
    chain = [uuid4() for _ in range(20)]
    edges = [Edge(p, c) for p, c in pairwise(chain) for _ in range(2)]

    with pytest.raises(BadRequestError, match="1000 in all"):
        check(chain[0], [chain[1]], edges)
