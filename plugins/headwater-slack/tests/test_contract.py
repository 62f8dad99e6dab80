"""Slack's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_slack.channel import SlackWebhook


class TestSlack(ChannelContract):
    channel_class = SlackWebhook
    gone = (404, "no_service")

    def settings_for(self, url):
        return {"url": f"{url}/services/T00000000/B00000000/secrettoken"}
