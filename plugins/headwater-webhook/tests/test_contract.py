"""The webhook's channel keeps the contract of channels, in each form that its body may have."""

from headwater.testing.channels import ChannelContract
from headwater_webhook.channel import CustomWebhook

SECRETS = {
    "headers": {"X-Token": "token-of-the-header"},
    "bearer_token": "token-of-the-bearer",
    "signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "secrets": {"token": "token-among-the-secrets"},
}


class TestDefaultPayload(ChannelContract):
    channel_class = CustomWebhook
    gone = (410, "gone")

    def settings_for(self, url):
        return SECRETS | {"url": f"{url}/hooks/token-of-the-path"}

    def open(self, url, *, longest=10.0):
        # How long it waits is a setting of its own.
        channel = super().open(url, longest=longest)
        settings = channel.settings.model_copy(update={"timeout": longest})
        return CustomWebhook(settings, channel.http)

    def key_in(self, request):
        return request.headers["webhook-id"]


class TestJson(TestDefaultPayload):
    def settings_for(self, url):
        return super().settings_for(url) | {"json_data": {"text": ["{{subject}}: {{ body }}"]}}


class TestForm(TestDefaultPayload):
    def settings_for(self, url):
        odd = {
            "username": "me",
            "password": 'p/"ß',
            "secrets": {"token": 'among / "the" secrets &'},
        }
        form = {"form_data": {"text": "{{body}}", "to": "{{token}}"}, "bearer_token": None}
        return super().settings_for(url) | form | odd


class TestTemplate(TestDefaultPayload):
    def settings_for(self, url):
        template = '{"text": {{ (title ~ " " ~ body)|tojson }}, "all": {{ fields|tojson }}}'
        return super().settings_for(url) | {"body_template": template}


class TestQuery(TestDefaultPayload):
    def settings_for(self, url):
        query = {"method": "get", "params": {"text": "{{subject}}"}}
        return super().settings_for(url) | query | {"url": f"{url}/hooks?title={{{{title}}}}"}
