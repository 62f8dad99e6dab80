"""Sends news to Microsoft Teams through a workflow that takes requests."""

from headwater.api import hookimpl
from headwater_msteams.channel import TeamsWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[TeamsWebhook]]:
    return [TeamsWebhook]
