"""Sends news to Discord through a webhook of a channel."""

from headwater.api import hookimpl
from headwater_discord.channel import DiscordWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[DiscordWebhook]]:
    return [DiscordWebhook]
