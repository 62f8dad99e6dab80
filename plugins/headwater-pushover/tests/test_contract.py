"""Pushover's channel keeps the contract of channels."""

from headwater.api.texts import utf16
from headwater.testing.channels import ChannelContract, Limit
from headwater_pushover.channel import Pushover


class TestPushover(ChannelContract):
    channel_class = Pushover
    answer = (200, '{"status": 1, "request": "x"}')
    gone = (400, '{"status": 0, "errors": ["user identifier is invalid"]}')
    limits = (Limit("title", 250, lambda body: body["title"], utf16),)

    def settings_for(self, url):
        return {
            "token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi",
            "user": "uQiRzpo4DXghDmr9QzzfQu27cmVRsG",
            "base_url": url,
        }
