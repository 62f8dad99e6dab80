"""Sends news by e-mail through SendGrid."""

from headwater.api import hookimpl
from headwater_sendgrid.channel import SendgridEmail

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[SendgridEmail]]:
    return [SendgridEmail]
