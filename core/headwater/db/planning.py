"""What SQLite is told of a condition, since it keeps no statistics: how many rows meet it.

Left to itself it takes the one workspace for ten rows, and any list for ten more.
"""

from sqlalchemy import Integer, func, literal_column

from headwater.db.criteria import Condition


def mostly(condition: Condition, dialect: str) -> Condition:
    """Return a condition that nearly all rows meet."""
    return _likely(condition, "0.99", dialect)


def rarely(condition: Condition, dialect: str) -> Condition:
    """Return a condition that so few rows meet that all of them can be sorted."""
    return _likely(condition, "0.00001", dialect)


def _likely(condition: Condition, share: str, dialect: str) -> Condition:
    if dialect != "sqlite":
        return condition
    # No boolean to SQLAlchemy, which would compare it with 1, and SQLite would not see the hint.
    hinted: Condition = func.likelihood(condition, literal_column(share), type_=Integer)
    return hinted
