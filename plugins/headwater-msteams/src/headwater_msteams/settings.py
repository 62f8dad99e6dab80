"""What is kept of a workflow of Microsoft Teams, and which addresses Microsoft has retired."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from headwater.api import ChannelSettings
from headwater.api.tones import NotifyType

_HOW = (
    "In Teams, make a workflow of the template for posting to a channel when a webhook request is "
    "received, and give its URL here."
)
_CONNECTOR = re.compile(
    r"(?:[\w.-]+\.)?webhook\.office\.com|outlook\.office(?:365)?\.com", re.IGNORECASE
)
_OLD_WORKFLOW = re.compile(r"[\w.-]+\.logic\.azure\.com", re.IGNORECASE)


def _check(url: SecretStr) -> SecretStr:
    """Refuse what is no address. Its host is not looked at: clouds of governments have others."""
    text = url.get_secret_value().strip()
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", text, re.IGNORECASE):
        raise ValueError("is not the URL of a workflow: https://...")
    return SecretStr(text)


class TeamsSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    url: Annotated[SecretStr, AfterValidator(_check)] = Field(
        title="Webhook URL",
        description="The URL of a workflow of Teams that takes requests and posts their cards.",
    )
    notify_type: NotifyType = "info"
    include_image: bool = Field(
        default=True, description="Begin the title with a sign of how bad the news is."
    )
    wrap: bool = Field(
        default=True, description="Of the clients' block: here long lines always go on below."
    )

    @property
    def is_connector(self) -> bool:
        """Whether the address is of an Office 365 connector, which Microsoft has retired."""
        return _CONNECTOR.fullmatch(self._host) is not None

    def list_warnings(self) -> list[str]:
        if self.is_connector:
            return [f"Microsoft has retired the connectors, of which this URL is one. {_HOW}"]
        if _OLD_WORKFLOW.fullmatch(self._host):
            return [
                "Microsoft has moved workflows from logic.azure.com: copy the URL from the "
                "workflow again, as it is now."
            ]
        return []

    @property
    def _host(self) -> str:
        try:
            return urlsplit(self.url.get_secret_value()).hostname or ""
        except ValueError:
            return ""
