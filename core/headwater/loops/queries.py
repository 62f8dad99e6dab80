"""The statements on leases."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from headwater.loops.models import Lease

_lease = Lease.__table__
_FREE = datetime(1970, 1, 1, tzinfo=UTC)  # past on every machine, however its clock runs

_NAMES = select(_lease.c.name)
_ADD = insert(_lease).values(expires=_FREE)
_TAKE = (
    update(_lease)
    .where(
        _lease.c.name.in_(bindparam("names", expanding=True)),
        or_(_lease.c.holder == bindparam("me"), _lease.c.expires <= bindparam("now")),
    )
    .values(holder=bindparam("me"), expires=bindparam("until"))
    .returning(_lease.c.name)
)
_ANY_FREE = select(
    exists().where(
        _lease.c.name.in_(bindparam("names", expanding=True)),
        _lease.c.expires <= bindparam("now"),
    )
)
_RELEASE = update(_lease).where(_lease.c.holder == bindparam("me")).values(expires=_FREE)


def add_leases(session: Session, names: Collection[str]) -> None:
    """Add the leases that do not exist yet. Of two that do so at once one gets IntegrityError."""
    missing = set(names) - set(session.scalars(_NAMES))
    if missing:
        session.execute(_ADD, [{"name": name, "holder": ""} for name in sorted(missing)])


def take_leases(
    session: Session, holder: str, names: Collection[str], *, now: datetime, until: datetime
) -> set[str]:
    """Renew what *holder* has of *names* and take what is free; return what it has then."""
    wanted = {"names": list(names), "me": holder, "now": now, "until": until}
    return set(session.scalars(_TAKE, wanted))


def is_any_lease_free(session: Session, names: Collection[str], *, now: datetime) -> bool:
    return bool(session.scalar(_ANY_FREE, {"names": list(names), "now": now}))


def release_leases(session: Session, holder: str) -> None:
    session.execute(_RELEASE, {"me": holder})
