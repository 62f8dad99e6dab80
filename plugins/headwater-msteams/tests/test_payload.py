"""What Teams is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind, Severity
from headwater.testing import MESSAGE
from headwater_msteams.payload import LARGEST, MOST_LINES, compose, size_of
from headwater_msteams.settings import TeamsSettings

NBSP = "\N{NO-BREAK SPACE}"


def payload_of(notify_type="info", include_image=False, **changes):
    settings = TeamsSettings(url="https://x", notify_type=notify_type, include_image=include_image)
    return compose(MESSAGE.model_copy(update=changes), settings)


def card_of(**changes):
    (attachment,) = payload_of(**changes)["attachments"]
    return attachment["content"]


def lines_of(card):
    """Return what is read below the title, and whether each line stands apart."""
    return [
        ("".join(run["text"] for run in block["inlines"]), block["spacing"] == "Medium")
        for block in card["body"][1:]
    ]


def title_of(card):
    (block,) = card["body"][0]["items"]
    return block["inlines"][0]["text"]


def test_a_message_is_a_card_with_its_fields_and_its_link():
    card = card_of()

    assert title_of(card) == MESSAGE.title
    assert lines_of(card) == [(MESSAGE.body, True), ("Flow: daily-etl", True)]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open in Headwater", "url": MESSAGE.link}
    ]


@pytest.mark.parametrize(
    ("kind", "severity", "notify_type", "style"),
    [
        (Kind.PROBLEM, Severity.ERROR, "info", "attention"),
        (Kind.PROBLEM, Severity.WARNING, "info", "warning"),
        (Kind.RECOVERY, Severity.INFO, "info", "good"),
        (Kind.TEST, Severity.INFO, "info", "accent"),
        (Kind.PROBLEM, Severity.ERROR, "success", "good"),
    ],
)
def test_the_style_is_the_tones(kind, severity, notify_type, style):
    card = card_of(kind=kind, severity=severity, notify_type=notify_type)

    assert card["body"][0]["style"] == style


def test_a_sign_says_how_bad_the_news_is():
    assert title_of(card_of(include_image=True)) == f"❌ {MESSAGE.title}"


def test_each_line_is_a_line_and_empty_ones_are_a_distance():
    card = card_of(body="one\ntwo\r\n\n\n  three\n\tfour\n", fields={})

    assert lines_of(card) == [
        ("one", True),
        ("two", False),
        (f"{NBSP * 2}three", True),
        (f"{NBSP * 4}four", False),
    ]


def test_all_texts_are_runs_which_have_no_markdown():
    card = card_of(title="**t**", body="[b](http://x)\n# c", fields={"_f_": "*v*"})

    assert title_of(card) == "**t**"
    assert [line for line, _ in lines_of(card)] == ["[b](http://x)", "# c", "_f_: *v*"]
    assert "'TextBlock'" not in str(card)


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "http://x/" + "y" * 4000])
def test_no_link_is_better_than_one_that_teams_refuses(link):
    assert "actions" not in card_of(link=link)


@pytest.mark.parametrize("sign", ["x", '"', "é", "😀", "a\n", "\n", "\t"])
def test_a_large_message_is_cut_with_a_mark(sign):
    text = f"a{sign}" * 50_000
    payload = payload_of(title=text, body=text, fields={f"{n} {text}": text for n in range(99)})

    assert size_of(payload) <= LARGEST
    lines = [line for line, _ in lines_of(payload["attachments"][0]["content"])]
    assert lines[-1] == "…"
    facts = [index for index, line in enumerate(lines) if ": " in line]
    assert lines[facts[0] - 1].endswith("…")


def test_many_short_lines_are_cut_with_a_mark():
    lines = lines_of(card_of(body="x\n" * 1000, fields={}))

    assert len(lines) == MOST_LINES + 1
    assert lines[-1][0] == "…"


def test_what_has_room_is_shown_whole():
    body = "\n".join(f"line {number} of a traceback" for number in range(100))

    assert len(lines_of(card_of(body=body, fields={}))) == 100


@given(st.text(st.sampled_from('a"😀\n é\t…')), st.integers(0, 30))
def test_any_message_fits(text, times):
    payload = payload_of(title=text, body=text * times * 50, fields={text: text * times * 9})

    assert size_of(payload) <= LARGEST


def test_a_message_without_words_has_a_title():
    card = card_of(title=" ", body="\n", fields={}, link="")

    assert title_of(card) == "Headwater"
    assert lines_of(card) == []
