"""What SendGrid is sent."""

import pytest

from headwater.api import Kind, Severity
from headwater.api.mails import LONGEST_BODY, LONGEST_SUBJECT, Address
from headwater.testing import MESSAGE
from headwater_sendgrid.payload import compose

SENDER = Address("flows@example.com", "Flows")


def payload_of(*recipients, key="key", notify_type="info", reply_to=None, **changes):
    return compose(
        MESSAGE.model_copy(update=changes),
        key,
        sender=SENDER,
        recipients=[Address(each) for each in recipients or ("ops@example.com",)],
        reply_to=reply_to,
        notify_type=notify_type,
    )


def contents_of(payload):
    plain, html = payload["content"]
    assert (plain["type"], html["type"]) == ("text/plain", "text/html")
    return plain["value"], html["value"]


def test_a_message_reads_well_with_and_without_html():
    payload = payload_of()
    plain, html = contents_of(payload)

    assert payload["subject"] == MESSAGE.title
    assert plain == f"{MESSAGE.title}\n\n{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}"
    assert f"<p>{MESSAGE.body}</p>" in html
    assert f'<a href="{MESSAGE.link}"' in html
    assert not any(way["enable"] for way in payload["tracking_settings"].values())


def test_each_recipient_gets_a_mail_of_their_own_and_one_at_that():
    payload = payload_of("a@example.com", "b@example.com", "A@example.com")

    assert payload["personalizations"] == [
        {"to": [{"email": "a@example.com"}]},
        {"to": [{"email": "b@example.com"}]},
    ]


def test_names_go_along():
    payload = payload_of(reply_to=Address("help@example.com", "Help"))

    assert payload["from"] == {"email": "flows@example.com", "name": "Flows"}
    assert payload["reply_to"] == {"email": "help@example.com", "name": "Help"}


def test_each_line_is_seen_and_none_is_html():
    _, html = contents_of(payload_of(body="a < b\n<script>alert(1)</script>", fields={"<i>": "&"}))

    assert "a &lt; b<br>\n&lt;script&gt;" in html
    assert "&lt;i&gt;</td><td>&amp;</td>" in html


def test_a_traceback_keeps_its_shape():
    _, html = contents_of(payload_of(body="Traceback:\n  File 'a  b'"))

    assert "Traceback:<br>\n&nbsp;&nbsp;File &#x27;a  b&#x27;" in html


def test_a_subject_brings_no_header_along():
    assert payload_of(title="a\r\nBcc: x@example.com\0")["subject"] == "a Bcc: x@example.com"


def test_what_is_too_long_is_cut_with_a_mark():
    payload = payload_of(title="é" * 1000, body="<&>" * 100_000)
    plain, html = contents_of(payload)

    assert len(payload["subject"]) == LONGEST_SUBJECT
    assert payload["subject"].endswith("…")
    assert plain.count("<&>") == LONGEST_BODY // 3
    assert plain.endswith(f"…\n\nFlow: daily-etl\n\n{MESSAGE.link}")
    assert "&amp;&gt;&lt;…</p>" in html


def test_fields_beyond_the_limit_are_counted():
    plain, html = contents_of(payload_of(fields={f"name {number}": "x" for number in range(51)}))

    assert "name 48: x\n…: 2 more" in plain
    assert "2 more" in html


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", 'http://x/" onclick="y', "ftp://x"])
def test_what_is_no_link_is_left_out(link):
    plain, html = contents_of(payload_of(link=link, fields={}))

    assert plain == f"{MESSAGE.title}\n\n{MESSAGE.body}"
    assert "<a " not in html


def test_a_link_stays_within_its_attribute():
    _, html = contents_of(payload_of(link="http://x/?a=\"'&b=<c>"))

    assert '<a href="http://x/?a=&quot;&#x27;&amp;b=&lt;c&gt;" style=' in html


def test_nothing_to_say_is_said_all_the_same():
    payload = payload_of(title=" ", body="", fields={}, link="")

    assert payload["subject"] == "Headwater"
    assert contents_of(payload)[0] == "Headwater"


def test_all_that_is_told_of_one_thing_is_a_thread():
    problem = payload_of(key="one")["headers"]
    recovery = payload_of(key="two", kind=Kind.RECOVERY, severity=Severity.INFO)["headers"]
    other = payload_of(dedup_key="other")["headers"]

    assert problem["Message-ID"] == "<one@example.com>"
    assert recovery["Message-ID"] == "<two@example.com>"
    assert problem["References"] == recovery["References"] == recovery["In-Reply-To"]
    assert problem["References"] != other["References"]


def test_a_message_that_is_sent_again_has_its_id():
    assert payload_of() == payload_of()
    assert payload_of(key="a <b>\n.c@d")["headers"]["Message-ID"] == "<a-b-c-d@example.com>"


@pytest.mark.parametrize(("notify_type", "colour"), [("info", "#d1242f"), ("success", "#2da44e")])
def test_the_colour_is_the_severitys_unless_one_was_chosen(notify_type, colour):
    assert f"solid {colour}" in contents_of(payload_of(notify_type=notify_type))[1]
