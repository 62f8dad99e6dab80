"""Sends news to an application of Gotify."""

from headwater.api import hookimpl
from headwater_gotify.channel import Gotify

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Gotify]]:
    return [Gotify]
