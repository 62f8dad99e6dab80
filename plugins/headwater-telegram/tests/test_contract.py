"""Telegram's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract, fail
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

    def test_only_what_is_no_more_is_said_to_be_gone(self, channel, service):
        service.status, service.text = self.gone
        assert fail(channel).gone

        service.status = 500
        assert not fail(channel).gone

    def test_chats_of_one_bot_count_as_one(self):
        one, elsewhere = self.open("https://a.test"), self.open("https://b.test")
        other = self.open("https://a.test")
        other.settings = one.settings.model_copy(update={"chat_id": "-1002"})

        assert one.account() == other.account() != elsewhere.account()
