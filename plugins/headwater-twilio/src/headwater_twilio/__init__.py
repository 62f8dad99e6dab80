"""Sends news by SMS through Twilio."""

from headwater.api import hookimpl
from headwater_twilio.channel import TwilioSms

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[TwilioSms]]:
    return [TwilioSms]
