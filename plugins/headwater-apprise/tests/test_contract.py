"""The bridge keeps the contract of channels, but for what apprise keeps to itself."""

from dataclasses import dataclass, field

from headwater.testing import FakeService, Reply
from headwater.testing.broadcasts import BroadcastContract
from headwater.testing.channels import ChannelContract, fail
from headwater_apprise.channel import AppriseBridge


@dataclass
class Channels(FakeService):
    refused: dict[str, Reply] = field(default_factory=dict)

    def refuse(self, request):
        return self.refused.get(target_of(request.body))


def target_of(body):
    return repr(("#", body["channel"])) if "channel" in body else None


class TestApprise(BroadcastContract, ChannelContract):
    channel_class = AppriseBridge
    fake = Channels
    nowhere = "json://127.0.0.1:1"
    active = ("@everyone", "<!channel>", "<@U123>")

    def open(self, url, **waiting):
        channel = super().open(url, **waiting)
        channel.longest = waiting.get("longest", channel.longest)
        return channel

    def settings_for(self, url):
        place = url.partition("://")[2]
        return {"url": f"json://flows:p4ssword-of-flows@{place}/hooks/T0ken-of-the-hook"}

    def test_it_passes_on_how_long_to_wait(self, channel, service):
        service.status, service.headers = 429, {"Retry-After": "30"}
        error = fail(channel)

        # It does not say how long.
        assert (error.limited, error.permanent, error.retry_after) == (True, False, None)

    def settings_for_several(self, url):
        place = url.partition("://")[2]
        return {"url": f"mmost://{place}/{'a' * 26}?channels=one,two,three"}

    def refuse(self, service, target, *, permanent):
        service.refused[target] = Reply(404 if permanent else 503, "no")

    def list_told(self, service):
        asked = map(target_of, service.received)
        return [target for target in asked if target not in service.refused]
