"""Encrypts what must not lie open in the database, with keys that only the server has."""

import fcntl
import hashlib
import os
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.models import Configuration
from headwater.db.upserts import insert_new
from headwater.errors import ConfigError
from headwater.settings import Settings

FILE = "secret.key"  # in HEADWATER_HOME
FINGERPRINTS = "secret-key-fingerprints"

_table = Configuration.__table__
_KNOWN = select(_table.c.value).where(_table.c.key == FINGERPRINTS)
_KNOWN_LOCKED = _KNOWN.with_for_update()
_KEEP = update(_table).where(_table.c.key == FINGERPRINTS).values(value=bindparam("fingerprints"))
_ADD = insert_new(_table)


class Vault:
    """Encrypts with the first of its keys, decrypts with any. What it makes is ASCII."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raise ConfigError for what is no key."""
        try:
            self._keys = [Fernet(key) for key in keys]
        except ValueError:
            raise ConfigError(
                "HEADWATER_SECRET_KEY is not 32 bytes in URL-safe base64 (several: with commas); "
                "one is made by: openssl rand -base64 32 | tr '+/' '-_'"
            ) from None
        self._all = MultiFernet(self._keys)
        self._secrets = [urlsafe_b64decode(key) for key in keys]
        self.fingerprints = [_fingerprint(key) for key in keys]

    def encrypt(self, value: bytes) -> str:
        return self._all.encrypt(value).decode()

    def decrypt(self, token: str) -> bytes:
        """Raise ConfigError for what no key fits; `check_fingerprint` finds that out at start."""
        try:
            return self._all.decrypt(token)
        except InvalidToken:
            raise ConfigError("No key of this server decrypts what is in the database.") from None

    def derive(self, purpose: str) -> list[bytes]:
        """Return a key of its own for a purpose, of each of the vault's, the newest last."""
        return [_derive(secret, purpose) for secret in reversed(self._secrets)]

    def renew(self, token: str) -> str:
        """Return *token* encrypted with the first key, itself where it is already."""
        try:
            self._keys[0].decrypt(token)
        except InvalidToken:
            return self.encrypt(self.decrypt(token))
        return token


def open_vault(settings: Settings) -> Vault:
    """Take the keys from HEADWATER_SECRET_KEY, else from the file in the home: it is made if new.

    Raise ConfigError where neither gives one.
    """
    if settings.secret_key is not None:
        return Vault([key.strip() for key in settings.secret_key.get_secret_value().split(",")])
    path = settings.home / FILE
    try:
        return Vault([_read_or_make(path)])
    except OSError as error:
        raise ConfigError(
            f"the key of the secrets cannot be kept in {path} ({error.strerror}): "
            "set HEADWATER_SECRET_KEY or HEADWATER_SECRET_KEY_FILE"
        ) from None


def check_fingerprint(session: Session, vault: Vault) -> None:
    """Raise ConfigError unless the vault has the keys of what is in this database.

    A new database takes the vault's key as its own.
    """
    row = {"key": FINGERPRINTS, "value": vault.fingerprints[:1]}
    session.execute(_ADD, row)
    if missing := set(_list_known(session)) - set(vault.fingerprints):
        raise ConfigError(
            "the secrets in this database are encrypted with another key (fingerprint "
            f"{min(missing)}): set HEADWATER_SECRET_KEY to that key, or put its {FILE} into "
            "HEADWATER_HOME"
        )


def keep_fingerprint(session: Session, vault: Vault) -> None:
    """Remember that all is encrypted with the vault's first key, so that the others may go."""
    session.execute(_KEEP, {"fingerprints": vault.fingerprints[:1]})


def _list_known(session: Session) -> list[str]:
    return list(parse(session.execute(_KNOWN_LOCKED).scalar_one()))


def _read_or_make(path: Path) -> str:
    """Return the key in the file; of several processes that find none, one makes it for all."""
    try:
        if key := path.read_text().strip():
            return key
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    # Open before it is locked and locked before it is read: who comes second reads the first's.
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if key := file.read().strip():
            return key
        key = Fernet.generate_key().decode()
        file.write(f"{key}\n")
        file.flush()
        os.fsync(file.fileno())
        return key


def _derive(secret: bytes, purpose: str) -> bytes:
    info = b"headwater " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def _fingerprint(key: str) -> str:
    return hashlib.sha256(b"headwater secret key " + key.encode()).hexdigest()[:16]
