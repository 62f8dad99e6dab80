"""What stays hidden of a channel's secrets."""

import json
from base64 import b64encode
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from headwater.notifications.channels import ChannelSettings
from headwater.notifications.rules.masking import MASK, SHORTEST, _forms, mask, secrets_of

URL = "https://me:passphrase@hooks.example/services/T0/B00000001/XXXXXXXX?sig=signature1#x"


@pytest.mark.parametrize(
    "echo",
    [
        URL,
        "/services/T0/B00000001/XXXXXXXX",
        "no hook XXXXXXXX here",
        "sig=signature1",
        "bad passphrase",
    ],
)
def test_no_part_of_a_secret_url_is_kept(echo):
    kept = mask(f"cannot POST {echo}!", [URL])

    assert kept.startswith("cannot POST") or kept.startswith("cannot ********")
    for part in ("B00000001", "XXXXXXXX", "signature1", "passphrase"):
        assert part not in kept


@pytest.mark.parametrize(
    "write",
    [
        json.dumps,
        lambda secret: json.dumps(secret, ensure_ascii=False),
        lambda secret: json.dumps(secret).replace("/", "\\/"),
        quote,
        quote_plus,
        lambda secret: quote(secret, safe=""),
        escape,
        lambda secret: b64encode(f"me:{secret}".encode()).decode(),
        lambda secret: b64encode(f"you:{secret}:".encode()).decode(),
        lambda secret: b64encode(secret.encode()).decode(),
    ],
)
@pytest.mark.parametrize("secret", ['p/"ß', "among / the <secrets> & 'more'"])
def test_a_secret_is_found_as_others_write_it(write, secret):
    written = write(secret)

    kept = mask(f"refused: {written}.", [secret])

    assert kept.startswith("refused: ")
    assert MASK in kept
    assert written not in kept


def test_words_that_are_no_secret_are_kept():
    assert mask("T0: no_service", [URL]) == "T0: no_service"


def test_what_is_too_short_for_a_secret_hides_nothing():
    assert mask("answered 100", ["1", ""]) == "answered 100"


def test_what_a_database_cannot_keep_is_shown():
    assert mask("a\0b", []) == "a\u2400b"


def test_secrets_are_found_wherever_they_are():
    class Inner(ChannelSettings):
        key: SecretStr

    class Settings(ChannelSettings):
        url: SecretStr
        headers: dict[str, SecretStr]
        inner: list[Inner]
        plain: str

    settings = Settings(url="a", headers={"x": "b"}, inner=[{"key": "c"}], plain="d")
    assert list(secrets_of(settings)) == ["a", "b", "c"]


@pytest.mark.parametrize("secret", ["abcd", "////", "\xff\xff\xff\xff", "a&b<", "0000"])
def test_a_text_that_is_passed_over_is_shorter_than_any_form_of_a_secret(secret):
    assert min(map(len, _forms(secret))) >= SHORTEST
    assert MASK in mask(b64encode(f"x{secret}".encode()).decode(), [secret])


def test_a_short_answer_is_shown_as_longer_ones_are():
    assert mask("\0", []) == mask("\0" * 9, [])[0]
