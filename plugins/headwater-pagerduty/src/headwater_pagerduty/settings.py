"""What is kept for a channel to PagerDuty."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr

from headwater.api import ChannelSettings, MapOf

RULESET = "R"  # how the keys of rulesets begin, as PagerDuty's documentation has it


def _stripped(secret: SecretStr) -> SecretStr:
    return SecretStr(secret.get_secret_value().strip())


class PagerDutySettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    integration_key: Annotated[SecretStr, AfterValidator(_stripped)] = Field(
        title="Integration Key",
        description="Of an Events API V2 integration of the service; also called routing key.",
    )
    # The clients' block has it and they ask for it; what is saved as this stays hidden.
    api_key: SecretStr | None = Field(
        default=None, title="API Key", description="Not needed, and not sent."
    )
    # "info" is what nobody chose: then the run's state decides.
    notify_type: str = Field(
        default="info",
        title="Notify Type",
        description="success, warning or failure: always that severity. Else the state's.",
    )
    source: str | None = Field(default="Headwater", description="Where the problem is.")
    component: str | None = Field(default=None, description="The part that has the problem.")
    group: str | None = Field(default=None, description="What the part belongs to.")
    class_id: str | None = Field(
        default=None, title="Class ID", description="The kind of problem that it is."
    )
    region_name: Literal["us", "eu"] = Field(
        default="us", title="Region", description="Where the account is: us or eu."
    )
    clickable_url: AnyHttpUrl | None = Field(
        default=None, title="Clickable URL", description="A further link in each alert."
    )
    custom_details: MapOf[str] | None = Field(
        default=None, title="Custom Details", description="Further details in each alert."
    )
    base_url: AnyHttpUrl | None = Field(
        default=None,
        title="Base URL",
        description="In place of the region's: what stands before /v2/enqueue.",
    )

    def list_warnings(self) -> list[str]:
        if self.integration_key.get_secret_value().startswith(RULESET):
            return [
                "PagerDuty takes no change events with a ruleset's key, so what is no problem is "
                "not told: use the key of a service's integration."
            ]
        return []
