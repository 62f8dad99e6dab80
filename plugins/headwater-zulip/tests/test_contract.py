"""Zulip's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_zulip.channel import Zulip


class TestZulip(ChannelContract):
    channel_class = Zulip
    answer = (200, '{"result": "success", "msg": "", "id": 42}')
    gone = (401, '{"result": "error", "msg": "Invalid API key", "code": "INVALID_API_KEY"}')

    def settings_for(self, url):
        login = {"bot_email": "news-bot@example.com", "api_key": "verysecretkey123"}
        return {"base_url": url, "stream": "ops", **login}
