"""Shows what was told over which channel, has it sent again; keeps channels and tries them."""

from headwater.api import NavigationEntry, Panel, hookimpl
from headwater_panel_notifications import (
    channel_forms,
    channels,
    deliveries,
    ledger,
    policies,
    policy_forms,
    resending,
)
from headwater_panel_notifications.blueprint import blueprint

headwater_api = ">=1.0,<2"

# Each of these adds its views to the blueprint.
VIEWS = (channel_forms, channels, deliveries, ledger, policies, policy_forms, resending)


@hookimpl
def headwater_panels() -> list[Panel]:
    entry = NavigationEntry("Notifications", "show_ledger", rank=50)
    return [Panel("notifications", blueprint, entry, right="notifications:read")]
