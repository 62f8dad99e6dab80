"""Whom the mail server takes a mail for, and what is said of the others."""

import pytest

from headwater.testing import MESSAGE
from headwater.testing.channels import fail


@pytest.mark.parametrize(
    ("name", "permanent", "told"),
    [
        ("reject", True, "r***@example.com: 550: 5.1.1 <r***@example.com>: user unknown"),
        ("full", True, "f***@example.com: 552: 5.2.2 f***@example.com has a full mailbox"),
        ("temp", False, "t***@example.com: 451: 4.3.0 try again later"),
        ("busy", False, "the mail server answered 421: 4.7.0 too many connections"),
    ],
)
def test_a_recipient_that_is_refused_is_told_in_the_servers_words(
    open_channel, serve, name, permanent, told
):
    mails = serve()
    channel = open_channel(mails, to_emails=[f"{name}@example.com"])
    error = fail(channel)

    assert (error.permanent, str(error)) == (permanent, told)
    assert f"{name}@example.com" not in channel.http.last.text
    assert mails.received == []


@pytest.mark.parametrize(("name", "permanent"), [("reject", True), ("temp", False)])
def test_who_is_refused_keeps_nobody_else_from_the_mail(open_channel, serve, name, permanent):
    mails = serve()
    error = fail(open_channel(mails, to_emails=[f"{name}@example.com", "ops@example.com"]))

    assert error.permanent == permanent
    assert str(error).startswith(f"1 of 2 recipients were told. {name[0]}***@example.com: ")
    assert mails.received[0].recipients == ["ops@example.com"]


def test_who_comes_later_gets_the_same_mail_and_the_others_none(open_channel, serve):
    mails = serve()
    channel = open_channel(mails, to_emails=["ops@example.com", "night@example.com"])
    mails.refused["night@example.com"] = "451 4.7.1 greylisted"
    failed = channel.send_to(channel.targets(), MESSAGE, "key")
    mails.refused.clear()
    assert channel.send_to(list(failed), MESSAGE, "key") == {}

    first, second = mails.received
    assert (first.recipients, second.recipients) == (["ops@example.com"], ["night@example.com"])
    for header in ("To", "Message-ID", "Subject"):
        assert first.parsed[header] == second.parsed[header]


def test_where_nobody_was_told_and_one_may_be_later_all_are_tried_again(open_channel, serve):
    names = ["reject@example.com", "temp@example.com"]
    error = fail(open_channel(serve(), to_emails=names))

    assert str(error).startswith("0 of 2 recipients were told. ")
    assert not error.permanent
