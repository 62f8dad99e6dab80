"""How deliveries and channels are named and marked on these pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from headwater.api import current_workspace, reading
from headwater.api.notifications import (
    ChannelShown,
    DeliveryShown,
    current_kinds,
    list_channels,
)
from headwater_panel_notifications.blueprint import blueprint

# By state: the word for it, and the state of runs whose sign and colour it has.
STATES = {
    "pending": ("Waiting", "SCHEDULED"),
    "sending": ("Being sent", "RUNNING"),
    "sent": ("Sent", "COMPLETED"),
    "dead": ("Dead", "FAILED"),
    "partly": ("Told in part", "CRASHED"),
    "held": ("Held", "PAUSED"),
    "merged": ("Merged", "CANCELLED"),
    "suppressed": ("Suppressed", "CANCELLED"),
}
OUTCOMES = {
    "unseen": ("No answer seen", "PENDING"),
    "sent": ("Sent", "COMPLETED"),
    "partly": ("Told some", "CRASHED"),
    "failed": ("Failed", "FAILED"),
    "limited": ("Too many", "SCHEDULED"),
    "refused": ("Refused", "FAILED"),
}
HEALTH = {
    "healthy": ("Healthy", "COMPLETED"),
    "degraded": ("Failing", "CRASHED"),
    "paused": ("Resting", "PAUSED"),
    "disabled": ("Disabled", "FAILED"),
    "off": ("Off", "CANCELLED"),
}
GIVEN_UP = ("dead", "partly")
AGAIN = (*GIVEN_UP, "pending", "held", "suppressed")  # what a person can have sent at once


@dataclass(frozen=True)
class ShownDelivery:
    """A delivery with the name of its channel, None for one that is gone."""

    of: DeliveryShown
    channel: str | None

    @property
    def about(self) -> str:
        """Return which run it tells of, and what of it."""
        if self.of.tells:
            return f"{self.of.tells} notification{'s' if self.of.tells > 1 else ''} together"
        return self.of.flow_run_name or "a run"

    @property
    def counts(self) -> str | None:
        """Return how many of those whom the channel tells were told, if that says anything."""
        told = self.of.targets
        if told is None:
            return None
        if self.of.state in ("pending", "sending") and not told.refused + told.left:
            return f"{told.told} so far"  # since it was sent again to the others
        refused = f", {told.refused} refused for good" if told.refused else ""
        return f"{told.told} of {told.told + told.refused + told.left}{refused}"


def show(found: DeliveryShown, channels: Mapping[UUID, ChannelShown]) -> ShownDelivery:
    channel = channels.get(found.channel_id)
    return ShownDelivery(found, channel.name if channel else None)


def read_channels() -> dict[UUID, ChannelShown]:
    """Return all channels by their ids, in the order of their names."""
    with reading() as session:
        found = list_channels(session, current_workspace(), current_kinds())
    return {one.id: one for one in found}


@blueprint.app_template_filter("delivery_state")
def word_of_state(state: str) -> tuple[str, str]:
    return STATES.get(state, (state.capitalize(), "PENDING"))


@blueprint.app_template_filter("attempt_outcome")
def word_of_outcome(outcome: str) -> tuple[str, str]:
    return OUTCOMES.get(outcome, (outcome.capitalize(), "PENDING"))


@blueprint.app_template_filter("channel_health")
def word_of_health(state: str) -> tuple[str, str]:
    return HEALTH.get(state, (state.capitalize(), "PENDING"))
