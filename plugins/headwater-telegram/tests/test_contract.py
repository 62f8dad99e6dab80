"""Telegram's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_telegram.channel import Telegram


class TestTelegram(ChannelContract):
    channel_class = Telegram
    answer = (200, '{"ok": true, "result": {"message_id": 1}}')
    gone = (403, '{"ok": false, "description": "Forbidden: bot was blocked by the user"}')
    active = ("<i>", "<a href='https://a.test'>")

    def settings_for(self, url):
        return {
            "bot_token": "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
            "chat_id": "-1001",
            "base_url": url,
        }
