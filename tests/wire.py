"""Asks the server over the wire, as clients do."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient


@dataclass(frozen=True)
class Api:
    """Each call returns the answer's JSON, None where there is none, and asserts the status."""

    client: FlaskClient

    def ask(self, method: str, path: str, status: int, body: object = None, **more: Any) -> Any:
        sent = {} if body is None else {"json": body}
        response = self.client.open(f"/api/{path}", method=method, **sent, **more)
        assert response.status_code == status, response.text
        return response.json if response.data else None

    def post(self, path: str, body: object, status: int = 200, **more: Any) -> Any:
        return self.ask("POST", path, status, body, **more)

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        return self.ask("GET", path, status, **more)

    def patch(self, path: str, body: object, status: int = 204) -> Any:
        return self.ask("PATCH", path, status, body)

    def delete(self, path: str, status: int = 204) -> Any:
        return self.ask("DELETE", path, status)
