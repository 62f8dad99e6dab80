"""Sends news to Mattermost through an incoming webhook."""

from headwater.api import hookimpl
from headwater_mattermost.channel import MattermostWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[MattermostWebhook]]:
    return [MattermostWebhook]
