"""Sends news to Rocket.Chat through an incoming webhook."""

from headwater.api import hookimpl
from headwater_rocketchat.channel import RocketChatWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[RocketChatWebhook]]:
    return [RocketChatWebhook]
