"""What the channel keeps: whose key, and what it sends to."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from headwater.api import ChannelSettings
from headwater.api.sms import MOST_PARTS

_ARN = r"^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:"
_PLACES = ("topic_arn", "target_arn", "phone_number")


class SnsSettings(ChannelSettings):
    """A key of AWS that may publish, and a topic, a device's endpoint or a phone number."""

    access_key_id: str = Field(
        pattern=r"^[A-Za-z0-9_]{16,128}$",
        title="Access key ID",
        description="The id of an access key that is allowed sns:Publish.",
    )
    secret_access_key: SecretStr = Field(
        min_length=1, title="Secret access key", description="The secret that goes with it."
    )
    session_token: SecretStr | None = Field(
        default=None,
        title="Session token",
        description="The token of temporary credentials, which soon are of no more use.",
    )
    topic_arn: str | None = Field(
        default=None,
        pattern=_ARN + r"[A-Za-z0-9_-]{1,256}(\.fifo)?$",
        title="Topic ARN",
        description="The topic: arn:aws:sns:eu-west-1:123456789012:alerts.",
    )
    target_arn: str | None = Field(
        default=None,
        pattern=_ARN + r"endpoint/[A-Za-z0-9_./-]{1,400}$",
        title="Target ARN",
        description="In place of a topic, the endpoint of a device, for push messages.",
    )
    phone_number: str | None = Field(
        default=None,
        pattern=r"^\+[1-9]\d{6,14}$",
        title="Phone number",
        description="In place of a topic, who gets an SMS: +18004242424.",
    )
    region: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,}(-[a-z]+)+-\d+$",
        title="Region",
        description="The region, such as eu-west-1: that of the ARN, if not told otherwise.",
    )
    most_parts: int = Field(
        default=2,
        ge=1,
        le=MOST_PARTS,
        title="Most parts",
        description="Parts of an SMS, each of which is paid for: 153 letters, 67 with emoji.",
    )
    base_url: str | None = Field(
        default=None,
        pattern=r"^https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._/-]*)?$",
        title="Base URL",
        description="An endpoint of one's own: of a VPC, of FIPS, of a gateway.",
    )

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if sum(getattr(self, name) is not None for name in _PLACES) != 1:
            raise ValueError("exactly one of topic_arn, target_arn and phone_number is needed")
        if self.phone_number and not self.region:
            raise ValueError("a phone_number needs a region, too")
        return self

    @property
    def signed_region(self) -> str:
        arn = self.topic_arn or self.target_arn or ":::"
        return self.region or arn.split(":")[3]

    @property
    def url(self) -> str:
        region = self.signed_region
        domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        return (self.base_url or f"https://sns.{region}.{domain}").rstrip("/") + "/"

    @property
    def host(self) -> str:
        """The host as it is signed: its port stands there only if it is not the usual."""
        parts = urlsplit(self.url)
        usual = 443 if parts.scheme == "https" else 80
        return parts.netloc.lower().removesuffix(f":{usual}")
