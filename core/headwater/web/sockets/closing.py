"""How a socket ends: the codes of WebSocket's close frames (RFC 6455 §7.4.1), and a reason."""

from dataclasses import dataclass

NORMAL, PROTOCOL_ERROR, UNSUPPORTED = 1000, 1002, 1003
INVALID_DATA, POLICY, TOO_BIG, INTERNAL_ERROR, TRY_AGAIN = 1007, 1008, 1009, 1011, 1013
# Not 1001, after which the clients hold their streams for done, and listen no more.
SERVICE_RESTART = 1012


@dataclass(frozen=True)
class Farewell:
    """The close that is to be sent once what stands before it in the inbox is handled."""

    code: int
    reason: str = ""  # what exceeds a close frame's 123 bytes is cut
