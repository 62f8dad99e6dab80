"""Sends news to channels and people of Zulip as a bot."""

from headwater.api import hookimpl
from headwater_zulip.channel import Zulip

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Zulip]]:
    return [Zulip]
