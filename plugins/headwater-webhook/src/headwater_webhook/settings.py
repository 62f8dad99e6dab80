"""What a user keeps for a webhook: the fields of the clients' own block, and what it lacks."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, Secret, SecretStr, model_validator

from headwater.api import ChannelSettings, MapOf
from headwater.api.templates import LONGEST, find_fault
from headwater_webhook.placeholders import names_in
from headwater_webhook.signatures import decode_secret

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 40.0  # seconds that an answer is waited for
# What plain templates are filled with, beside the secrets.
OLD_NAMES = frozenset({"subject", "body", "name"})
NEW_NAMES = frozenset(
    {"title", "link", "kind", "severity", "status", "dedup_key", "id", "happened"}
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_THE_CONNECTION = frozenset({"connection", "content-length", "transfer-encoding"})


def _check_headers(headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name in headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _OF_THE_CONNECTION:
            raise ValueError(f"{name!r} is no header to set")
    return headers


def _check_secret(secret: SecretStr) -> SecretStr:
    decode_secret(secret.get_secret_value())
    return secret


def _check_proxy(proxy: SecretStr) -> SecretStr:
    if not proxy.get_secret_value().startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return proxy


def _check_template(template: str) -> str:
    if len(template) > LONGEST:
        raise ValueError(f"a template has {LONGEST} characters at most")
    if (fault := find_fault(template)) is not None:
        raise ValueError(fault.message)
    return template


Headers = Annotated[MapOf[SecretStr], AfterValidator(_check_headers)]
HeaderName = Annotated[str, Field(pattern="^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
SigningSecret = Annotated[SecretStr, AfterValidator(_check_secret)]


class WebhookSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    name: str = Field(default="", title="Name", description="Name of the webhook.")
    url: SecretStr = Field(  # which often is, or has, the credential
        title="Webhook URL",
        description="Where to send to. It may have {{placeholders}}, as all texts below may.",
    )
    method: str = Field(
        default="POST",
        pattern="^[A-Za-z]{1,20}$",
        title="Method",
        description="The request method.",
    )
    params: MapOf[str] | None = Field(
        default=None, title="Query Params", description="Query parameters, beside the URL's own."
    )
    json_data: MapOf[Any] | None = Field(
        default=None, title="JSON Data", description="The payload as JSON, with placeholders."
    )
    form_data: dict[str, str] | str | None = Field(
        default=None,
        title="Form Data",
        description="The payload as a form, or as one text, with placeholders.",
    )
    body_template: Annotated[str, AfterValidator(_check_template)] | None = Field(
        default=None,
        title="Body template",
        description='The payload as a Jinja template: {"text": {{ (title ~ " " ~ link)|tojson }}}',
    )
    content_type: str = Field(
        default="application/json",
        pattern="^[!-~ ]+$",
        title="Content type",
        description="Of the body template.",
    )
    headers: Headers | None = Field(
        default=None, title="Headers", description="Headers, with placeholders."
    )
    cookies: MapOf[SecretStr] | None = Field(
        default=None, title="Cookies", description="Cookies, with placeholders."
    )
    username: str | None = Field(
        default=None, title="User name", description="For basic authentication."
    )
    password: SecretStr | None = Field(
        default=None, title="Password", description="For basic authentication."
    )
    bearer_token: SecretStr | None = Field(
        default=None, title="Bearer token", description="Goes along as Authorization: Bearer."
    )
    timeout: float = Field(
        default=10,
        gt=0,
        title="Timeout",
        description=f"Seconds to wait for the answer, {LONGEST_WAIT:g} at most.",
    )
    secrets: Secret[MapOf[Any]] = Field(
        default_factory=lambda: Secret({}),
        title="Custom Secret Values",
        description="Values that are kept encrypted, for placeholders of their names.",
    )
    signing_secret: SigningSecret | None = Field(
        default=None,
        title="Signing secret",
        description="whsec_... signs in `webhook-signature`, as Standard Webhooks have it.",
    )
    former_signing_secret: SigningSecret | None = Field(
        default=None,
        title="Former signing secret",
        description="Signs beside the new one, until each receiver knows that.",
    )
    hmac_secret: SecretStr | None = Field(
        default=None, title="HMAC secret", description="Signs by HMAC-SHA256, in hex."
    )
    hmac_header: HeaderName = Field(
        default="X-Headwater-Signature",
        title="HMAC header",
        description="Has the HMAC of the body.",
    )
    hmac_timestamp_header: HeaderName | None = Field(
        default=None,
        title="HMAC timestamp header",
        description="Has the time in seconds; signed is then `timestamp:body`.",
    )
    github_secret: SecretStr | None = Field(
        default=None,
        title="GitHub secret",
        description="Signs in `X-Hub-Signature-256`, as GitHub does.",
    )
    tls_authorities: str | None = Field(
        default=None,
        title="Certificate authorities",
        description="PEM of the only ones to trust. By default the public ones are.",
    )
    tls_certificate: str | None = Field(
        default=None,
        title="Client certificate",
        description="PEM of the certificate to show, with its chain.",
    )
    tls_key: SecretStr | None = Field(
        default=None, title="Client key", description="PEM of its key, without a password."
    )
    tls_server_name: str | None = Field(
        default=None,
        title="TLS server name",
        description="Whom the service's certificate is for, if not for the URL's host.",
    )
    proxy: Annotated[SecretStr, AfterValidator(_check_proxy)] | None = Field(
        default=None,
        title="Proxy",
        description="http://[USER:PASSWORD@]HOST:PORT. Which addresses names have is then for the "
        "proxy to check.",
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        bodies = ("json_data", "form_data", "body_template")
        if len([each for each in bodies if getattr(self, each) is not None]) > 1:
            raise ValueError(f"of {', '.join(bodies)} only one can be sent")
        if self.bearer_token and self.username is not None:
            raise ValueError("username and bearer_token cannot go together")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        known = OLD_NAMES | NEW_NAMES | set(self.secrets.get_secret_value())
        for place, name in self.placeholders():
            if name not in known:
                raise ValueError(f"{place}: {{{{{name}}}}} is not among {', '.join(sorted(known))}")
        return self

    def placeholders(self) -> Iterator[tuple[str, str]]:
        """Return each field that has placeholders, with the name of each."""
        for place in ("url", "params", "json_data", "form_data", "headers", "cookies"):
            for name in names_in(revealed(getattr(self, place))):
                yield place, name


def revealed(value: Any) -> Any:
    """Return *value* with its secrets in clear."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items()}
    return value
