"""Sends news to people's devices by Pushover."""

from headwater.api import hookimpl
from headwater_pushover.channel import Pushover

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Pushover]]:
    return [Pushover]
