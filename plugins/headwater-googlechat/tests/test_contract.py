"""Google Chat's channel keeps the contract of channels."""

from urllib.parse import parse_qs

from headwater.testing.channels import ChannelContract
from headwater_googlechat.channel import GoogleChatWebhook


class TestGoogleChat(ChannelContract):
    channel_class = GoogleChatWebhook
    answer = (200, '{"name": "spaces/AAA/messages/one"}')
    gone = (404, '{"error": {"code": 404, "message": "Space not found.", "status": "NOT_FOUND"}}')

    def settings_for(self, url):
        return {"url": f"{url}/v1/spaces/AAA/messages?key=verysecretkey&token=verysecrettoken"}

    def key_in(self, request):
        return parse_qs(request.path)["requestId"][0]
