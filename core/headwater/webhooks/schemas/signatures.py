"""How senders sign what they send."""

import re
from base64 import b64decode
from binascii import Error
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, SecretStr, model_validator

from headwater.shapes import Shape

PREFIX = "whsec_"  # of the secrets of Standard Webhooks, which are base64 after it
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")


class SignatureKind(StrEnum):
    """How a sender signs what it sends, with a secret that both sides know."""

    STANDARD = "standard-webhooks"  # https://www.standardwebhooks.com
    GITHUB = "github"  # X-Hub-Signature-256: sha256=, and hex digits
    HMAC = "hmac-sha256"  # the hex digits alone, in a header that is named


def _check_header(header: str) -> str:
    if not _HEADER.fullmatch(header):
        raise ValueError("must be the name of a header")
    return header


class Signature(Shape):
    """*header* is where plain digits stand; the others have headers of their own."""

    kind: SignatureKind
    header: Annotated[str, AfterValidator(_check_header)] | None = None


class SignatureWanted(Signature):
    """Without a *secret* the server makes one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _check(self) -> "SignatureWanted":
        if (self.kind is SignatureKind.HMAC) != (self.header is not None):
            raise ValueError(f"a header is named for {SignatureKind.HMAC}, and for no other kind")
        if self.secret is None:
            return self
        text = self.secret.get_secret_value()
        if not text:
            raise ValueError("an empty secret protects nothing")
        if self.kind is SignatureKind.STANDARD:
            key_of(text)
        return self


def key_of(secret: str) -> bytes:
    """Return the key of a secret of Standard Webhooks; raise ValueError where it is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):  # the latter for what is not ASCII
        key = b""
    if not key:
        raise ValueError(f"a secret of {SignatureKind.STANDARD} is {PREFIX} and base64")
    return key
