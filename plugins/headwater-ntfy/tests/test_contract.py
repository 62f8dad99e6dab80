"""ntfy's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_ntfy.channel import Ntfy


class TestNtfy(ChannelContract):
    channel_class = Ntfy
    answer = (200, '{"id": "hwQ2YpKdmg"}')
    gone = (403, '{"code": 40301, "http": 403, "error": "forbidden"}')

    def settings_for(self, url):
        return {
            "topic": "very-secret-topic",
            "token": "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2",
            "base_url": url,
        }
