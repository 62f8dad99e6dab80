"""Twilio's channel keeps the contract of channels."""

from dataclasses import dataclass, field

from headwater.testing import FakeService, Reply
from headwater.testing.broadcasts import BroadcastContract
from headwater.testing.channels import ChannelContract
from headwater_twilio.channel import TwilioSms


@dataclass
class Numbers(FakeService):
    refused: dict[str, Reply] = field(default_factory=dict)

    def refuse(self, request):
        return self.refused.get(request.body["To"])


class TestTwilio(BroadcastContract, ChannelContract):
    channel_class = TwilioSms
    fake = Numbers
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

    def settings_for_several(self, url):
        return self.settings_for(url) | {
            "to_phone_numbers": ["18004242424", "whatsapp:18004242424", "18004242425"]
        }

    def refuse(self, service, target, *, permanent):
        wrong = Reply(400, '{"code": 21211, "message": "Invalid To", "status": 400}')
        service.refused[target] = wrong if permanent else Reply(503, "trouble")

    def list_told(self, service):
        asked = [body["To"] for body in service.received]
        return [number for number in asked if number not in service.refused]
