"""What is kept of a mail server."""

import pytest
from pydantic import ValidationError

from headwater_smtp.settings import SmtpSettings

SAVED = {
    "host": "mail.example",
    "sender_email": "flows@example.com",
    "to_emails": "ops@example.com, The night <night@example.com>",
}


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_of_security_has_its_port(security, port):
    assert SmtpSettings(**SAVED, security=security).served_port == port
    assert SmtpSettings(**SAVED, security=security, port=2525).served_port == 2525


def test_starttls_is_what_nobody_has_to_ask_for():
    assert SmtpSettings(**SAVED).security == "starttls"


def test_a_command_line_names_several():
    settings = SmtpSettings(**SAVED)

    assert [each.email for each in settings.recipients] == ["ops@example.com", "night@example.com"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1.2.3.4", "mail-1.example.com"])
def test_names_and_addresses_are_hosts(host):
    assert SmtpSettings(**SAVED | {"host": host}).host == host


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"host": "mail.example:25"}, "host"),
        ({"host": "https://mail.example"}, "host"),
        ({"host": "mail\r\n.example"}, "host"),
        ({"host": "mail.example\n"}, "host"),
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"security": "maybe"}, "security"),
        ({"to_emails": []}, "to_emails"),
        ({"to_emails": ["x@example.com"] * 101}, "to_emails"),
        ({"to_emails": ["ops@example.com\r\nBcc: x@example.com"]}, "to_emails"),
        ({"to_emails": ["A\r\nBcc: x@example.com <ops@example.com>"]}, "to_emails"),
        ({"to_emails": ["jörg@example.com"]}, "to_emails"),
        ({"to_emails": ["a..b@example.com"]}, "to_emails"),
        ({"to_emails": ["a@[example"]}, "to_emails"),
        ({"sender_email": "nobody"}, "sender_email"),
        ({"sender_email": "a b@example.com"}, "sender_email"),
        ({"reply_to": ""}, "reply_to"),
        ({"hello_name": "a b"}, "hello_name"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": 41}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
    ],
)
def test_what_can_never_work_is_refused_by_its_field(settings, place):
    with pytest.raises(ValidationError) as caught:
        SmtpSettings(**SAVED | settings)

    assert caught.value.errors()[0]["loc"][0] == place


@pytest.mark.parametrize("half", [{"username": "flows"}, {"password": "very-secret"}])
def test_half_a_login_is_refused_without_telling_it(half):
    with pytest.raises(ValidationError) as caught:
        SmtpSettings(**SAVED, **half)

    assert "very-secret" not in str(caught.value.errors(include_input=False))


def test_a_password_in_the_clear_is_warned_of():
    login = {"username": "flows", "password": "x"}

    assert len(SmtpSettings(**SAVED, **login, security="none").list_warnings()) == 1
    assert SmtpSettings(**SAVED, **login).list_warnings() == []
    assert SmtpSettings(**SAVED, security="none").list_warnings() == []
