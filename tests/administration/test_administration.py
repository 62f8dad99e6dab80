"""The routes by which a server is looked after."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.settings import Settings

STORAGE = "/api/admin/storage"
NOBODY = str(UUID(int=1))


def make_block(client: FlaskClient, *capabilities: str) -> str:
    def post(path: str, body: Any) -> Any:
        response = client.post(f"/api/{path}/", json=body)
        assert response.status_code == 201, response.json
        return response.json["id"]

    known = {"block_type_id": post("block_types", {"name": "Shelf", "slug": "shelf"})}
    schema = known | {"fields": {"title": "Shelf"}, "capabilities": capabilities}
    known["block_schema_id"] = post("block_schemas", schema)
    return str(post("block_documents", known | {"name": "mine", "data": {}}))


def default_storage(client: FlaskClient) -> Any:
    return client.get(STORAGE).json["default_result_storage_block_id"]


def test_results_go_to_the_block_that_was_chosen(client: FlaskClient) -> None:
    assert default_storage(client) is None
    block = make_block(client, "write-path", "read-path", "get-directory")

    for _ in range(2):
        response = client.put(STORAGE, json={"default_result_storage_block_id": block})
        assert response.json == {"default_result_storage_block_id": block}
        assert default_storage(client) == block

    assert client.delete(STORAGE).status_code == 204
    assert default_storage(client) is None
    assert client.delete(STORAGE).status_code == 204


def test_a_block_that_is_deleted_keeps_nothing(client: FlaskClient) -> None:
    block = make_block(client, "write-path", "read-path")
    client.put(STORAGE, json={"default_result_storage_block_id": block})

    client.delete(f"/api/block_documents/{block}")

    assert default_storage(client) is None


def test_a_block_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    response = client.put(STORAGE, json={"default_result_storage_block_id": NOBODY})

    assert (response.status_code, response.json) == (
        404,
        {"detail": f"Block document {NOBODY} not found."},
    )


def test_a_block_that_cannot_keep_results_is_refused(client: FlaskClient) -> None:
    block = make_block(client, "read-path", "notify")

    response = client.put(STORAGE, json={"default_result_storage_block_id": block})

    assert response.status_code == 422
    assert "it lacks write-path" in response.json["detail"]


@pytest.mark.parametrize("body", [{}, {"default_result_storage_block_id": None}, {"x": 1}])
def test_what_names_no_block_is_refused(client: FlaskClient, body: Any) -> None:
    assert client.put(STORAGE, json=body).status_code == 422


def test_settings_are_shown_without_secrets(new_database: Callable[[], str]) -> None:
    hidden = {"secret_key": "not-to-be-seen"}
    settings = Settings.load(api_database_connection_url=new_database(), **hidden)
    client = create_app(settings).test_client()

    shown = client.get("/api/admin/settings").json

    assert shown.keys() == set(Settings.model_fields)
    assert shown["server_api_base_path"] == settings.server_api_base_path
    assert {name: shown[name] for name in hidden} == dict.fromkeys(hidden, "********")
    assert "not-to-be-seen" not in str(shown)
