"""Sends news to a chat of Telegram by a bot."""

from headwater.api import hookimpl
from headwater_telegram.channel import Telegram

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Telegram]]:
    return [Telegram]
