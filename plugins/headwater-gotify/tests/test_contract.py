"""Gotify's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract, Limit
from headwater_gotify.channel import Gotify


class TestGotify(ChannelContract):
    channel_class = Gotify
    answer = (200, '{"id": 25}')
    gone = (401, '{"error": "Unauthorized", "errorCode": 401}')
    limits = (Limit("title", 200, lambda body: body["title"]),)

    def settings_for(self, url):
        return {"token": "AGdjfk_Jufz5x8J", "base_url": url}
