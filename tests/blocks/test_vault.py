"""The key of the secrets: where it comes from, that it fits the database, and its rotation."""

import os
import stat
import subprocess
import sys
from contextlib import ExitStack

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, select

from headwater.db.json import parse
from headwater.db.models import Configuration
from headwater.db.vault import (
    FILE,
    FINGERPRINTS,
    Vault,
    check_fingerprint,
    keep_fingerprint,
    open_vault,
)
from headwater.errors import ConfigError
from headwater.settings import Settings

OPEN = """
from headwater.db.vault import open_vault
from headwater.settings import Settings
input()
print(open_vault(Settings.load()).fingerprints)
"""


def new_key():
    return Fernet.generate_key().decode()


@pytest.fixture
def empty(session):
    """Return a session on a database that knows no key."""
    session.execute(delete(Configuration).where(Configuration.key == FINGERPRINTS))
    return session


def known(session):
    return parse(
        session.execute(
            select(Configuration.value).where(Configuration.key == FINGERPRINTS)
        ).scalar_one()
    )


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path):
    vault = open_vault(Settings.load(home=tmp_path / "new"))

    file = tmp_path / "new" / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_vault(Settings.load(home=tmp_path / "new")).fingerprints == vault.fingerprints
    assert vault.fingerprints[0] not in file.read_text()


def test_an_empty_file_that_a_crash_left_gets_a_key(tmp_path):
    (tmp_path / FILE).touch()

    vault = open_vault(Settings.load(home=tmp_path))

    assert open_vault(Settings.load(home=tmp_path)).fingerprints == vault.fingerprints


def test_servers_that_start_at_once_make_one_key(tmp_path):
    command = [sys.executable, "-c", OPEN]
    environment = os.environ | {"HEADWATER_HOME": str(tmp_path)}
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(4)
        ]
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        printed = {process.communicate()[0] for process in started}

    assert printed == {f"{open_vault(Settings.load(home=tmp_path)).fingerprints}\n"}


def test_a_key_of_the_environment_needs_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWATER_SECRET_KEY", new_key())

    token = open_vault(Settings.load(home=tmp_path)).encrypt(b"secret")

    assert open_vault(Settings.load(home=tmp_path)).decrypt(token) == b"secret"
    assert list(tmp_path.iterdir()) == []


def test_a_key_may_lie_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text(f"{new_key()}\n")
    monkeypatch.setenv("HEADWATER_SECRET_KEY_FILE", str(tmp_path / "key"))

    vault = open_vault(Settings.load(home=tmp_path / "home"))

    assert vault.decrypt(vault.encrypt(b"secret")) == b"secret"


@pytest.mark.parametrize(
    "key",
    ["short", "a,b", new_key()[:-4], f"{new_key()},"],
    ids=["short", "two", "cut", "empty second"],  # each process has keys of its own
)
def test_what_is_no_key_is_refused_with_how_to_make_one(tmp_path, monkeypatch, key):
    monkeypatch.setenv("HEADWATER_SECRET_KEY", key)

    with pytest.raises(ConfigError, match="openssl rand"):
        open_vault(Settings.load(home=tmp_path))


def test_a_home_that_takes_no_key_is_named(tmp_path):
    (tmp_path / FILE).mkdir()

    with pytest.raises(ConfigError, match=r"cannot be kept in .*/secret\.key \(Is a directory\)"):
        open_vault(Settings.load(home=tmp_path))


def test_the_first_key_encrypts_and_all_decrypt():
    old, new = new_key(), new_key()
    token = Vault([old]).encrypt(b"secret")
    both = Vault([new, old])

    assert both.decrypt(token) == b"secret"
    assert Vault([new]).decrypt(both.encrypt(b"secret")) == b"secret"
    with pytest.raises(ConfigError):
        Vault([new]).decrypt(token)


def test_renewing_leaves_what_is_new_already():
    old, new = new_key(), new_key()
    both = Vault([new, old])
    renewed = both.renew(Vault([old]).encrypt(b"secret"))

    assert Vault([new]).decrypt(renewed) == b"secret"
    assert both.renew(renewed) == renewed


def test_a_database_remembers_its_first_key(empty):
    vault = Vault([new_key()])

    check_fingerprint(empty, vault)
    check_fingerprint(empty, vault)

    assert known(empty) == vault.fingerprints


def test_another_key_is_refused_with_what_to_do(empty):
    vault = Vault([new_key()])
    check_fingerprint(empty, vault)

    with pytest.raises(ConfigError) as raised:
        check_fingerprint(empty, Vault([new_key()]))

    text = str(raised.value)
    assert vault.fingerprints[0] in text
    assert "HEADWATER_SECRET_KEY" in text
    assert "\n" not in text


def test_an_older_key_may_go_once_all_is_renewed(empty):
    old, new = new_key(), new_key()
    check_fingerprint(empty, Vault([old]))
    both = Vault([new, old])
    check_fingerprint(empty, both)
    with pytest.raises(ConfigError):
        check_fingerprint(empty, Vault([new]))

    keep_fingerprint(empty, both)

    check_fingerprint(empty, Vault([new]))
