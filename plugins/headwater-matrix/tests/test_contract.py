"""Matrix's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_matrix.channel import Matrix


class TestMatrix(ChannelContract):
    channel_class = Matrix
    answer = (200, '{"event_id": "$one"}')
    gone = (403, '{"errcode": "M_FORBIDDEN", "error": "User not in room"}')

    def settings_for(self, url):
        token = {"access_token": "verysecrettoken"}
        return {"homeserver": url, "room": "!ops:example.org", **token}

    def key_in(self, request):
        return request.path.rpartition("/")[2]
