"""Discord's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract, Limit, fail
from headwater_discord.channel import DiscordWebhook


class TestDiscord(ChannelContract):
    channel_class = DiscordWebhook
    answer = (200, '{"id": "1"}')
    gone = (404, '{"message": "Unknown Webhook", "code": 10015}')
    limits = (Limit("title", 256, lambda body: body["embeds"][0]["title"]),)

    def settings_for(self, url):
        return {
            "webhook_id": "123456789012345678",
            "webhook_token": "very-secret-token",
            "base_url": f"{url}/api",
        }

    def test_only_what_is_no_more_is_said_to_be_gone(self, channel, service):
        service.status, service.text = self.gone
        assert fail(channel).gone

        service.status = 500
        assert not fail(channel).gone
