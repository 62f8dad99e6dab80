"""Pages that follow what they show: htmx asks again, and gets an answer when there is news."""

from hashlib import sha256

from flask import Response, make_response, render_template
from htmx_flask import request

AFTER = "after"  # the query parameter with the cursor of what the browser shows
PACES = ((0.2, 2), (1.0, 5))  # a look that took so long is followed by the next after so long


def cursor_of(shown: object) -> str:
    """Return what changes with *shown*, by its repr.

    A digest, not a time or a position: on PostgreSQL either can commit after a later one.
    """
    return sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def render_live(page: str, fragment: str, *, shown: object, **context: object) -> Response:
    """Answer with the template *page*, or for htmx with *fragment* alone.

    htmx gets 204 while *shown*, all data that the fragment shows, is what it has. Both templates
    get `cursor`, which the fragment asks again with: `hx-get=".../?after={{ cursor }}"`.
    """
    cursor = cursor_of(shown)
    if wants_fragment() and request.args.get(AFTER) == cursor:
        return vary(make_response("", 204))
    template = fragment if wants_fragment() else page
    return vary(make_response(render_template(template, cursor=cursor, **context)))


def pace_after(took: float, slowest: int = 15) -> int:
    """Return the seconds until the next look: one at many rows is not for each two, but *slowest*
    at the latest."""
    return next((pace for limit, pace in PACES if took < limit), slowest)


def wants_fragment() -> bool:
    """Say whether htmx asks for a part of a page; going back in history it asks for all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def vary(response: Response) -> Response:
    """Keep caches from giving the fragment for the page, as going back would else show it."""
    response.vary.add("HX-Request")
    response.headers["Cache-Control"] = "no-store" if wants_fragment() else "no-cache"
    return response
