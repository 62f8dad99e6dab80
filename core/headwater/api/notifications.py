"""What a panel may read and do of channels, and of what was told over them.

What changes something is called within `write`. Settings of a channel come without its secrets.
"""

from headwater.criteria import Ids, Strings, Times
from headwater.errors import ConflictError, InvalidRequestError
from headwater.notifications.routes.channels import current_kinds, try_out
from headwater.notifications.schemas.channels import (
    ChannelCreate,
    ChannelInFull,
    ChannelMade,
    ChannelOff,
    ChannelShown,
    HealthShown,
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
    TargetsShown,
)
from headwater.notifications.schemas.own_policies import (
    OwnPoliciesWanted,
    OwnPolicy,
    OwnPolicyCreate,
    OwnPolicyUpdate,
    Preview,
    PreviewWanted,
    Rendering,
)
from headwater.notifications.schemas.states import DeliveryState
from headwater.notifications.schemas.templates import PLACEHOLDERS, Templating
from headwater.notifications.schemas.timing import GroupBy, Grouping, QuietHours, Weekday
from headwater.notifications.service.changing import replace as update_channel
from headwater.notifications.service.channels import (
    Kinds,
    get_settings,
)
from headwater.notifications.service.channels import create as create_channel
from headwater.notifications.service.channels import delete as delete_channel
from headwater.notifications.service.channels import get as get_channel
from headwater.notifications.service.channels import list_all as list_channels
from headwater.notifications.service.health import disable as disable_channel
from headwater.notifications.service.health import enable as enable_channel
from headwater.notifications.service.health import get as get_channel_in_full
from headwater.notifications.service.health import list_all as list_channels_in_full
from headwater.notifications.service.ledger import get as get_delivery
from headwater.notifications.service.ledger import list_wanted as list_deliveries
from headwater.notifications.service.ledger import resend as resend_delivery
from headwater.notifications.service.ledger import resend_many as resend_deliveries
from headwater.notifications.service.own_policies import delete as delete_policy
from headwater.notifications.service.own_policies import get as get_policy
from headwater.notifications.service.own_policies import list_wanted as list_policies
from headwater.runs.queries.choices import Choice, find_names, list_choices
from headwater.runs.service.policies import create as create_policy
from headwater.runs.service.policies import update as update_policy
from headwater.runs.service.previews import preview
from headwater.web.context import current_settings, current_vault


def current_public_url() -> str:
    """Return the address at which people reach the pages: links in messages begin with it."""
    return current_settings().public_url


__all__ = [
    "PLACEHOLDERS",
    "ChannelCreate",
    "ChannelInFull",
    "ChannelMade",
    "ChannelOff",
    "ChannelShown",
    "Choice",
    "ConflictError",
    "DeliveriesWanted",
    "DeliveryFilter",
    "DeliveryInFull",
    "DeliveryShown",
    "DeliveryState",
    "GroupBy",
    "Grouping",
    "HealthShown",
    "Ids",
    "InvalidRequestError",
    "KindShown",
    "Kinds",
    "OwnPoliciesWanted",
    "OwnPolicy",
    "OwnPolicyCreate",
    "OwnPolicyUpdate",
    "Preview",
    "PreviewWanted",
    "QuietHours",
    "Rendering",
    "ResendWanted",
    "Resent",
    "Strings",
    "TargetsShown",
    "Templating",
    "TestShown",
    "Times",
    "Weekday",
    "create_channel",
    "create_policy",
    "current_kinds",
    "current_public_url",
    "current_vault",
    "delete_channel",
    "delete_policy",
    "disable_channel",
    "enable_channel",
    "find_names",
    "get_channel",
    "get_channel_in_full",
    "get_delivery",
    "get_policy",
    "get_settings",
    "list_channels",
    "list_channels_in_full",
    "list_choices",
    "list_deliveries",
    "list_policies",
    "preview",
    "resend_deliveries",
    "resend_delivery",
    "try_out",
    "update_channel",
    "update_policy",
]
