"""What each storage backend keeps as it was, as tests: a part of their contract."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.runs.models import Flow


class ValuesContract:
    def test_json_comes_back_as_it_was_written(self) -> None:
        labels = {"z": 10**30, "a": [1.5, None, True], "ü\u2028😀": '"', "nan": math.nan}
        tags = ["z", "a", "ü😀", "z"]
        row = write(lambda session: keep(session, labels=labels, tags=tags))

        read = parse(row.labels)
        assert read == {**labels, "nan": None}
        assert list(read) == list(labels)
        assert parse(row.tags) == tags

    def test_a_time_comes_back_in_utc_to_the_microsecond(self) -> None:
        berlin = timezone(timedelta(hours=1))
        for moment in (
            datetime(2026, 11, 25, 3, 0, 0, 123456, berlin),
            datetime(2026, 11, 25, 3, 0, 0, 0, UTC),
            datetime(1, 1, 2, tzinfo=UTC),
            datetime(9999, 12, 30, tzinfo=UTC),
        ):
            row = write(lambda session: keep(session, created=moment))  # noqa: B023  # done at once
            assert (row.created, row.created.tzinfo) == (moment, UTC)

    def test_times_sort_as_they_follow_each_other(self) -> None:
        second = datetime(2026, 11, 25, 3, tzinfo=UTC)
        moments = [second + timedelta(microseconds=n) for n in (0, 1, 10, 100_000, 1_000_000)]
        for moment in reversed(moments):
            write(lambda session: keep(session, created=moment))  # noqa: B023  # done at once
        created = Flow.__table__.c.created
        with reading() as session:
            ordered = session.scalars(select(created).order_by(created)).all()
            later = session.scalars(select(created).where(created > moments[2])).all()

        assert ordered == moments
        assert set(later) == set(moments[3:])

    def test_text_is_kept_whole_or_refused(self) -> None:
        for name in ("", "ü😀", "a\nb", "%s %(x)s :x ?", "x" * 100_000):
            assert write(lambda session: keep(session, name=name)).name == name  # noqa: B023  # done at once
        try:
            row = write(lambda session: keep(session, name="a\0b"))
        except DBAPIError:
            return
        assert row.name == "a\0b"

    def test_an_id_comes_back_as_it_went_in(self) -> None:
        for number in (0, 1, 2**128 - 1):
            row = write(lambda session: keep(session, id=UUID(int=number)))  # noqa: B023  # done at once
            assert row.id == UUID(int=number)
            assert hash(row.id) == hash(UUID(int=number))


def keep(session: Session, **values: Any) -> Any:
    """Keep a flow of these values; return its row as the database has it."""
    table = Flow.__table__
    row = {"workspace_id": UUID(int=1), "name": str(values), "tags": [], "labels": {}, **values}
    key = session.execute(insert(table).returning(table.c.id), row).scalar_one()
    return session.execute(select(table).where(table.c.id == key)).one()
