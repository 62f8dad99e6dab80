"""Sends news to any web service, in any form, signed."""

from headwater.api import hookimpl
from headwater_webhook.channel import CustomWebhook

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[CustomWebhook]]:
    return [CustomWebhook]
