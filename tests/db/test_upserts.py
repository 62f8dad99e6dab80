"""Statements for taken keys do the same on both databases, though PostgreSQL's class makes them."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from headwater.db.upserts import begin_upsert, insert_new, insert_or_change

stock = Table(
    "stock",
    MetaData(),
    Column("shop", Integer, primary_key=True),
    Column("item", String, primary_key=True),
    Column("place", String, unique=True),
    Column("count", Integer),
    Column("code", String),
)
COUNTED = text("count > 0")
Index("code_of_counted", stock.c.code, unique=True, sqlite_where=COUNTED, postgresql_where=COUNTED)
KEYS = ("shop", "item")


@pytest.fixture
def connection(session: Session) -> Iterator[Connection]:
    """A connection with a table of one row, which goes with the test."""
    connection = session.connection()
    stock.create(connection)
    connection.execute(stock.insert(), row("nail", place="a", count=5, code="n"))
    yield connection
    stock.drop(connection)


def row(item: str, **values: Any) -> dict[str, Any]:
    return {"shop": 1, "item": item, "place": None, "count": None, "code": None} | values


def kept(connection: Connection) -> list[tuple[Any, ...]]:
    found = select(stock.c.item, stock.c.place, stock.c.count).order_by(stock.c.item)
    return [tuple(each) for each in connection.execute(found)]


def test_new_rows_are_added_and_any_key_taken_leaves_one_out(connection: Connection) -> None:
    rows = [row("nail", count=9), row("saw", place="b"), row("axe", place="a")]
    connection.execute(insert_new(stock), rows)
    assert kept(connection) == [("nail", "a", 5), ("saw", "b", None)]


def test_of_many_rows_those_that_were_added_are_told(connection: Connection) -> None:
    add = insert_new(stock, KEYS).returning(stock.c.item)
    rows = [row("axe"), row("nail"), row("saw")]
    assert set(connection.execute(add, rows).scalars()) == {"axe", "saw"}
    assert connection.execute(add, row("saw")).first() is None
    assert connection.execute(add, row("rope")).scalar_one() == "rope"  # the same words again


def test_the_row_of_taken_keys_is_changed_where_it_is_said(connection: Connection) -> None:
    save = insert_or_change(stock, KEYS, ["count"])
    connection.execute(save, [row("nail", place="z", count=6), row("saw", count=1)])
    assert kept(connection) == [("nail", "a", 6), ("saw", None, 1)]
    told = connection.execute(save.returning(*stock.c), row("nail", place="y", count=7)).one()
    assert told == (1, "nail", "a", 7, "n")


def test_what_is_set_is_reckoned_of_both_rows(connection: Connection) -> None:
    add = begin_upsert(stock)
    values = {
        "count": stock.c.count + add.excluded["count"],
        "place": func.coalesce(add.excluded.place, stock.c.place),
        "code": bindparam("new_code"),
    }
    save = add.on_conflict_do_update(index_elements=KEYS, set_=values).returning(stock.c.code)
    told = connection.execute(save, row("nail", count=2) | {"new_code": "m"}).scalar_one()
    assert told == "m"
    assert kept(connection) == [("nail", "a", 7)]


def _more() -> Insert:
    add = begin_upsert(stock)
    more = stock.c.count < add.excluded["count"]
    set_ = {"count": add.excluded["count"]}
    return add.on_conflict_do_update(index_elements=KEYS, set_=set_, where=more)


def test_a_condition_says_which_rows_are_changed(connection: Connection) -> None:
    more = _more().returning(stock.c.count)
    assert connection.execute(more, row("nail", count=4)).first() is None
    assert connection.execute(more, row("nail", count=6)).scalar_one() == 6
    connection.execute(_more(), [row("nail", count=1), row("nail", count=8)])
    assert kept(connection) == [("nail", "a", 8)]


def test_an_index_of_some_rows_alone_can_be_the_key(connection: Connection) -> None:
    add = begin_upsert(stock).on_conflict_do_nothing(index_elements=["code"], index_where=COUNTED)
    connection.execute(add, [row("axe", count=1, code="n"), row("saw", count=0, code="n")])
    assert kept(connection) == [("nail", "a", 5), ("saw", None, 0)]


def test_rows_can_come_from_a_query(connection: Connection) -> None:
    again = select(stock.c.shop, stock.c.item, literal(3)).where(stock.c.count > bindparam("over"))
    add = begin_upsert(stock).from_select(["shop", "item", "count"], again)
    save = add.on_conflict_do_update(
        index_elements=KEYS, set_={"count": stock.c.count * add.excluded["count"]}
    ).returning(stock.c.count)
    assert connection.execute(save, {"over": 1}).scalars().all() == [15]
    assert connection.execute(save, {"over": 99}).scalars().all() == []


def test_statements_of_the_same_words_share_what_was_compiled() -> None:
    """Else those that are made per request would be compiled each time."""
    one, two = _more()._generate_cache_key(), _more()._generate_cache_key()
    assert one is not None
    assert one == two
    other = insert_or_change(stock, KEYS, ["count"])._generate_cache_key()
    assert one != other
