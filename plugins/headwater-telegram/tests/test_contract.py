"""Telegram's channel keeps the contract of channels."""

import pytest

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

    def accounts(self, url="https://a.test", chat_id="-1001"):
        one = self.open(url)
        one.settings = one.settings.model_copy(update={"chat_id": chat_id})
        return [quota.account for quota in one.quotas()]

    def test_a_bot_has_a_quota_over_all_its_chats_and_each_chat_has_its_own(self):
        chat, bot, group = self.accounts()
        other, same_bot, _ = self.accounts(chat_id="-1002")
        _, another_bot, _ = self.accounts("https://b.test")

        assert chat == group
        assert len({chat, other, bot}) == 3
        assert bot == same_bot != another_bot

    @pytest.mark.parametrize(("chat_id", "quotas"), [("-1001", 3), ("@news", 3), ("1001", 2)])
    def test_what_is_a_group_is_told_less(self, chat_id, quotas):
        assert len(self.accounts(chat_id=chat_id)) == quotas
