"""The channel of mail servers keeps the contract of channels."""

from urllib.parse import urlsplit

import pytest

from headwater.testing.channels import AnyChannelContract
from headwater_smtp.channel import SmtpEmail


class TestSmtp(AnyChannelContract):
    channel_class = SmtpEmail

    @pytest.fixture
    def service(self, serve):
        return serve("none", auth_exclude_mechanism=())

    def settings_for(self, url):
        return {
            "host": urlsplit(url).hostname,
            "port": urlsplit(url).port,
            "security": "none",
            "sender_email": "flows@example.com",
            "to_emails": ["ops@example.com"],
            "username": "flows",
            "password": "pässword-of-flows",
        }
