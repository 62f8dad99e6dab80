"""What commands ask of a running server: over its API, never its database."""

from base64 import b64encode
from typing import Any, NoReturn
from urllib.parse import quote

import click

from headwater.settings import Settings

LONGEST = 60  # seconds; a test message waits for the service that it is sent to


class Api:
    """The server at HEADWATER_API_URL. What goes wrong ends the command, in one line."""

    def __init__(self) -> None:
        settings = Settings.load()
        self._url = settings.client_url
        self._headers = _authorization(settings)

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        return self._call("POST", path, body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        import requests  # late, since --help does without

        try:
            answer = requests.request(
                method,
                self._url + quote(path),
                json=body,
                headers=self._headers,
                timeout=LONGEST,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._fail_to_reach(type(error).__name__)
        try:
            content = answer.json() if answer.content else None
        except ValueError:
            self._fail_to_reach(f"it answered {answer.status_code}, and no JSON")
        if answer.status_code == 401:
            raise click.ClickException(
                "the server wants to know who asks: set HEADWATER_API_KEY or "
                "HEADWATER_API_AUTH_STRING"
            )
        if answer.status_code >= 300:
            raise click.ClickException(_reason(content, answer.status_code))
        return content

    def _fail_to_reach(self, reason: str) -> NoReturn:
        raise click.ClickException(
            f"no Headwater server at {self._url} ({reason}); HEADWATER_API_URL says where it is"
        )


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
