"""Makes blocks over the wire, as clients do."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.wire import Api


class Blocks(Api):
    def add_type(self, slug: str, **more: object) -> Any:
        return self.post("block_types/", {"name": slug.title(), "slug": slug, **more}, 201)

    def add_schema(self, block_type: Any, fields: object, status: int = 201, **more: object) -> Any:
        body = {"fields": fields, "block_type_id": block_type["id"], **more}
        return self.post("block_schemas/", body, status)

    def add_document(self, schema: Any, name: str | None, status: int = 201, **more: object) -> Any:
        body = {
            "name": name,
            "block_schema_id": schema["id"],
            "block_type_id": schema["block_type_id"],
            **more,
        }
        return self.post("block_documents/", body, status)

    def add_plain_schema(self, slug: str, *secret: str, **more: object) -> Any:
        """Add a type and a schema of it that has these secret fields."""
        fields = {"title": slug.title(), "block_type_slug": slug, "secret_fields": list(secret)}
        return self.add_schema(self.add_type(slug), fields, **more)

    def read(self, document: Any, *, secrets: bool = False) -> Any:
        query = "?include_secrets=true" if secrets else ""
        return self.get(f"block_documents/{document['id']}{query}")


@pytest.fixture
def blocks(client: FlaskClient) -> Blocks:
    return Blocks(client)
