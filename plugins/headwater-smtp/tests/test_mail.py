"""What a mail has in it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS
from headwater_smtp.mail import compose
from headwater_smtp.settings import SmtpSettings

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SAVED = {
    "host": "mail.example",
    "sender_email": "Flüge <flows@example.com>",
    "to_emails": ["The operators <ops@example.com>", "b@example.com", "OPS@example.com"],
}


def raw_of(key="key", settings=None, **changes):
    known = SmtpSettings(**SAVED | (settings or {}))
    return compose(MESSAGE.model_copy(update=changes), key, known, NOW)


def mail_of(*args, **changes):
    return message_from_bytes(raw_of(*args, **changes), policy=default)


def texts_of(mail):
    texts = [mail.get_body([kind]).get_content() for kind in ("plain", "html")]
    return [text.replace("\r\n", "\n") for text in texts]


def test_a_mail_reads_well_with_and_without_html():
    mail = mail_of()
    plain, html = texts_of(mail)

    assert mail["Subject"] == MESSAGE.title
    assert (
        plain.strip() == f"{MESSAGE.title}\n\n{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}"
    )
    assert f"<p>{MESSAGE.body}</p>" in html
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"


def test_people_have_their_names_and_nobody_is_there_twice():
    mail = mail_of(settings={"reply_to": "Help <help@example.com>"})

    assert [str(each) for each in mail["From"].addresses] == ["Flüge <flows@example.com>"]
    assert [str(each) for each in mail["To"].addresses] == [
        "The operators <ops@example.com>",
        "b@example.com",
    ]
    assert mail["Reply-To"] == "Help <help@example.com>"


def test_a_repeated_mail_has_the_same_id_and_another_has_not():
    ids = [mail_of(key)["Message-ID"] for key in ("a", "a", "b")]

    assert ids == ["<a@example.com>", "<a@example.com>", "<b@example.com>"]


def test_a_problem_and_its_recovery_are_one_thread():
    problem = mail_of("a")
    recovery = mail_of("b", kind=Kind.RECOVERY)
    other = mail_of("c", dedup_key="other")

    assert problem["References"] == problem["In-Reply-To"] == recovery["References"]
    assert other["References"] != problem["References"]
    assert problem["Message-ID"] != problem["References"]


@pytest.mark.parametrize("domain", [f"{'a' * 60}.{'b' * 60}.example.com", "c" * 63])
@pytest.mark.parametrize("key", ["k", "é\r\nX: y", "k" * 300])
def test_ids_stay_on_one_line(domain, key):
    raw = raw_of(key, settings={"sender_email": f"f@{domain}"})
    mail = message_from_bytes(raw, policy=default)

    for name in ("Message-ID", "References", "In-Reply-To"):
        assert mail[name].startswith("<")
        assert mail[name].endswith(">")
        assert mail[name].isascii()
        assert " " not in mail[name]
    assert b"=?" not in raw.partition(b"\r\nMessage-ID")[2].partition(b"\r\nAuto")[0]


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: x@example.com", "a\nBcc: x", "a\rBcc: x\0", "é\r\nB: c"]
)
def test_no_title_brings_a_header_along(text):
    mail = mail_of(title=text)

    assert set(mail.keys()) == set(mail_of().keys())
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_lines_are_such_as_each_server_takes(text):
    raw = raw_of(title=text, body=text, fields={text: text})

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\0" not in raw


@given(st.text(st.characters(codec=None)), st.text())
def test_any_text_makes_a_mail_that_can_be_read(title, body):
    mail = mail_of(title=title, body=body, fields={title: body})
    plain, html = texts_of(mail)

    assert mail["Subject"]
    assert plain.strip()
    assert "</html>" in html


def test_users_texts_are_no_html_and_keep_their_shape():
    plain, html = texts_of(mail_of(body="a < b\n  <script>alert(1)</script>", fields={"<i>": "&"}))

    assert "a < b\n  <script>" in plain
    assert "a &lt; b<br>\n&nbsp;&nbsp;&lt;script&gt;" in html
    assert "&lt;i&gt;</td><td>&amp;</td>" in html


def test_signs_beyond_ascii_come_back_whole():
    title, body = "Prüfung 🧑‍🚀 שלום", "Grüße 👍🏽\n" + "é" * 2000
    mail = mail_of(title=title, body=body)
    plain, html = texts_of(mail)

    assert mail["Subject"] == title
    assert body in plain
    assert "é" * 2000 in html
