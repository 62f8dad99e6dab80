"""A session with a mail server over a connection that is there already."""

import smtplib
import ssl
from base64 import b64encode
from socket import AF_INET6, gethostname, socket
from typing import Any, BinaryIO

from headwater.api.http import Connection

LARGEST = 64 * 1024  # bytes of all that the server says between two beginnings
NO_LOGIN = 504  # by RFC 4954: a way to log in that the server does not know


class _Bounded:
    """What the server says, as far as anybody would listen."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, LARGEST

    def readline(self, most: int) -> bytes:
        line = self._file.readline(min(most, self._left))
        self._left -= len(line)
        return line  # nothing at last, which reads as the connection's end

    def close(self) -> None:
        self._file.close()


class Session(smtplib.SMTP):
    """smtplib's, but on *connection*, which is guarded, and with a login beyond ASCII."""

    def __init__(self, connection: Connection, hello: str | None, *, secure: bool) -> None:
        self._connection, self._secure = connection, secure
        # It is given a name to say, since it would look its own up. RFC 5321 takes an address for
        # one where there is none.
        name = hello or _own_name(connection.socket)
        super().__init__(connection.name, local_hostname=name)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        if not self._secure:
            return self._connection.socket
        return self._wrapped()

    def _wrapped(self) -> ssl.SSLSocket:
        made = self._connection
        return made.context.wrap_socket(made.socket, server_hostname=made.name)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file: Any = _Bounded(self.sock.makefile("rb"))
        return super().getreply()

    def begin_tls(self) -> None:
        """Go on with TLS, or raise smtplib's error: never without."""
        self.starttls(context=self._connection.context)

    def log_in(self, username: str, password: str) -> None:
        """Log in by PLAIN or LOGIN, in UTF-8, which smtplib's own does not know."""
        self.ehlo_or_helo_if_needed()
        known = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in known:
            code, text = self.docmd("AUTH", "PLAIN " + _encoded(f"\0{username}\0{password}"))
        elif "LOGIN" in known:
            code, text = self.docmd("AUTH", "LOGIN")
            for part in (username, password):
                if code == 334:
                    code, text = self.docmd(_encoded(part))
        else:
            code, text = NO_LOGIN, b"it offers no login by PLAIN or LOGIN"
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, text)


def _encoded(text: str) -> str:
    return b64encode(text.encode(errors="replace")).decode()


def _own_name(connection: socket) -> str:
    name = gethostname()
    if "." in name and name.isascii():
        return name
    address = connection.getsockname()[0]
    return f"[IPv6:{address}]" if connection.family == AF_INET6 else f"[{address}]"
