"""What a block of the clients' kind `webhook` holds."""

from typing import Literal

from pydantic import ConfigDict, SecretStr

from headwater.shapes import Shape


class WebhookBlock(Shape):
    # `verify` is not among them: certificates are always looked at.
    model_config = ConfigDict(extra="ignore", frozen=True)

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: SecretStr
    headers: dict[str, SecretStr] = {}
    allow_private_urls: bool = True
