"""Times as whole numbers in SQL, exact where the databases' own arithmetic is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SECOND = 1_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class microseconds(FunctionElement[int]):  # noqa: N801  # reads as a function in statements
    """The microseconds from 1970 to a column's time, as `to_microseconds` counts them."""

    type = BigInteger()
    inherit_cache = True


@compiles(microseconds, "sqlite")
def _compile_sqlite(element: microseconds, compiler: Any, **options: Any) -> str:
    # As our columns keep it: 2026-11-26 03:00:00.123456. Its julianday is off by 40 microseconds.
    text = compiler.process(element.clauses, **options)
    # Its rounding takes the last half of a millisecond for the next second.
    return f"(strftime('%s', substr({text}, 1, 19)) * {SECOND} + substr({text}, 21))"


@compiles(microseconds, "postgresql")
def _compile_postgresql(element: microseconds, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(extract(epoch FROM {moment}) * {SECOND} AS BIGINT)"


class seconds_between(FunctionElement[float]):  # noqa: N801  # reads as a function in statements
    """The seconds from the first time to the second, to within 50 microseconds."""

    type = Double()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _subtract_sqlite(element: seconds_between, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(one, **options) for one in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


@compiles(seconds_between, "postgresql")
def _subtract_postgresql(element: seconds_between, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(one, **options) for one in element.clauses)
    return f"date_part('epoch', {later} - {earlier})"  # `extract` goes by way of decimals


def to_microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
