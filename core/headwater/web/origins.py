"""Which sites' pages may call: browsers tell whose page it is that sends, by its Origin."""

from collections.abc import Iterable
from urllib.parse import urlsplit

EVERY = "*"


class Origins:
    """*allowed* are other sites' origins, or `*`; *ui_url* is how people reach our own pages."""

    def __init__(self, allowed: Iterable[str] = (), ui_url: str | None = None) -> None:
        self.allowed = frozenset(allowed)
        self._named = {urlsplit(ui_url or "").netloc.lower()} - {""}

    def is_own(self, origin: str | None, host: str) -> bool:
        """Say whether the page is ours; a browser that tells no origin is no evidence.

        A proxy may have us under another name and another scheme than the browser does.
        """
        return origin is None or _netloc(origin) in {host.lower(), *self._named}

    def lets(self, origin: str) -> bool:
        """Say whether another site's page may read what we answer."""
        return EVERY in self.allowed or origin.lower() in self.allowed

    def admits(self, origin: str | None, host: str) -> bool:
        """Say whether a request may be acted upon: of no page, of ours, or of one that may."""
        return self.is_own(origin, host) or (origin is not None and self.lets(origin))


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # brackets that hold no address
        return ""
