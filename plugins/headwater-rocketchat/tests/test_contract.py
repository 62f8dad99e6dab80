"""Rocket.Chat's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_rocketchat.channel import RocketChatWebhook


class TestRocketChat(ChannelContract):
    channel_class = RocketChatWebhook
    answer = (200, '{"success": true}')
    gone = (400, '{"success": false, "error": "Invalid integration id or token provided."}')
    active = ("@all", "@here")

    def settings_for(self, url):
        return {"url": f"{url}/hooks/6747f0000000000000000000/verysecrettoken"}
