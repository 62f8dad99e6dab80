"""A server that tells Prometheus, and what it is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from headwater.app import create_app
from headwater.db.session import disconnect
from headwater.settings import Settings

Read = Callable[..., float | None]


def post(client: FlaskClient, path: str, body: Any, status: int = 201) -> Any:
    response = client.post(f"/api/{path}", json=body)
    assert response.status_code == status, response.text
    return response.json


@pytest.fixture
def app(migrated_database: Callable[[], str]) -> Iterator[Flask]:
    url = migrated_database()
    app = create_app(Settings.load(api_database_connection_url=url, server_metrics_enabled=True))
    with app.app_context():
        yield app
        disconnect()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def told(client: FlaskClient) -> Read:
    """Return what asks anew for the value of a metric with these labels; None: there is none."""

    def read(name: str, **labels: str) -> float | None:
        response = client.get("/metrics")
        assert response.status_code == 200, response.text
        values = [
            sample.value
            for family in text_string_to_metric_families(response.text)
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ]
        assert len(values) < 2
        return values[0] if values else None

    return read
