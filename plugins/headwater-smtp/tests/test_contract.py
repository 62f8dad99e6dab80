"""The channel of mail servers keeps the contract of channels."""

from urllib.parse import urlsplit

import pytest

from headwater.testing.broadcasts import BroadcastContract
from headwater_smtp.channel import SmtpEmail


class TestSmtp(BroadcastContract):
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

    def settings_for_several(self, url):
        names = ("ops", "night", "Boss <boss", "owner")
        return self.settings_for(url) | {
            "to_emails": [f"{name}@example.com{'>' if '<' in name else ''}" for name in names]
        }

    def refuse(self, service, target, *, permanent):
        said = "550 5.1.1 no such user" if permanent else "451 4.7.1 greylisted, come back later"
        service.refused[target] = said

    def list_told(self, service):
        return [each for mail in service.received for each in mail.recipients]
