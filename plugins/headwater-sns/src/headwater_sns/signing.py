"""Signs a request as AWS has it: Signature Version 4, for a POST whose path is plain.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Scope:
    """Where and when a signature holds, with the key that it is made by."""

    access_key_id: str
    region: str
    service: str
    at: datetime  # in UTC

    @property
    def time(self) -> str:
        return self.at.strftime("%Y%m%dT%H%M%SZ")

    @property
    def path(self) -> str:
        return f"{self.time[:8]}/{self.region}/{self.service}/aws4_request"


def sign(
    path: str, headers: Mapping[str, str], content: bytes, scope: Scope, secret: str
) -> dict[str, str]:
    """Return *headers*, all of which are signed, with the time and the signature.

    *headers* have the Host.
    """
    dated = {**headers, "X-Amz-Date": scope.time}
    lines = sorted((name.lower(), " ".join(value.split())) for name, value in dated.items())
    names = ";".join(name for name, _ in lines)
    request = "\n".join(
        [
            "POST",
            path,
            "",  # the query
            *(f"{name}:{value}" for name, value in lines),
            "",
            names,
            sha256(content).hexdigest(),
        ]
    )
    what = "\n".join([ALGORITHM, scope.time, scope.path, sha256(request.encode()).hexdigest()])
    signature = _hmac(_key(secret, scope), what).hex()
    credential = f"{scope.access_key_id}/{scope.path}"
    return {
        **dated,
        "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, "
        f"Signature={signature}",
    }


def _key(secret: str, scope: Scope) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.path.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
