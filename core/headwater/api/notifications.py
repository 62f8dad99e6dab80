"""What a panel may read and do of channels, and of what was told over them.

What changes something is called within `write`. Settings of a channel come without its secrets.
"""

from headwater.criteria import Ids, Strings, Times
from headwater.errors import ConflictError, InvalidRequestError
from headwater.notifications.models import DeliveryState
from headwater.notifications.routes.channels import current_kinds, try_out
from headwater.notifications.schemas.channels import (
    ChannelCreate,
    ChannelMade,
    ChannelShown,
    KindShown,
    TestShown,
)
from headwater.notifications.schemas.deliveries import (
    DeliveriesWanted,
    DeliveryFilter,
    DeliveryInFull,
    DeliveryShown,
    ResendWanted,
    Resent,
)
from headwater.notifications.service.channels import (
    Kinds,
    get_settings,
)
from headwater.notifications.service.channels import create as create_channel
from headwater.notifications.service.channels import delete as delete_channel
from headwater.notifications.service.channels import get as get_channel
from headwater.notifications.service.channels import list_all as list_channels
from headwater.notifications.service.channels import update as update_channel
from headwater.notifications.service.ledger import get as get_delivery
from headwater.notifications.service.ledger import list_wanted as list_deliveries
from headwater.notifications.service.ledger import resend as resend_delivery
from headwater.notifications.service.ledger import resend_many as resend_deliveries
from headwater.web.context import current_vault

__all__ = [
    "ChannelCreate",
    "ChannelMade",
    "ChannelShown",
    "ConflictError",
    "DeliveriesWanted",
    "DeliveryFilter",
    "DeliveryInFull",
    "DeliveryShown",
    "DeliveryState",
    "Ids",
    "InvalidRequestError",
    "KindShown",
    "Kinds",
    "ResendWanted",
    "Resent",
    "Strings",
    "TestShown",
    "Times",
    "create_channel",
    "current_kinds",
    "current_vault",
    "delete_channel",
    "get_channel",
    "get_delivery",
    "get_settings",
    "list_channels",
    "list_deliveries",
    "resend_deliveries",
    "resend_delivery",
    "try_out",
    "update_channel",
]
