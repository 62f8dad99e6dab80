"""The routes of concurrency leases. No limit exists yet: every name is unknown, and passes."""

from uuid import UUID

from flask import Blueprint, Response

from headwater.concurrency.schemas import Decrement, Increment, Lease, Renewal
from headwater.ids import uuid7
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("concurrency_api", __name__, url_prefix="/api/v2/concurrency_limits")


@blueprint.post("/increment-with-lease")
@needs("concurrency:write")
@describes("Take slots of limits under a lease.", body=Increment, answers={200: Lease})
def post_increment() -> Response:
    parse_body(Increment)
    return answer(Lease(lease_id=uuid7(), limits=[]))


@blueprint.post("/decrement-with-lease")
@needs("concurrency:write")
@describes("Give back the slots of a lease.", body=Decrement, answers={204: None})
def post_decrement() -> Response:
    parse_body(Decrement)
    return no_content()


@blueprint.post("/leases/<uuid:lease_id>/renew")
@needs("concurrency:write")
@describes("Keep a lease for longer.", body=Renewal, answers={204: None})
def post_renewal(lease_id: UUID) -> Response:
    """Renew whatever is named: no lease holds a slot yet, so none can have lost one.

    410, which ends a run, is for leases that did.
    """
    parse_body(Renewal)
    return no_content()
