"""A mail server of this machine, with TLS, a login, and recipients that it refuses."""

import asyncio
import ssl
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from threading import Thread

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from headwater.api.http import HttpClient
from headwater_smtp.channel import SmtpEmail
from headwater_smtp.settings import SmtpSettings

# What the server says to recipients of these names.
REFUSED = {
    "reject": "550 5.1.1 <{}>: user unknown",
    "temp": "451 4.3.0 try again later",
    "full": "552 5.2.2 {} has a full mailbox",
    "busy": "421 4.7.0 too many connections",
}
LOGIN = LoginPassword(b"flows", "pässword-of-flows".encode())


@dataclass(frozen=True)
class Certificate:
    authority: str  # PEM; it is its own
    context: ssl.SSLContext


@dataclass
class Mail:
    sender: str
    recipients: list
    content: bytes
    was_secure: bool

    @property
    def parsed(self):
        return message_from_bytes(self.content, policy=default)

    @property
    def texts(self):
        """The text and the page, with the line ends of this machine."""
        return [
            self.parsed.get_body([kind]).get_content().replace("\r\n", "\n")
            for kind in ("plain", "html")
        ]


@dataclass
class MailServer:
    """Keeps what it *received*; each of *answers* is what it says to one command."""

    security: str
    certificate: Certificate
    wants_login: bool = False
    answers: dict = field(default_factory=dict)
    received: list = field(default_factory=list)
    commands: list = field(default_factory=list)
    hellos: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)  # what is said to recipients, by their addresses
    port: int = 0

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def settings(self, **changes):
        known = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": self.security,
            "tls_authorities": self.certificate.authority,
            "sender_email": "Flows <flows@example.com>",
            "to_emails": ["ops@example.com"],
        }
        login = {"username": LOGIN.login.decode(), "password": LOGIN.password.decode()}
        return {**known, **(login if self.wants_login else {}), **changes}

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.hellos.append(hostname)
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        self.commands.append(("MAIL", address))
        if self.wants_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        name = address.partition("@")[0]
        if address in self.refused:
            return self.refused[address]
        if name in REFUSED:
            return REFUSED[name].format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        if any(each.startswith("drop@") for each in envelope.rcpt_tos):
            server.transport.abort()
            return "250 OK"
        assert all(len(line) <= 998 for line in envelope.original_content.split(b"\r\n"))
        self.received.append(
            Mail(
                envelope.mail_from,
                envelope.rcpt_tos,
                envelope.original_content,
                session.ssl is not None or self.security == "tls",
            )
        )
        return self.answers.get("taken", "250 OK queued as 12345")

    def log_in(self, server, session, envelope, mechanism, given):
        self.commands.append(("AUTH", mechanism))
        return AuthResult(success=given == LOGIN, handled=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    names = [x509.DNSName("mail.example"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now().astimezone()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return Certificate(made.decode(), context)


@contextmanager
def _running(mails, **options):
    """Serve in a thread: a protocol of aiosmtpd's for each connection."""
    loop = asyncio.new_event_loop()
    tls = mails.certificate.context

    def speak():
        return SMTP(
            mails,
            hostname="mail.example",
            loop=loop,
            authenticator=mails.log_in,
            tls_context=tls if mails.security == "starttls" else None,
            require_starttls=mails.security == "starttls",
            auth_require_tls=mails.security == "starttls",
            **options,
        )

    async def start():
        context = tls if mails.security == "tls" else None
        return await loop.create_server(speak, "127.0.0.1", 0, ssl=context)

    async def stop():
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    server = loop.run_until_complete(start())
    mails.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mails
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(stop())
        loop.close()


@pytest.fixture
def serve(certificate):
    """Return what starts a mail server, which ends with the test."""
    with ExitStack() as stack:

        def start(security="starttls", *, wants_login=False, answers=None, **options):
            mails = MailServer(security, certificate, wants_login, answers or {})
            return stack.enter_context(_running(mails, **options))

        yield start


@pytest.fixture
def open_channel():
    """Return what opens a channel of a mail server."""

    def open_one(mails, *, allow_private=True, **settings):
        known = SmtpSettings(**mails.settings(**settings))
        return SmtpEmail(known, HttpClient(allow_private=allow_private))

    return open_one
