"""Where the server listens: taken at once, so that nothing is touched when it cannot be had."""

import os
import socket
from ipaddress import ip_address

from headwater.errors import ConfigError

BACKLOG = 2048  # connections that wait to be accepted; a burst of 500 sockets is ordinary


def refuse_open_address(host: str) -> None:
    """Raise ConfigError unless only this machine can reach *host*."""
    if not all(ip_address(address).is_loopback for address in _resolve(host)):
        raise ConfigError(
            f"everybody who can reach {host} could use the server, since nobody signs in: listen "
            "on 127.0.0.1, set HEADWATER_SERVER_API_AUTH_STRING=user:password, or accept that with "
            "--allow-open or HEADWATER_SERVER_ALLOW_OPEN=true"
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raise ConfigError if it cannot. Port 0 is any free one."""
    address = _resolve(host)[0]
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server(
            (address, port),
            family=family,
            backlog=BACKLOG,
            dualstack_ipv6=address == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {reason}; choose others with --host and --port"
        ) from None


def _resolve(host: str) -> list[str]:
    """Return the addresses of a host, those of IPv4 first, as more clients reach them."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ConfigError(f"the host {host!r} has no address on this machine") from None
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return [str(each[4][0]).partition("%")[0] for each in found]
