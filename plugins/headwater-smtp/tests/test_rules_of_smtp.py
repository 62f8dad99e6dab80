"""The channel against a mail server, as it takes and refuses mails."""

import socket
from contextlib import contextmanager
from threading import Thread

import pytest

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS, fail
from headwater_smtp.channel import SmtpEmail
from headwater_smtp.settings import SmtpSettings

TWO = {"to_emails": ["ops@example.com", "night@example.com"]}


@contextmanager
def speaking(*lines, then=b""):
    """Say *lines*, one to each command, then *then* for as long as anybody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            connection, _ = server.accept()
            with connection:
                try:
                    for line in lines:
                        connection.sendall(line)
                        connection.recv(1024)
                    while then:
                        connection.sendall(then)
                    connection.recv(1024)
                except OSError:
                    return

        thread = Thread(target=speak)
        thread.start()
        settings = {
            "host": "127.0.0.1",
            "port": server.getsockname()[1],
            "security": "none",
            "sender_email": "flows@example.com",
            "to_emails": ["ops@example.com"],
        }
        yield lambda **more: SmtpEmail(
            SmtpSettings(**settings | more), HttpClient(allow_private=True)
        )
        thread.join()


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
@pytest.mark.parametrize("wants_login", [True, False])
def test_a_mail_is_taken_with_each_kind_of_security(open_channel, serve, security, wants_login):
    mails = serve(security, wants_login=wants_login)
    channel = open_channel(mails, **TWO)
    channel.send(MESSAGE, "key")

    (mail,) = mails.received
    assert mail.was_secure == (security != "none")
    assert (mail.sender, mail.recipients) == ("flows@example.com", TWO["to_emails"])
    assert mail.parsed["Message-ID"] == "<key@example.com>"
    assert MESSAGE.body in mail.texts[0]
    assert (channel.http.last.status, channel.http.last.text) == (250, "OK queued as 12345")


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_any_text_arrives(open_channel, serve, text):
    mails = serve()
    changes = {"title": text, "body": text, "fields": {text or "x": text}, "link": text}
    open_channel(mails).send(MESSAGE.model_copy(update=changes), "key")

    (mail,) = mails.received
    assert mail.parsed["Bcc"] is None
    assert "</html>" in mail.texts[1]


def test_a_login_goes_by_the_way_that_the_server_knows(open_channel, serve):
    mails = serve(wants_login=True, auth_exclude_mechanism=["PLAIN"])
    open_channel(mails).send(MESSAGE, "key")

    assert ("AUTH", "LOGIN") in mails.commands
    assert len(mails.received) == 1


def test_a_login_that_the_server_refuses_is_final_and_not_told(open_channel, serve):
    mails = serve(wants_login=True)
    error = fail(open_channel(mails, **{"password": "quite-wrong"}))

    assert error.permanent
    assert "535" in str(error)
    assert "quite-wrong" not in str(error)
    assert mails.received == []


def test_a_server_without_a_login_that_we_know_is_final(open_channel, serve):
    mails = serve(wants_login=True, auth_exclude_mechanism=["PLAIN", "LOGIN"])
    error = fail(open_channel(mails))

    assert error.permanent
    assert "PLAIN or LOGIN" in str(error)


def test_without_starttls_nothing_goes_on_in_the_clear(open_channel, serve):
    mails = serve("none", wants_login=True)
    error = fail(open_channel(mails, security="starttls"))

    assert error.permanent
    assert "STARTTLS" in str(error)
    assert mails.commands == []


def test_tls_that_the_server_cannot_begin_now_is_trouble_for_now():
    lines = (b"220 hello\r\n", b"250-x\r\n250 STARTTLS\r\n", b"454 4.7.0 no TLS just now\r\n")
    with speaking(*lines) as open_spoken:
        error = fail(open_spoken(security="starttls"))

    assert str(error) == "the mail server answered 454: 4.7.0 no TLS just now"
    assert not error.permanent


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("settings", "told"),
    [({"tls_authorities": None}, "self-signed"), ({"tls_server_name": "other.example"}, "other")],
)
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    open_channel, serve, security, settings, told
):
    mails = serve(security, wants_login=True)
    error = fail(open_channel(mails, **settings))

    assert "certificate is refused" in str(error)
    assert told in str(error)
    assert not error.permanent
    assert mails.commands == []


def test_a_certificate_may_be_for_another_name_than_the_host(open_channel, serve):
    mails = serve("tls")
    open_channel(mails, tls_server_name="mail.example").send(MESSAGE, "key")

    assert len(mails.received) == 1


def test_no_tls_where_it_was_to_be_from_the_start_is_trouble_for_now(open_channel, serve):
    error = fail(open_channel(serve("none"), security="tls", timeout=5))

    assert not error.permanent


@pytest.mark.parametrize("command", ["MAIL", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("421 4.7.0 closing", False),
        ("452 4.3.1 no room", False),
        ("550 5.7.1 not from you", True),
        ("554 5.6.0 looks like spam", True),
    ],
)
def test_4xx_is_trouble_for_now_and_5xx_final(open_channel, serve, command, answer, permanent):
    mails = serve(answers={command: answer})
    channel = open_channel(mails)
    error = fail(channel)

    code, text = answer.split(" ", 1)
    assert str(error) == f"the mail server answered {code}: {text}"
    assert (error.permanent, error.limited) == (permanent, False)
    assert (channel.http.last.status, channel.http.last.text) == (int(code), text)


@pytest.mark.parametrize(("greeting", "permanent"), [("421 busy", False), ("554 no", True)])
def test_a_server_may_refuse_at_once(greeting, permanent):
    with speaking(f"{greeting}\r\n".encode()) as open_spoken:
        error = fail(open_spoken())

    assert error.permanent == permanent
    assert greeting[:3] in str(error)


def test_a_connection_that_breaks_off_is_trouble_for_now(open_channel, serve):
    mails = serve()
    error = fail(open_channel(mails, to_emails=["drop@example.com"]))

    assert not error.permanent
    assert "broke" in str(error)


def test_a_mail_that_was_taken_is_a_success_whatever_comes_then():
    said = (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 go\r\n", b"250 taken\r\n")
    with speaking(*said) as open_spoken:
        channel = open_spoken()
        channel.send(MESSAGE, "key")

    assert channel.http.last.text == "taken"


@pytest.mark.parametrize(
    ("then", "told"),
    [(b"250-more\r\n" * 100, "the connection to the service broke"), (b"2" * 1000, "500")],
)
def test_a_server_that_never_ends_is_left(then, told):
    with speaking(b"220 x\r\n", then=then) as open_spoken:
        error = fail(open_spoken())

    assert told in str(error)


def test_a_server_that_says_nothing_is_left_after_the_time_limit():
    with speaking(b"220 x\r\n") as open_spoken:
        error = fail(open_spoken(timeout=0.3))

    assert str(error) == "no whole answer within 0.3 seconds"
    assert not error.permanent


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200", "::ffff:169.254.169.254"])
def test_where_clouds_hand_out_credentials_no_mail_is_sent(open_channel, serve, host):
    error = fail(open_channel(serve(), host=host))

    assert error.permanent
    assert "is not allowed" in str(error)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_private_servers_may_be_refused(open_channel, serve, host):
    mails = serve()
    error = fail(open_channel(mails, host=host, allow_private=False))

    assert error.permanent
    assert mails.hellos == []


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_connected_to(
    open_channel, serve, monkeypatch
):
    mails = serve("none")
    asked = []
    look_up = socket.getaddrinfo

    def change_mind(host, *args, **kwargs):
        asked.append(host)
        target = "127.0.0.1" if asked.count(host) == 1 else "169.254.169.254"
        return look_up(target, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", change_mind)
    open_channel(mails, host="mail.example").send(MESSAGE, "key")

    assert asked == ["mail.example"]
    assert len(mails.received) == 1


def test_the_server_is_told_the_name_that_was_chosen(open_channel, serve):
    mails = serve("none")
    open_channel(mails, hello_name="flows.example.com").send(MESSAGE, "key")

    assert mails.hellos == ["flows.example.com"]
