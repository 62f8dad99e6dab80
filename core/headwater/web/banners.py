"""What all pages say on top for as long as it is so: what people have to see to."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from headwater.db.session import reading
from headwater.errors import UnavailableError
from headwater.web.context import current_workspace

BANNERS = "headwater-banners"  # where create_app keeps what lists them
Lister = Callable[[Session, UUID], Sequence[str]]  # sentences of a workspace


def init_app(app: Flask) -> None:
    app.extensions[BANNERS] = []
    app.add_template_global(list_banners)


def list_banners() -> list[str]:
    """Return a sentence for each. While the database is away, pages have other things to say."""
    listers: list[Lister] = current_app.extensions[BANNERS]
    try:
        with reading() as session:
            return [one for lister in listers for one in lister(session, current_workspace())]
    except (UnavailableError, DBAPIError):
        return []
