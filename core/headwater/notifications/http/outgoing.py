"""What is sent, and how its connection is made, where that differs from the usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr


@dataclass(frozen=True)
class Tls:
    """Who is trusted, and who we are. Certificates and the key are PEM texts."""

    authorities: str = ""  # these alone are trusted; "": those that browsers trust
    certificate: str = ""  # by which the service knows us, with its chain
    key: SecretStr = field(default_factory=lambda: SecretStr(""))
    server_name: str = ""  # what the service's certificate is for; "": its host's name


@dataclass(frozen=True)
class Outgoing:
    """One request. *url* and *proxy* often are, or have, the credential."""

    method: str
    url: str = field(repr=False)
    content: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    tls: Tls
    proxy: str = field(repr=False)
