"""Slack's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract, Limit, fail
from headwater_slack.channel import SlackWebhook


class TestSlack(ChannelContract):
    channel_class = SlackWebhook
    gone = (404, "no_service")
    limits = (Limit("title", 150, lambda body: body["blocks"][0]["text"]["text"]),)
    active = ("<!channel>", "<!here>", "<@U0123456789>", "<#C0123456789>", "<https://a.test|b>")

    def settings_for(self, url):
        return {"url": f"{url}/services/T00000000/B00000000/secrettoken"}

    def test_only_what_is_no_more_is_said_to_be_gone(self, channel, service):
        service.status, service.text = self.gone
        assert fail(channel).gone

        service.status = 500
        assert not fail(channel).gone
