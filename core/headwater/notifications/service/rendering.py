"""Shows what services would be sent, without sending it, and without secrets."""

import logging
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.vault import Vault
from headwater.errors import DeliveryError
from headwater.notifications.channels import Message
from headwater.notifications.http import HttpClient
from headwater.notifications.rules.cutting import cut
from headwater.notifications.rules.masking import mask, secrets_of
from headwater.notifications.schemas.channels import ChannelShown
from headwater.notifications.schemas.own_policies import RenderedPart, Rendering
from headwater.notifications.service.channels import Kinds, read_channel

LONGEST = 20_000  # characters of a part
logger = logging.getLogger(__name__)


def render(
    session: Session,
    workspace: UUID,
    channel: ChannelShown,
    message: Message,
    vault: Vault,
    kinds: Kinds,
) -> Rendering:
    """Return what *message* becomes over a channel, or why it becomes nothing."""
    try:
        opened = read_channel(session, workspace, channel.id, vault, kinds)
    except DeliveryError as error:
        return Rendering(channel, [], str(error))
    secrets = list(secrets_of(opened.settings))
    try:
        parts = opened.kind(opened.settings, HttpClient(allow_private=False)).preview(message)
    except DeliveryError as failure:
        return Rendering(channel, [], mask(str(failure), secrets))
    except Exception as fault:  # noqa: BLE001  # its text may hold secrets
        logger.error("channel %s cannot show a message: %s", channel.type, type(fault).__name__)
        return Rendering(channel, [], f"the channel has a fault: {type(fault).__name__}")
    shown = [RenderedPart(name, cut(mask(text, secrets), LONGEST)) for name, text in parts.items()]
    return Rendering(channel, shown, None)
