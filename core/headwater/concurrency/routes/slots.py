"""The routes by which clients take slots of limits, and give them back."""

from random import random
from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.concurrency.schemas.limits import MinimalLimit
from headwater.concurrency.schemas.slots import (
    Decrement,
    DecrementWithLease,
    Increment,
    IncrementWithLease,
    Leased,
    Renewal,
)
from headwater.concurrency.service import slots as service
from headwater.concurrency.service.limits import show_minimal
from headwater.db.session import write
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("concurrency_slots_api", __name__, url_prefix="/api/v2/concurrency_limits")


@blueprint.post("/increment")
@needs("concurrency:write")
@describes("Take slots of limits.", body=Increment, answers={200: list[MinimalLimit]})
def post_increment() -> Response:
    wanted, workspace, now = parse_body(Increment), current_workspace(), clock.now()
    chance = random()  # noqa: S311  # for jitter
    _, limits = write(
        lambda session: service.take(session, workspace, wanted, chance=chance, now=now)
    )
    return answer([show_minimal(limit) for limit in limits])


@blueprint.post("/increment-with-lease")
@needs("concurrency:write")
@describes(
    "Take slots of limits under a lease.",
    body=IncrementWithLease,
    answers={200: Leased},
    only=Major.THREE,
)
def post_increment_with_lease() -> Response:
    wanted, workspace, now = parse_body(IncrementWithLease), current_workspace(), clock.now()
    term = service.Term(wanted.lease_duration, wanted.holder)
    chance = random()  # noqa: S311  # for jitter
    lease_id, limits = write(
        lambda session: service.take(session, workspace, wanted, term, chance=chance, now=now)
    )
    return answer(Leased(lease_id=lease_id, limits=[show_minimal(limit) for limit in limits]))


@blueprint.post("/decrement")
@needs("concurrency:write")
@describes(
    "Give back slots that were taken without a lease.",
    body=Decrement,
    answers={200: list[MinimalLimit]},
)
def post_decrement() -> Response:
    given, workspace, now = parse_body(Decrement), current_workspace(), clock.now()
    limits = write(
        lambda session: service.give_back(
            session, workspace, given.names, given.slots, given.occupancy_seconds, now=now
        )
    )
    return answer([show_minimal(limit) for limit in limits])


@blueprint.post("/decrement-with-lease")
@needs("concurrency:write")
@describes(
    "Give back the slots of a lease.",
    body=DecrementWithLease,
    answers={204: None},
    only=Major.THREE,
)
def post_decrement_with_lease() -> Response:
    given, workspace, now = parse_body(DecrementWithLease), current_workspace(), clock.now()
    write(lambda session: service.end(session, workspace, given.lease_id, now=now))
    return no_content()


@blueprint.post("/leases/<uuid:lease_id>/renew")
@needs("concurrency:write")
@describes("Keep a lease for longer.", body=Renewal, answers={204: None}, only=Major.THREE)
def post_renewal(lease_id: UUID) -> Response:
    seconds = parse_body(Renewal).lease_duration
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.renew(session, workspace, lease_id, seconds, now=now))
    return no_content()
