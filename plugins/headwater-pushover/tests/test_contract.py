"""Pushover's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_pushover.channel import Pushover


class TestPushover(ChannelContract):
    channel_class = Pushover
    answer = (200, '{"status": 1, "request": "x"}')
    gone = (400, '{"status": 0, "errors": ["user identifier is invalid"]}')

    def settings_for(self, url):
        return {
            "token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi",
            "user": "uQiRzpo4DXghDmr9QzzfQu27cmVRsG",
            "base_url": url,
        }
