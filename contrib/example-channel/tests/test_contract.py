"""What the core asks of each channel, this one does, at a service with rules."""

from typing import Any

import pytest
from headwater.testing import MESSAGE, FakeService, Received, Reply
from headwater.testing.channels import ChannelContract, Limit, fail

from headwater_signal.channel import Signal
from headwater_signal.payload import LONGEST, LONGEST_TITLE

NUMBER = "+4915112345678"


class SignalCliRestApi(FakeService):
    """Refuses what the service would: no recipients, a number that it does not have."""

    def refuse(self, request: Received) -> Reply | None:
        if (request.method, request.path) != ("POST", "/v2/send"):
            return Reply(404, "404 page not found")
        body = request.body
        if not body.get("recipients"):
            return Reply(400, '{"error":"Couldn\'t process request - please provide at least one"}')
        if body.get("number") != NUMBER:
            return Reply(400, '{"error":"Specified account does not exist"}')
        if len(body["message"]) > LONGEST:
            return Reply(413, "an attachment would be made of it")
        return None


class TestSignal(ChannelContract):
    channel_class = Signal
    fake = SignalCliRestApi
    answer = (201, '{"timestamp":"1732512345678"}')
    gone = (400, '{"error":"Specified account does not exist"}')
    limits = (
        Limit("title", LONGEST_TITLE, lambda body: body["message"].split("\n")[0].split(" ")[-1]),
    )

    def settings_for(self, url: str) -> dict[str, Any]:
        return {
            "url": url,
            "number": NUMBER,
            "recipients": "+4915187654321,group.YQ==",
            "username": "me",
            "password": "secret-of-the-proxy",
        }

    def test_the_words_of_the_service_are_the_reason(
        self, channel: Signal, service: SignalCliRestApi
    ) -> None:
        service.replies = [Reply(400, '{"error":"Untrusted Identity"}')]

        assert str(fail(channel)) == "Signal answered 400: Untrusted Identity"

    @pytest.mark.parametrize("status", [200, 204])
    def test_what_is_no_201_is_no_success(
        self, channel: Signal, service: SignalCliRestApi, status: int
    ) -> None:
        service.replies = [Reply(status, "")]

        assert fail(channel).permanent

    def test_a_message_goes_to_all_recipients(
        self, channel: Signal, service: SignalCliRestApi
    ) -> None:
        channel.send(MESSAGE, "key")
        (body,) = service.received

        assert body["recipients"] == ["+4915187654321", "group.YQ=="]
        assert body["message"].splitlines() == [
            "❌ daily-etl: fuzzy-leopard is Failed",
            "",
            "The fuzzy-leopard run of the daily-etl flow entered a Failed state.",
            "",
            "Flow: daily-etl",
            "",
            "http://127.0.0.1:4200/runs#1",
        ]

    def test_a_password_in_clear_is_warned_of(self, channel: Signal) -> None:
        assert len(channel.settings.list_warnings()) == 1
