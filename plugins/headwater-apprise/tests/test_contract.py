"""The bridge keeps the contract of channels, but for what apprise keeps to itself."""

from headwater.testing.channels import ChannelContract, fail
from headwater_apprise.channel import AppriseBridge


class TestApprise(ChannelContract):
    channel_class = AppriseBridge
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
