"""Twilio's channel keeps the contract of channels."""

from headwater.testing.channels import ChannelContract
from headwater_twilio.channel import TwilioSms


class TestTwilio(ChannelContract):
    channel_class = TwilioSms
    answer = (201, '{"sid": "SM00000000000000000000000000000000", "status": "queued"}')
    gone = (401, '{"code": 20003, "message": "Authenticate", "status": 401}')

    def settings_for(self, url):
        return {
            "account_sid": "AC" + "a" * 32,
            "auth_token": "b" * 32,
            "from_phone_number": "18001234567",
            "to_phone_numbers": ["18004242424"],
            "base_url": url,
        }
