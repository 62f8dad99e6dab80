"""The contract of channels to services that keep problems open, as tests."""

from typing import Any

import pytest

from headwater.notifications.channels import Channel, Kind
from headwater.testing import MESSAGE, FakeService, Received
from headwater.testing.channels import ChannelContract


class AlertingContract(ChannelContract):
    """Further where a problem opens something which its recovery closes.

    Subclass it with `alert_in`.
    """

    def alert_in(self, request: Received) -> tuple[str, bool]:
        """Return the key of what a request is about, and whether the request closes it."""
        raise NotImplementedError

    def alerts_of(self, service: FakeService) -> list[tuple[str, bool]]:
        return [self.alert_in(request) for request in service.requests]

    def test_a_recovery_closes_what_its_problem_opened(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        for kind in (Kind.PROBLEM, Kind.RECOVERY):
            channel.send(MESSAGE.model_copy(update={"kind": kind}), f"of the {kind}")
        (opened, closes), (closed, then_closes) = self.alerts_of(service)

        assert opened == closed != ""
        assert (closes, then_closes) == (False, True)

    def test_the_same_problem_is_one_whatever_is_said_of_it(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        for title in ("fails", "still fails"):
            channel.send(MESSAGE.model_copy(update={"title": title}), title)
        channel.send(MESSAGE.model_copy(update={"dedup_key": "another"}), "another")
        first, again, other = [key for key, _ in self.alerts_of(service)]

        assert first == again != other

    @pytest.mark.parametrize("length", [300, 10_000])
    def test_long_keys_of_two_problems_stay_two(
        self, channel: Channel[Any], service: FakeService, length: int
    ) -> None:
        for end in ("a", "b"):
            channel.send(MESSAGE.model_copy(update={"dedup_key": "x" * length + end}), end)
        first, other = [key for key, _ in self.alerts_of(service)]

        assert first != other
