"""Signs what is sent, in the forms that receivers know."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret


def decode_secret(text: str) -> bytes:
    """Return the bytes of a secret of Standard Webhooks; raise ValueError for what is none."""
    try:
        secret = b64decode(text.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):
        secret = b""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise ValueError(f"must be {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return secret


def sign_standard(secret: bytes, id_: str, timestamp: int, content: bytes) -> str:
    """Return the signature as Standard Webhooks 1.0 has it; *timestamp* in seconds of the epoch."""
    signed = f"{id_}.{timestamp}.".encode() + content
    return f"v1,{b64encode(hmac.digest(secret, signed, 'sha256')).decode()}"


def sign_hex(secret: str, content: bytes, timestamp: int | None = None) -> str:
    """Return the HMAC-SHA256 of the content in hex, of `timestamp:content` where one is told."""
    signed = content if timestamp is None else f"{timestamp}:".encode() + content
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def sign_for_github(secret: str, content: bytes) -> str:
    """Return what receivers of GitHub's webhooks look for in `X-Hub-Signature-256`."""
    return f"sha256={sign_hex(secret, content)}"
