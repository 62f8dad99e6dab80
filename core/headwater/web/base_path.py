"""Serves everything under a path, where a proxy gives other paths of the host to others."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:  # there is no such module at run time
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BasePath:
    """Takes *prefix*, such as `/headwater`, off the paths that *app* sees; others are 404.

    The app's own links begin with it again, since it goes into SCRIPT_NAME.
    """

    def __init__(self, app: "WSGIApplication", prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        head, sign, tail = environ.get("PATH_INFO", "").partition(self._prefix)
        if head or not sign or tail[:1] not in ("", "/"):
            return NotFound()(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
        environ["PATH_INFO"] = tail or "/"
        return self._app(environ, start_response)


def init_app(app: Flask, prefix: str) -> None:
    if prefix:
        app.wsgi_app = BasePath(app.wsgi_app, prefix)  # type: ignore[method-assign]  # Flask's way
