"""Webhooks made through the API, and called as senders call them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Make = Callable[..., Any]
Call = Callable[..., TestResponse]
Events = Callable[[], list[SimpleNamespace]]
ROUTE = "/api/headwater/webhooks"
STATIC = '{"event": "backup.done", "resource": {"prefect.resource.id": "backup"}}'


@pytest.fixture
def make(client: FlaskClient) -> Make:
    def create(template: str = STATIC, **more: Any) -> Any:
        body = {"name": "Nightly backup", "template": template, **more}
        response = client.post(f"{ROUTE}/", json=body)
        assert response.status_code == 201, response.text
        return response.json

    return create


@pytest.fixture
def call(client: FlaskClient) -> Call:
    """Return what calls a webhook with its token, but for what is told otherwise."""

    def send(webhook: Any, data: Any = b"", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {webhook['token']}", **more.pop("headers", {})}
        method = more.pop("method", "POST")
        path = f"/hooks/{webhook['slug']}"
        return client.open(path, method=method, data=data, headers=headers, **more)

    return send


@pytest.fixture
def made(events: Events) -> Events:
    """Return what reads the events that calls made, without those about webhooks."""

    def read() -> list[SimpleNamespace]:
        return [one for one in events() if not one.event.startswith("headwater.")]

    return read
