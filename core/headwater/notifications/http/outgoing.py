"""What is sent, and how its connection is made, where that differs from the usual."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from socket import socket
from ssl import SSLContext

from pydantic import SecretStr


def basic_login(username: str, password: str) -> dict[str, str]:
    """Return the header by which a request logs in with a name and a password."""
    pair = f"{username}:{password}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode()}"}


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


@dataclass(frozen=True)
class Connection:
    """A way to a service, as yet without TLS, and what makes it safe for *name*."""

    socket: socket
    context: SSLContext
    name: str  # that the service's certificate must be for
