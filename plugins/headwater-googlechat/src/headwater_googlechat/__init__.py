"""Sends news to a space of Google Chat through an incoming webhook."""

from headwater.api import hookimpl
from headwater_googlechat.channel import GoogleChatWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[GoogleChatWebhook]]:
    return [GoogleChatWebhook]
