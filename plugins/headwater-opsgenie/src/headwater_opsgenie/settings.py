"""What is kept for a channel to Opsgenie."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from headwater.api import ChannelSettings, ListOf, MapOf

MOST_RESPONDERS = 50
SUCCESSOR = "Opsgenie's API ends on 2027-04-05; its successor is the region jsm"


def _check_key(secret: SecretStr) -> SecretStr:
    key = secret.get_secret_value().strip()
    if not re.fullmatch(r"[!-~]+", key):  # it goes into a header
        raise ValueError("must be the key alone, of letters, digits and hyphens")
    return SecretStr(key)


def _to_priority(value: Any) -> Any:
    """Take 1 as P1: so the clients send it, though their block calls 1 low. P1 is the highest."""
    if value is None or value == "":
        return None
    found = re.fullmatch(r"[Pp]?([1-5])", str(value).strip())
    if not found:
        raise ValueError("must be 1 (P1, the highest) to 5 (P5)")
    return f"P{found[1]}"


class OpsgenieSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    apikey: Annotated[SecretStr, AfterValidator(_check_key)] = Field(
        title="API Key", description="Of an API integration."
    )
    target_user: ListOf[str] | None = Field(default=None, description="The users to notify.")
    target_team: ListOf[str] | None = Field(default=None, description="The teams to notify.")
    target_schedule: ListOf[str] | None = Field(
        default=None, description="The schedules whose people on call to notify."
    )
    target_escalation: ListOf[str] | None = Field(
        default=None, description="The escalations to begin."
    )
    region_name: Literal["us", "eu", "jsm"] = Field(
        default="us",
        title="Region",
        description="us or eu, which end on 2027-04-05, or jsm: Jira Service Management.",
    )
    tags: ListOf[str] | None = Field(default=None, description="Tags of each alert.")
    priority: Annotated[str | None, BeforeValidator(_to_priority)] = Field(
        default=None, description="1 (P1, the highest) to 5 (P5). Else the state's."
    )
    alias: str | None = Field(
        default=None,
        description="One alert for all; recoveries are noted, and people close it. "
        "Else each flow's problem is an alert, which its recovery closes.",
    )
    entity: str | None = Field(default=None, description="What the alerts are about.")
    details: MapOf[str] | None = Field(default=None, description="Further details.")
    base_url: AnyHttpUrl | None = Field(
        default=None,
        title="Base URL",
        description="In place of the region's: what stands before /v2/alerts.",
    )

    @model_validator(mode="after")
    def _check_responders(self) -> Self:
        if len(self.targets()) > MOST_RESPONDERS:
            raise ValueError(f"an alert has at most {MOST_RESPONDERS} responders")
        return self

    def list_warnings(self) -> list[str]:
        return [] if self.region_name == "jsm" or self.base_url else [f"{SUCCESSOR}."]

    def targets(self) -> list[tuple[str, str]]:
        """Return who is to be told, as the kind and the name or id of each."""
        return [
            (kind, name)
            for kind, names in (
                ("user", self.target_user),
                ("team", self.target_team),
                ("schedule", self.target_schedule),
                ("escalation", self.target_escalation),
            )
            for name in names or ()
        ]
