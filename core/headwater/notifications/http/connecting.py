"""Connects behind the guard for other protocols than HTTP."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from headwater.errors import DeliveryError
from headwater.notifications.http.alarms import Alarms
from headwater.notifications.http.connections import connect, make_context
from headwater.notifications.http.deadline import Deadline
from headwater.notifications.http.outgoing import Connection, Tls


@contextmanager
def connecting(
    host: str, port: int, allow_private: bool, tls: Tls, longest: float
) -> Iterator[Connection]:
    """Yield the connection. What fails within raises DeliveryError, also after *longest* seconds.

    It has no time limit but that one: the connection is shut down, which reads as its end.
    """
    deadline = Deadline(longest)
    context = make_context(tls)
    if not tls.authorities:
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)  # whom requests trusts
    context.check_hostname, context.verify_mode = True, ssl.CERT_REQUIRED
    alarms = Alarms()
    try:
        with (
            connect(host, port, allow_private, deadline) as connection,
            connection.dup() as watched,
            deadline.running(alarms),
        ):
            deadline.watch(watched)
            connection.settimeout(None)
            yield Connection(connection, context, tls.server_name or host)
    except OSError as error:
        raise _explain(error, deadline) from None
    finally:
        alarms.close()


def _explain(error: OSError, deadline: Deadline) -> DeliveryError:
    if deadline.passed:
        return deadline.error()
    if isinstance(error, ssl.SSLCertVerificationError):
        return DeliveryError(f"the service's certificate is refused: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return DeliveryError(f"no TLS with the service: {error.reason or 'it broke off'}")
    return DeliveryError(f"the connection to the service broke: {type(error).__name__}")
