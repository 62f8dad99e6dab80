"""How many statements the requests of waiters and holders cost, and whose limits they see."""

from uuid import UUID, uuid4

import pytest

from headwater.concurrency.schemas.slots import Wanted
from headwater.concurrency.service import limits as service
from headwater.concurrency.service import slots, tags
from headwater.concurrency.service.slots import Term
from headwater.db.session import reading, write
from headwater.errors import GoneError, NotFoundError
from tests.concurrency.conftest import NOW, Limits


def test_a_lease_takes_four_and_is_renewed_by_two(limits: Limits, statements: list[str]) -> None:
    limits.add()
    statements.clear()
    lease = limits.lease()
    assert len(statements) <= 4, statements

    statements.clear()
    limits.renew(lease)
    assert len(statements) <= 2, statements

    statements.clear()
    limits.end(lease)
    assert len(statements) <= 5, statements


def test_who_waits_costs_two_and_writes_nothing(limits: Limits, statements: list[str]) -> None:
    limits.add()
    limits.lease()
    statements.clear()

    limits.lease(status=423)

    assert len(statements) <= 2, statements
    assert all(statement.startswith("SELECT") for statement in statements)


def test_a_list_takes_as_many_for_many_limits_as_for_one(
    limits: Limits, statements: list[str]
) -> None:
    for number in range(3):
        limits.post("concurrency_limits/", {"tag": f"t{number}", "concurrency_limit": 1}, 201)
    statements.clear()
    limits.post("v2/concurrency_limits/filter", {})
    assert len(statements) <= 1, statements

    statements.clear()
    limits.post("concurrency_limits/filter", {})
    assert len(statements) <= 2, statements


def test_no_workspace_sees_anothers_limits(limits: Limits) -> None:
    made, other = limits.add("a"), uuid4()
    limits.post("concurrency_limits/", {"tag": "t", "concurrency_limit": 1}, 201)
    lease = limits.lease("a")
    term, wanted = Term(60), Wanted(names=["a"], slots=1)

    with reading() as session:
        assert service.list_page(session, other, 200, 0, now=NOW) == []
        assert service.list_by_ids(session, other, [UUID(made["id"])], now=NOW) == {}
        with pytest.raises(NotFoundError):
            service.get(session, other, "a", now=NOW)
        with pytest.raises(NotFoundError):
            tags.get(session, other, "t", now=NOW)
    found = write(lambda session: slots.take(session, other, wanted, term, chance=0, now=NOW))
    assert found[1] == []
    with pytest.raises(GoneError):
        write(lambda session: slots.renew(session, other, UUID(lease["lease_id"]), 60, now=NOW))
    write(lambda session: slots.end(session, other, UUID(lease["lease_id"]), now=NOW))
    with pytest.raises(NotFoundError):
        write(lambda session: service.delete(session, other, "a", now=NOW))

    assert limits.active("a") == 1
