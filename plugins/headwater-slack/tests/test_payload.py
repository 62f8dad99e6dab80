"""What Slack is sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api.texts import cut
from headwater.api.tones import COLOURS, Tone
from headwater.testing import MESSAGE
from headwater_slack.payload import (
    LONGEST_BODY,
    LONGEST_SECTION,
    LONGEST_TEXT,
    compose,
    compose_plainly,
    mrkdwn,
    split,
)


def payload_of(notify_type="info", **changes):
    return compose(MESSAGE.model_copy(update=changes), notify_type)


def body_of(payload):
    blocks = payload["attachments"][0]["blocks"]
    return [b["text"]["text"] for b in blocks if b["type"] == "section" and "text" in b]


def test_a_message_reads_well_on_a_phone_and_in_the_channel():
    payload = compose(MESSAGE)

    assert payload["text"] == f"{MESSAGE.body}\n<{MESSAGE.link}|Open in Headwater>"
    assert payload["blocks"][0]["text"]["text"] == MESSAGE.title
    (attachment,) = payload["attachments"]
    body, fields, actions = attachment["blocks"]
    assert body["text"] == {"type": "mrkdwn", "text": MESSAGE.body}
    assert fields["fields"] == [{"type": "mrkdwn", "text": "*Flow*\ndaily-etl"}]
    assert actions["elements"][0]["url"] == MESSAGE.link


@pytest.mark.parametrize(("notify_type", "tone"), [("info", Tone.BAD), ("success", Tone.GOOD)])
def test_the_colour_is_that_of_the_tone(notify_type, tone):
    assert payload_of(notify_type)["attachments"][0]["color"] == COLOURS[tone]


def test_fields_beyond_the_limit_are_counted():
    payload = payload_of(fields={f"name {number}": "value" for number in range(51)})

    sections = [b for b in payload["attachments"][0]["blocks"] if "fields" in b]
    assert [len(section["fields"]) for section in sections] == [10] * 5
    assert sections[-1]["fields"][-1]["text"] == "*…*\n2 more"


def test_large_fields_and_a_large_body_fit_together():
    fields = {f"name {number}": "<&>" * 100 for number in range(50)}
    payload = payload_of(body="x\n" * 50_000, fields=fields)

    blocks = payload["attachments"][0]["blocks"]
    told = [field["text"] for block in blocks for field in block.get("fields", ())]
    assert sum(map(len, [*body_of(payload), *told])) <= LONGEST_BODY
    assert len(told) > 1
    assert told[-1] == f"*…*\n{50 - len(told) + 1} more"


def test_what_users_wrote_cannot_call_a_whole_channel():
    text = "<!channel> a & b"
    payload = payload_of(body=text, title=text, fields={text: text})

    assert "<!channel>" not in json.dumps(payload)
    assert body_of(payload) == ["&lt;!channel&gt; a &amp; b"]


def test_lines_stay_whole_where_a_body_is_split():
    lines = [f"{number:04} & more" for number in range(600)]
    parts = body_of(payload_of(body="\n".join(lines)))

    assert all(len(part) <= LONGEST_SECTION for part in parts)
    assert "\n".join(parts) == mrkdwn("\n".join(lines))


def test_a_body_is_cut_where_slack_takes_no_more():
    parts = body_of(payload_of(body="x\n" * 50_000))

    assert sum(map(len, parts)) <= LONGEST_BODY
    assert parts[-1].endswith("…")


@pytest.mark.parametrize("shift", range(6))
def test_no_escape_is_cut_in_two(shift):
    text = mrkdwn("x" * shift + "&" * 5000)

    assert cut(text, LONGEST_SECTION).endswith("&amp;…")
    assert all(part.endswith("&amp;") for part in split(text, LONGEST_SECTION))
    assert "".join(split(text, LONGEST_SECTION)) == text


@given(st.text(st.sampled_from("a&<\n ")), st.integers(6, 40))
def test_splitting_loses_nothing_but_blanks(text, most):
    parts = list(split(mrkdwn(text), most))

    assert all(0 < len(part) <= most for part in parts)
    kept, whole = "".join(parts), mrkdwn(text)
    assert kept.replace("\n", "").replace(" ", "") == whole.replace("\n", "").replace(" ", "")


def test_a_link_that_would_end_slacks_own_is_told_otherwise():
    payload = payload_of(link="http://x/?a|b>c&d")

    assert payload["text"].endswith("<http://x/?a%7Cb&gt;c&amp;d|Open in Headwater>")


@pytest.mark.parametrize("link", ["", "http://x/" + "y" * 4000])
def test_no_link_is_better_than_one_that_slack_refuses(link):
    payload = payload_of(link=link, fields={})

    assert payload["text"] == MESSAGE.body
    assert [block["type"] for block in payload["attachments"][0]["blocks"]] == ["section"]


def test_nothing_to_say_but_the_title_is_the_title():
    payload = payload_of(link="", fields={}, body="")

    assert payload["text"] == MESSAGE.title
    assert payload["attachments"] == []


def test_the_plain_form_says_all_in_one_text():
    message = MESSAGE.model_copy(update={"body": "x" * 10_000})
    (text,) = [value for name, value in compose_plainly(message).items() if name == "text"]

    assert len(text) == LONGEST_TEXT
    assert text.startswith(f"{MESSAGE.title}\nxxx")
    assert text.endswith(f"…\n<{MESSAGE.link}|Open in Headwater>")
