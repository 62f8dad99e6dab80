"""Tells people on Signal, through a signal-cli-rest-api of one's own."""

from headwater.api import hookimpl

from headwater_signal.channel import Signal

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Signal]]:
    return [Signal]
