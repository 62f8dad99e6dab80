"""The guarded HTTP client's certificates: whom it trusts, and by what services know it."""

import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http import HttpClient
from headwater.notifications.http.outgoing import Tls
from tests.notifications.serving import serving

CLIENT = HttpClient(allow_private=True)


class Authority:
    """Issues certificates, in PEM."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        self.pem = self._sign(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))

    def issue(self, host):
        """Return a certificate of *host*, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._sign(name, key, names), private.decode()

    def _sign(self, name, key, extension):
        now, number = datetime.now(UTC), x509.random_serial_number()
        builder = x509.CertificateBuilder(self.name, name, key.public_key(), number)
        builder = builder.not_valid_before(now - timedelta(days=1))
        builder = builder.not_valid_after(now + timedelta(days=1))
        builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def secure(authority, tmp_path):
    """The address of a service that is certified as service.example and knows its clients."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.connection.getpeercert() or {}).get("subject"))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Keep the tests' output clean."""

    (tmp_path / "service.pem").write_text("".join(authority.issue("service.example")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "service.pem")
    context.load_verify_locations(cadata=authority.pem)
    context.verify_mode = ssl.CERT_OPTIONAL
    with serving(Handler, context) as port:
        yield SecretStr(f"https://127.0.0.1:{port}/"), seen


def test_only_authorities_of_ones_own_are_trusted(secure, authority):
    url, seen = secure
    tls = Tls(authorities=authority.pem, server_name="service.example")

    assert CLIENT.request("POST", url, b"x", tls=tls).status == 204
    assert len(seen) == 1
    for wrong in (
        Tls(server_name="service.example"),
        Tls(authorities=Authority().pem, server_name="service.example"),
        Tls(authorities=authority.pem, server_name="other.example"),
        Tls(authorities=authority.pem),
    ):
        with pytest.raises(DeliveryError, match="cannot reach the service: SSLError"):
            CLIENT.request("POST", url, b"x", tls=wrong)
    assert len(seen) == 1


def test_a_certificate_is_shown_to_who_asks_for_one(secure, authority):
    url, seen = secure
    certificate, key = authority.issue("headwater.example")
    tls = Tls(authority.pem, certificate, SecretStr(key), "service.example")
    CLIENT.request("POST", url, b"x", tls=tls)

    assert seen == [((("commonName", "headwater.example"),),)]


@pytest.mark.parametrize(
    "change",
    [
        {"authorities": "nonsense"},
        {"certificate": "nonsense"},
        {"key": SecretStr("s3cret")},
        {"key": SecretStr(Authority().issue("x")[1])},
    ],
)
def test_certificates_that_are_none_are_final_and_not_told(secure, authority, change):
    url, seen = secure
    certificate, key = authority.issue("headwater.example")
    given = {"authorities": authority.pem, "certificate": certificate, "key": SecretStr(key)}

    with pytest.raises(DeliveryError, match="no PEM texts") as caught:
        CLIENT.request("POST", url, b"x", tls=Tls(**given | change))
    assert caught.value.permanent
    assert "s3cret" not in str(caught.value)
    assert seen == []
