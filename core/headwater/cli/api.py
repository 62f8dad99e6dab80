"""What commands ask of a running server: over its API, never its database."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import quote
from uuid import uuid4

import click

from headwater.cli.showing import plain
from headwater.settings import Settings

LONGEST = 60  # seconds; a test message waits for the service that it is sent to
PAGE = 200  # the most that a list of the API has at once
UNKNOWN = "Not Found"  # what a server says of a path that is none of its own
NO_TOKEN = "Missing CSRF token."  # noqa: S105  # what a server says that wants one


class Refusal(click.ClickException):
    """What the server answered in place of what was asked."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(plain(text))
        self.status = status


class Api:
    """The server at HEADWATER_API_URL. What goes wrong ends the command, in one line."""

    def __init__(self, url: str | None = None) -> None:
        settings = Settings.load()
        self.url = url or settings.client_url
        self._headers = _authorization(settings)

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        return self._call("POST", path, body)

    def patch(self, path: str, body: object) -> Any:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def find(self, path: str, *names: str) -> Any:
        """Return what is at the path, in which each {} stands for one of the names; or None."""
        if not all(map(_is_segment, names)):
            return None  # nothing is called so, and the path would be another's
        try:
            return self.get(path.format(*names))
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def list_all(
        self, path: str, body: Mapping[str, Any] | None = None, most: int | None = None
    ) -> list[Any]:
        """Return what a filter finds, page by page: all of it, or *most*."""
        found: list[Any] = []
        while most is None or len(found) < most:
            size = PAGE if most is None else min(PAGE, most - len(found))
            page = self.post(path, {**(body or {}), "limit": size, "offset": len(found)})
            found += page
            if len(page) < size:
                break
        return found

    def _call(self, method: str, path: str, body: object = None) -> Any:
        status, content = self._send(method, path, body)
        if status == 403 and _reason(content, status) == NO_TOKEN:
            self._fetch_token()
            status, content = self._send(method, path, body)
        self._check(method, path, status, content)
        return content

    def _check(self, method: str, path: str, status: int, content: Any) -> None:
        """Raise Refusal where the server did not do what it was asked."""
        if status == 401:
            raise Refusal(
                "the server wants to know who asks, and took no answer: set "
                "HEADWATER_API_AUTH_STRING or HEADWATER_API_KEY",
                status,
            )
        if status == 404 and _reason(content, status) == UNKNOWN:
            raise Refusal(f"the server at {self.url} knows no {method} {path}", status)
        if status >= 300:
            raise Refusal(_reason(content, status), status)

    def _send(
        self, method: str, path: str, body: object, query: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        import requests  # late, since --help does without

        try:
            answer = requests.request(
                method,
                self.url + quote(path, errors="replace"),
                json=body,
                params=query,
                headers=self._headers,
                timeout=LONGEST,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._fail_to_reach(type(error).__name__)
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            self._fail_to_reach(f"it answered {answer.status_code}, and no JSON")

    def _fetch_token(self) -> None:
        path, client = "/csrf-token", str(uuid4())
        status, answer = self._send("GET", path, None, {"client": client})
        self._check("GET", path, status, answer)
        self._headers |= {"Prefect-Csrf-Token": answer["token"], "Prefect-Csrf-Client": client}

    def _fail_to_reach(self, reason: str) -> NoReturn:
        raise click.ClickException(
            f"no Headwater server at {self.url} ({reason}); HEADWATER_API_URL says where it is, "
            "with /api at its end"
        )


def _is_segment(name: str) -> bool:
    return name not in ("", ".", "..") and "/" not in name


def _authorization(settings: Settings) -> dict[str, str]:
    if login := settings.client_login:
        return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}
    if settings.api_key:
        return {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
    return {}


def _reason(content: object, status: int) -> str:
    """Return what the server says is wrong: its sentence, or each field with what ails it."""
    if not isinstance(content, dict):
        return f"the server answered {status}"
    details = content.get("exception_detail")
    if isinstance(details, list) and details:
        return "; ".join(_describe(one) for one in details)
    return str(content.get("detail") or content.get("exception_message") or status)


def _describe(detail: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in detail["loc"][1:])
    reason = str(detail["msg"]).removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
