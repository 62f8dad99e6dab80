"""The routes of channels, Headwater's own: the clients know them as blocks."""

from typing import cast

from flask import Blueprint, Response, current_app

from headwater import clock
from headwater.db.session import reading, write
from headwater.errors import DeliveryError
from headwater.ids import uuid7
from headwater.notifications.rules.messages import compose_test
from headwater.notifications.schemas.channels import (
    ChannelCreate,
    ChannelEnabled,
    ChannelInFull,
    ChannelMade,
    ChannelOff,
    ChannelUpdate,
    KindShown,
    TestShown,
)
from headwater.notifications.service import changing, health
from headwater.notifications.service import channels as service
from headwater.notifications.service.health import Operators
from headwater.notifications.service.sending import Tried, send
from headwater.web.context import current_settings, current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

KINDS = "headwater-channels"  # where create_app keeps what plugins offer

blueprint = Blueprint("channels_api", __name__, url_prefix="/api/headwater/channels")


def current_kinds() -> service.Kinds:
    return cast(service.Kinds, current_app.extensions[KINDS])


def current_operators() -> Operators:
    settings = current_settings()
    reference = settings.notifications_operators_channel
    return Operators(reference, current_kinds(), settings.public_url)


@blueprint.get("/types")
@needs("notifications:read")
@describes("List the kinds of channels that plugins bring.", answers={200: list[KindShown]})
def get_kinds() -> Response:
    return answer(current_kinds().shown())


@blueprint.post("/filter")
@needs("notifications:read")
@describes("List channels.", answers={200: list[ChannelInFull]})
def post_channel_filter() -> Response:
    with reading() as session:
        return answer(health.list_all(session, current_workspace(), current_kinds()))


@blueprint.post("/")
@needs("notifications:write")
@describes("Create a channel.", body=ChannelCreate, answers={201: ChannelMade})
def post_channel() -> Response:
    new, workspace, kinds = parse_body(ChannelCreate), current_workspace(), current_kinds()
    vault, now = current_vault(), clock.now()
    created = write(lambda session: service.create(session, workspace, new, vault, kinds, now=now))
    return answer(created, 201)


@blueprint.get("/<path:reference>")
@needs("notifications:read")
@describes("Read a channel by its name or id.", answers={200: ChannelInFull})
def get_channel(reference: str) -> Response:
    with reading() as session:
        return answer(health.get(session, current_workspace(), reference, current_kinds()))


@blueprint.patch("/<path:reference>")
@needs("notifications:write")
@describes(
    "Change a channel; what is absent stays.", body=ChannelUpdate, answers={200: ChannelMade}
)
def patch_channel(reference: str) -> Response:
    wanted, workspace, kinds = parse_body(ChannelUpdate), current_workspace(), current_kinds()
    vault, now = current_vault(), clock.now()
    return answer(
        write(
            lambda session: changing.change(
                session, workspace, reference, wanted, vault, kinds, now=now
            )
        )
    )


@blueprint.delete("/<path:reference>")
@needs("notifications:write")
@describes("Delete a channel.", answers={204: None})
def delete_channel(reference: str) -> Response:
    workspace, kinds, vault, now = (
        current_workspace(),
        current_kinds(),
        current_vault(),
        clock.now(),
    )
    write(lambda session: service.delete(session, workspace, reference, vault, kinds, now=now))
    return no_content()


@blueprint.post("/<path:reference>/test")
@needs("notifications:write")
@describes("Try a channel.", answers={200: TestShown})
def post_test(reference: str) -> Response:
    """Send a test message, once, and answer how that went. One that gets through enables a channel
    that the server disabled."""
    return answer(try_out(reference))


def try_out(reference: str) -> TestShown:
    """Send a test message over a channel, once, and return how that went."""
    workspace, settings = current_workspace(), current_settings()
    with reading() as session:
        found = service.get(session, workspace, reference, current_kinds())
        try:
            opened = service.read_channel(
                session, workspace, found.id, current_vault(), current_kinds()
            )
        except DeliveryError as error:
            return _shown(Tried(error, 0.0))
    channel = opened.open(allow_private=settings.notifications_allow_private_urls)
    message = compose_test(found.name, settings.public_url, clock.now())
    # A key of its own: who counts keys would pass over the second test.
    tried, now = send(channel, message, key=f"test-{uuid7()}"), clock.now()
    if tried.error is None:
        told = current_operators()
        write(lambda session: health.note_test(session, workspace, found.id, told, now=now))
    return _shown(tried)


@blueprint.post("/<path:reference>/enable")
@needs("notifications:write")
@describes("Try a channel again that is disabled, off or rests.", answers={200: ChannelEnabled})
def post_enable(reference: str) -> Response:
    workspace, kinds, now = current_workspace(), current_kinds(), clock.now()
    return answer(
        write(lambda session: health.enable(session, workspace, reference, kinds, now=now))
    )


@blueprint.post("/<path:reference>/disable")
@needs("notifications:write")
@describes("Turn a channel off.", body=ChannelOff, answers={204: None})
def post_disable(reference: str) -> Response:
    """Give up what is on its way over a channel, and what comes, until it is enabled."""
    wanted = parse_body(ChannelOff)
    workspace, kinds, now = current_workspace(), current_kinds(), clock.now()
    write(lambda session: health.disable(session, workspace, reference, wanted, kinds, now=now))
    return no_content()


def _shown(tried: Tried) -> TestShown:
    error = str(tried.error) if tried.error else None
    return TestShown(tried.error is None, error, tried.status, tried.response, tried.duration)
