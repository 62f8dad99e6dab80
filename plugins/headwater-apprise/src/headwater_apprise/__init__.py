"""Sends news over whatever service apprise knows, once somebody has switched that on."""

from headwater.api import hookimpl
from headwater_apprise.channel import AppriseBridge
from headwater_apprise.settings import read_enabled

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[AppriseBridge]]:
    read_enabled()  # what is neither on nor off is told at the start
    return [AppriseBridge]
