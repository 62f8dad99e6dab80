"""Sends news to a topic of ntfy."""

from headwater.api import hookimpl
from headwater_ntfy.channel import Ntfy

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Ntfy]]:
    return [Ntfy]
