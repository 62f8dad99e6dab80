"""What holds for each channel against the rules of its service, as tests to inherit."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from headwater.api import Channel, Kind, Message
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS, fail
from tests.fakes.running import Fakes

OpenChannel = Callable[..., Channel[Any]]


def message_of(kind: Kind = Kind.PROBLEM, **changes: Any) -> Message:
    return MESSAGE.model_copy(update={"kind": kind, **changes})


class RulesContract:
    """Subclass it beside a fixture *open_channel*, which opens a channel to the fake.

    It may be given settings. *service* is the fake's name, *name* the one that failures tell.
    """

    service: ClassVar[str]
    name: ClassVar[str]
    taken: ClassVar[int] = 200  # the status of what is taken
    all_settings: ClassVar[dict[str, Any]] = {}  # that change what is sent

    @pytest.fixture
    def message(self) -> Message:
        """What is filled with texts. Override it where further kinds are sent in other shapes."""
        return MESSAGE

    def requests_for(self, kind: Kind) -> int:
        """Return how many requests it takes to tell a message of this kind."""
        return 1

    @pytest.mark.parametrize("place", ["title", "body", "fields", "link"])
    @pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
    def test_any_text_fits(
        self, open_channel: OpenChannel, fakes: Fakes, message: Message, place: str, text: str
    ) -> None:
        value = {text or "x": text} if place == "fields" else text
        open_channel().send(message.model_copy(update={place: value}), "key")

        assert fakes.answers() == [(self.taken, [])]

    @pytest.mark.parametrize(
        "value", ["value", "value" * 50, "value <&>" * 50], ids=["short", "long", "markup"]
    )
    def test_any_number_of_fields_fits(
        self, open_channel: OpenChannel, fakes: Fakes, message: Message, value: str
    ) -> None:
        fields = {f"name {number}": value for number in range(200)}
        open_channel().send(message.model_copy(update={"fields": fields}), "key")

        assert fakes.answers() == [(self.taken, [])]

    @pytest.mark.parametrize("kind", Kind)
    def test_each_kind_is_taken_with_all_settings(
        self, open_channel: OpenChannel, fakes: Fakes, kind: Kind
    ) -> None:
        channel = open_channel(**self.all_settings)
        channel.send(message_of(kind), "key")

        assert fakes.answers() == [(self.taken, [])] * self.requests_for(kind)

    @pytest.mark.parametrize(
        "body", ["", "[]", '{"error": [3]}', '{"errors": 3}', '{"errors": [3, {}]}', "<html>"]
    )
    def test_an_error_in_other_words_is_one_all_the_same(
        self, open_channel: OpenChannel, fakes: Fakes, body: str
    ) -> None:
        fakes.control(self.service, next=[{"status": 503, "body": body}])
        error = fail(open_channel())

        assert str(error).startswith(f"{self.name} answered 503: ")
        assert not error.permanent


class RecognisedContract(RulesContract):
    """Further where a service is known by what it answers, beside the status.

    *foreign* are bodies that are not its own, though they look like it.
    """

    foreign: ClassVar[tuple[str, ...]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "foreign_body" in metafunc.fixturenames:
            bodies = ("", "<html>log in", "{}", "[]", *self.foreign)
            metafunc.parametrize("foreign_body", bodies)

    def test_a_200_that_is_not_the_services_is_no_success(
        self, open_channel: OpenChannel, fakes: Fakes, foreign_body: str
    ) -> None:
        fakes.control(self.service, next=[{"status": 200, "body": foreign_body}])

        assert fail(open_channel()).permanent
        assert len(fakes.log()) == 1


class LimitedContract(RulesContract):
    """Further where a service says how long to wait when it had too many.

    *burst* is how many it takes at once, *longest_wait* the most seconds that it may ask for.
    """

    burst: ClassVar[int]
    longest_wait: ClassVar[float]

    def test_too_many_wait_as_long_as_the_service_asks(
        self, open_channel: OpenChannel, fakes: Fakes
    ) -> None:
        fakes.control(self.service, rate_on=True)
        channel = open_channel()
        for _ in range(self.burst):
            channel.send(MESSAGE, "key")
        error = fail(channel)

        assert (error.limited, error.permanent) == (True, False)
        assert error.retry_after is not None
        assert 0 < error.retry_after <= self.longest_wait


class AlertsContract(RulesContract):
    """Further where a problem opens an alert, which its recovery closes, and a 202 takes both."""

    taken = 202

    def requests_for(self, kind: Kind) -> int:
        return 2 if kind is Kind.TEST else 1  # which ends what it opened

    def test_a_problem_is_open_until_its_recovery(
        self, open_channel: OpenChannel, fakes: Fakes
    ) -> None:
        open_channel().send(message_of(), "first")
        assert fakes.open_alerts(self.service) == {MESSAGE.dedup_key: 1}

        open_channel().send(message_of(Kind.RECOVERY), "second")
        assert fakes.open_alerts(self.service) == {}
        assert [notes for _, notes in fakes.answers()] == [[], []]

    def test_the_same_problem_is_one_alert_however_often_it_is_told(
        self, open_channel: OpenChannel, fakes: Fakes
    ) -> None:
        for title in ("fails", "fails", "still fails"):
            open_channel().send(message_of(title=title), "key")

        assert fakes.open_alerts(self.service) == {MESSAGE.dedup_key: 3}

    @pytest.mark.parametrize("status", [200, 204])
    def test_what_is_no_202_is_no_success(
        self, open_channel: OpenChannel, fakes: Fakes, status: int
    ) -> None:
        fakes.control(self.service, next=[{"status": status, "body": ""}])

        assert fail(open_channel()).permanent
