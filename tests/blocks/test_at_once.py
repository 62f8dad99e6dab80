"""Clients that come at once: one of them wins, and nothing is made twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

CLIENTS = 4


@pytest.fixture
def at_once(app):
    """Return what sends requests at the same time and returns their statuses, sorted."""

    def send(*requests):
        ready = Barrier(len(requests))

        def one(request):
            method, path, body = request
            ready.wait()
            return app.test_client().open(f"/api/{path}", method=method, json=body).status_code

        with ThreadPoolExecutor(len(requests)) as pool:
            return sorted(pool.map(one, requests))

    return send


def test_one_type_is_made(at_once, blocks):
    request = ("POST", "block_types/", {"name": "Thing", "slug": "thing"})

    assert at_once(*[request] * CLIENTS) == [201] + [409] * (CLIENTS - 1)


def test_one_schema_is_made(at_once, blocks):
    body = {"fields": {"title": "Thing"}, "block_type_id": blocks.add_type("thing")["id"]}

    assert at_once(*[("POST", "block_schemas/", body)] * CLIENTS) == [200] * (CLIENTS - 1) + [201]


def test_one_document_is_made(at_once, blocks):
    schema = blocks.add_plain_schema("thing")
    body = {
        "name": "one",
        "block_schema_id": schema["id"],
        "block_type_id": schema["block_type_id"],
    }

    assert at_once(*[("POST", "block_documents/", body)] * CLIENTS) == [201] + [409] * (CLIENTS - 1)


def test_no_circle_is_closed_from_several_sides(at_once, blocks):
    schema = blocks.add_plain_schema("thing")
    made = [blocks.add_document(schema, f"d{number}") for number in range(CLIENTS)]
    requests = [
        (
            "PATCH",
            f"block_documents/{document['id']}",
            {"data": {"next": {"$ref": {"block_document_id": made[(place + 1) % CLIENTS]["id"]}}}},
        )
        for place, document in enumerate(made)
    ]

    assert at_once(*requests) == [204] * (CLIENTS - 1) + [400]
    blocks.post("block_documents/filter", {}, 200)
