"""Sends news by e-mail over any server of mails."""

from headwater.api import hookimpl
from headwater_smtp.channel import SmtpEmail

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[SmtpEmail]]:
    return [SmtpEmail]
