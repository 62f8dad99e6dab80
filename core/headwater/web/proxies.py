"""Believes what proxies say of the browser's side: of as many proxies as the setting counts."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from headwater.settings import FORWARDED, proxy_counts


def init_app(app: Flask, proxies: str) -> None:
    if counts := proxy_counts(proxies):
        trusted = {f"x_{name}": counts.get(name, 0) for name in FORWARDED}
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]  # Flask's way


def forwarded(header: str, count: int) -> str:
    """Return what the outermost of *count* trusted proxies wrote, or nothing."""
    values = [value.strip() for value in header.split(",")]
    return values[-count] if 0 < count <= len(values) else ""
