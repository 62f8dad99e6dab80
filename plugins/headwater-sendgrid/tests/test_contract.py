"""SendGrid's channel keeps the contract of channels."""

from headwater.api.mails import LONGEST_SUBJECT
from headwater.testing.channels import ChannelContract, Limit
from headwater_sendgrid.channel import SendgridEmail


class TestSendgrid(ChannelContract):
    channel_class = SendgridEmail
    answer = (202, "")
    gone = (401, '{"errors": [{"message": "authorization required", "field": null}]}')
    limits = (Limit("title", LONGEST_SUBJECT, lambda body: body["subject"]),)

    def settings_for(self, url):
        return {
            "api_key": "SG.abcdefghijklmnop.qrstuvwxyz0123456789",
            "sender_email": "flows@example.com",
            "to_emails": ["ops@example.com"],
            "base_url": url,
        }

    def key_in(self, request):
        return request.body["custom_args"]["headwater_delivery"]
