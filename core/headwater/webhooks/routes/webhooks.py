"""The routes by which webhooks are kept, Headwater's own."""

from uuid import UUID

from flask import Blueprint, Response, current_app

from headwater import clock
from headwater.db.json import fragment
from headwater.db.session import reading, write
from headwater.web.context import VAULT, current_settings, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body
from headwater.webhooks import queries
from headwater.webhooks.schemas.calls import Call, Headers
from headwater.webhooks.schemas.webhooks import (
    CallTold,
    Tried,
    Webhook,
    WebhookCreate,
    WebhookMade,
    WebhooksWanted,
    WebhookUpdate,
)
from headwater.webhooks.service import calls
from headwater.webhooks.service import webhooks as service
from headwater.webhooks.service.webhooks import Keeper

blueprint = Blueprint("webhooks_api", __name__, url_prefix="/api/headwater/webhooks")


@blueprint.post("/")
@needs("webhooks:write")
@describes(
    "Create a webhook; its token is shown this once.",
    body=WebhookCreate,
    answers={201: WebhookMade},
)
def post_webhook() -> Response:
    new, workspace = parse_body(WebhookCreate), current_workspace()
    keeper, now = _keeper(), clock.now()
    made = write(lambda session: service.create(session, workspace, new, keeper, now=now))
    return answer(made, 201)


@blueprint.post("/filter")
@needs("webhooks:read")
@describes("List webhooks.", body=WebhooksWanted, answers={200: list[Webhook]})
def post_webhook_filter() -> Response:
    wanted, keeper = parse_body(WebhooksWanted), _keeper()
    page = (wanted.page_limit, wanted.offset)
    with reading() as session:
        rows = queries.list_webhooks(session, current_workspace(), *page)
    return answer([keeper.show(row) for row in rows])


@blueprint.get("/<uuid:webhook_id>")
@needs("webhooks:read")
@describes("Read a webhook.", answers={200: Webhook})
def get_webhook(webhook_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_webhook(session, current_workspace(), webhook_id)
    return answer(_keeper().show(row))


@blueprint.patch("/<uuid:webhook_id>")
@needs("webhooks:write")
@describes(
    "Change a webhook; what is absent stays. A secret that is made is shown this once.",
    body=WebhookUpdate,
    answers={200: WebhookMade},
)
def patch_webhook(webhook_id: UUID) -> Response:
    change, workspace = parse_body(WebhookUpdate), current_workspace()
    keeper, now = _keeper(), clock.now()
    return answer(
        write(
            lambda session: service.update(session, workspace, webhook_id, change, keeper, now=now)
        )
    )


@blueprint.post("/<uuid:webhook_id>/rotate")
@needs("webhooks:write")
@describes(
    "Give a webhook a new token, which is shown this once; the old one is void.",
    answers={200: WebhookMade},
)
def post_webhook_rotate(webhook_id: UUID) -> Response:
    workspace, keeper, now = current_workspace(), _keeper(), clock.now()
    return answer(
        write(lambda session: service.rotate(session, workspace, webhook_id, keeper, now=now))
    )


@blueprint.post("/<uuid:webhook_id>/test")
@needs("webhooks:read")
@describes(
    "Show the event that a call would make. None is kept.", body=CallTold, answers={200: Tried}
)
def post_webhook_test(webhook_id: UUID) -> Response:
    told, now = parse_body(CallTold), clock.now()
    with reading() as session:
        row = queries.get_webhook(session, current_workspace(), webhook_id)
    headers = Headers(told.headers.items())
    call = Call(told.method, headers, told.query_params, told.body.encode(errors="replace"))
    # What was told may have integers of any size.
    return answer(fragment(calls.try_call(row, call, told.template, now=now)))


@blueprint.delete("/<uuid:webhook_id>")
@needs("webhooks:write")
@describes("Delete a webhook.", answers={204: None})
def delete_webhook(webhook_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, webhook_id, now=now))
    return no_content()


def _keeper() -> Keeper:
    return Keeper(current_app.extensions[VAULT], current_settings().public_url)
