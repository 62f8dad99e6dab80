"""The contract of channels that tell several, as tests."""

from collections.abc import Sequence
from typing import Any

import pytest

from headwater.errors import DeliveryError
from headwater.notifications.channels import BroadcastChannel
from headwater.notifications.http import LONGEST, HttpClient
from headwater.notifications.rules.standing import Standing
from headwater.notifications.service.sending import send
from headwater.testing import MESSAGE
from headwater.testing.channels import AnyChannelContract, Service, fail


class BroadcastContract(AnyChannelContract):
    """Further where one of several may be told while another is not.

    Subclass it along with one of the other contracts: `settings_for_several` names three targets or
    more, `refuse` has the service take nothing for one of them, and `list_told` is who was told.
    """

    def settings_for_several(self, url: str) -> dict[str, Any]:
        """Return settings of a channel that tells three at *url*, or more."""
        raise NotImplementedError

    def refuse(self, service: Any, target: str, *, permanent: bool) -> None:
        """Have *service* take nothing for *target*, for now or for good, and all for others."""
        raise NotImplementedError

    def list_told(self, service: Any) -> Sequence[str]:
        """Return the targets that the service took a message for, in any order."""
        raise NotImplementedError

    def open_several(self, url: str) -> BroadcastChannel[Any]:
        settings = self.channel_class.settings_model.model_validate(self.settings_for_several(url))
        channel = self.channel_class(settings, HttpClient(allow_private=True, longest=LONGEST))
        assert isinstance(channel, BroadcastChannel)
        return channel

    @pytest.fixture
    def several(self, service: Service) -> BroadcastChannel[Any]:
        return self.open_several(service.url)

    def test_its_targets_have_names_that_stay_the_same(
        self, several: BroadcastChannel[Any], service: Service
    ) -> None:
        names = list(several.targets())

        assert len(set(names)) == len(names) >= 3
        assert list(self.open_several(service.url).targets()) == names
        assert all(several.show_target(name) for name in names)
        assert several.recipients

    def test_all_of_several_are_told_once(
        self, several: BroadcastChannel[Any], service: Service
    ) -> None:
        several.send(MESSAGE, "key")

        assert sorted(self.list_told(service)) == sorted(several.targets())

    def test_those_are_told_alone_who_are_asked_for(
        self, several: BroadcastChannel[Any], service: Service
    ) -> None:
        some = list(several.targets())[1:]

        assert not several.send_to(some, MESSAGE, "key")
        assert sorted(self.list_told(service)) == sorted(some)

    @pytest.mark.parametrize("place", [0, 1, -1])
    @pytest.mark.parametrize("permanent", [True, False])
    def test_one_that_is_refused_is_named_and_the_others_are_told(
        self, several: BroadcastChannel[Any], service: Service, place: int, permanent: bool
    ) -> None:
        names = list(several.targets())
        self.refuse(service, names[place], permanent=permanent)
        failed = several.send_to(names, MESSAGE, "key")

        assert list(failed) == [names[place]]
        assert isinstance(failed[names[place]], DeliveryError)
        assert failed[names[place]].permanent == permanent
        others = [name for name in names if name != names[place]]
        assert sorted(self.list_told(service)) == sorted(others)

    def test_what_is_said_of_one_names_it_no_more_than_it_is_shown(
        self, several: BroadcastChannel[Any], service: Service
    ) -> None:
        name = next(iter(several.targets()))
        self.refuse(service, name, permanent=False)
        said = str(fail(several))

        assert several.show_target(name) in said
        assert several.show_target(name) == name or name not in said

    def test_a_later_try_is_for_those_who_are_left(
        self, several: BroadcastChannel[Any], service: Service
    ) -> None:
        names = list(several.targets())
        self.refuse(service, names[0], permanent=False)
        first = send(several, MESSAGE, "key")
        assert isinstance(first.standing, Standing)
        before = len(self.list_told(service))
        again = send(several, MESSAGE, "key", first.standing)

        assert (first.reached, again.reached) == (True, False)
        assert again.error
        assert len(self.list_told(service)) == before == len(names) - 1
