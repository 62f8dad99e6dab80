"""What of a setting is shown: never a secret, unless one asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.settings import Settings, masked_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@db/x", "postgresql://u:********@db/x"),
        (
            "postgresql://u:p@a,b:1/x?sslmode=require",
            "postgresql://u:********@a,b:1/x?sslmode=require",
        ),
        ("postgresql://u@db/x", "postgresql://u@db/x"),
        (
            "postgresql://db/x?user=u&password=p&a=b",
            "postgresql://db/x?user=u&password=********&a=b",
        ),
        (
            "postgresql:///x?host=/run&sslpassword=p",
            "postgresql:///x?host=/run&sslpassword=********",
        ),
        ("sqlite:////var/lib/headwater.db", "sqlite:////var/lib/headwater.db"),
        ("hunter2", "********"),
    ],
)
def test_a_urls_password_is_masked_and_the_rest_shown(url, shown):
    assert masked_url(url) == shown


@given(st.text(min_size=1))
def test_no_password_shows_whatever_is_in_it(password):
    assert masked_url(f"postgresql://u:{password}@db/x") == "postgresql://u:********@db/x"


def test_secrets_are_masked_unless_asked_for(home):
    settings = Settings.load(api_key="hunter2")

    assert settings.shown("api_key") == "********"
    assert settings.shown("api_key", secrets=True) == "hunter2"
    assert "hunter2" not in repr(settings)


def test_a_secret_that_nobody_set_is_shown_as_none(home):
    assert Settings.load().shown("secret_key") == ""


def test_values_are_shown_as_one_would_write_them(home):
    settings = Settings.load(plugins_deny={"b", "a"}, server_allow_open=True)

    assert settings.shown("plugins_deny") == "a,b"
    assert settings.shown("server_allow_open") == "true"


def test_a_refused_secret_is_not_in_the_message(home, monkeypatch):
    monkeypatch.setenv("HEADWATER_UI_URL", "ftp://u:hunter2@host")

    assert "hunter2" not in str(Settings.read()[1])
