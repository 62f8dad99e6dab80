"""Mattermost's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_mattermost.channel import MattermostWebhook


class TestMattermost(ChannelContract):
    channel_class = MattermostWebhook
    gone = (400, '{"id": "web.incoming_webhook.invalid.app_error", "message": "Invalid webhook."}')
    active = ("@all", "@channel", "@here")

    def settings_for(self, url):
        return {"url": f"{url}/hooks/verysecrettoken1234567890"}
