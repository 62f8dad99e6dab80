"""What Discord is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind, Severity
from headwater.api.texts import utf16
from headwater.testing import MESSAGE
from headwater_discord.payload import (
    LARGEST_EMBED,
    LONGEST_CONTENT,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    LONGEST_VALUE,
    MOST_FIELDS,
    compose,
    compose_plainly,
)
from headwater_discord.settings import DiscordSettings


def settings_of(**settings):
    return DiscordSettings(url="https://discord.com/api/webhooks/123/abc", **settings)


def payload_of(settings=None, **changes):
    return compose(MESSAGE.model_copy(update=changes), settings or settings_of())


def embed_of(**changes):
    (embed,) = payload_of(**changes)["embeds"]
    return embed


def size_of(embed):
    parts = [part for field in embed["fields"] for part in (field["name"], field["value"])]
    return sum(map(utf16, [embed["title"], embed["description"], *parts]))


def test_a_message_is_an_embed_with_its_link():
    payload = payload_of()

    assert payload["content"] == ""
    (embed,) = payload["embeds"]
    assert embed["title"] == MESSAGE.title
    assert embed["description"] == f"{MESSAGE.body}\n\n[Open in Headwater]({MESSAGE.link})"
    assert embed["fields"] == [{"name": "Flow", "value": "daily-etl", "inline": True}]
    assert embed["color"] == 0xD1242F


def test_a_recovery_is_green():
    assert embed_of(kind=Kind.RECOVERY, severity=Severity.INFO)["color"] == 0x2DA44E


def test_users_texts_are_shown_as_they_are():
    text = "**a** <@123> :skull: [b](http://x)"
    embed = embed_of(title=text, body=text, fields={text: text}, link="")

    shown = "\\*\\*a\\*\\* \\<@123> \\:skull: \\[b\\](http://x)"
    assert [embed["title"], embed["description"]] == [shown, shown]
    assert [embed["fields"][0][part] for part in ("name", "value")] == [shown, shown]


def test_nobody_is_called_whom_the_text_names():
    assert payload_of(body="@everyone <@123>")["allowed_mentions"] == {
        "parse": [],
        "users": [],
        "roles": [],
    }


@pytest.mark.parametrize("kind", Kind)
def test_those_chosen_are_called_when_there_is_a_problem(kind):
    payload = payload_of(settings_of(mention_users=["1"], mention_roles=["2"]), kind=kind)

    users, roles, content = ["1"], ["2"], "<@1> <@&2>"
    if kind is not Kind.PROBLEM:
        users, roles, content = [], [], ""
    assert payload["allowed_mentions"] == {"parse": [], "users": users, "roles": roles}
    assert payload["content"] == content


def test_all_whom_a_channel_may_call_fit():
    numbers = [str(10**19 + number) for number in range(100)]
    settings = settings_of(mention_users=numbers, mention_roles=numbers, tts=True)
    payload = payload_of(settings, title="*" * 500)

    assert len(payload["content"]) <= LONGEST_CONTENT
    assert len(compose_plainly(MESSAGE, settings)["content"]) <= LONGEST_CONTENT


def test_a_title_to_be_read_aloud_is_content():
    payload = payload_of(settings_of(tts=True))

    assert (payload["tts"], payload["content"]) == (True, MESSAGE.title)


def test_a_sign_says_how_bad_the_news_is():
    (embed,) = payload_of(settings_of(include_image=True))["embeds"]

    assert embed["title"] == f"❌ {MESSAGE.title}"


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({"botname": "News"}, "username", "News"),
        ({"botname": "my Clyde"}, "username", None),
        ({"avatar_url": "https://x/y.png"}, "avatar_url", "https://x/y.png"),
        ({"avatar_url": "y.png"}, "avatar_url", None),
        ({"thread_name": " a\nb "}, "thread_name", "a b"),
        ({"thread_name": "x" * 200}, "thread_name", "x" * 99 + "…"),
        ({"thread_name": "a", "thread_id": "1"}, "thread_name", None),
        ({"thread_name": " "}, "thread_name", None),
    ],
)
def test_what_discord_would_refuse_is_left_out(settings, name, value):
    assert payload_of(settings_of(**settings)).get(name) == value
    assert compose_plainly(MESSAGE, settings_of(**settings)).get(name) == value


@pytest.mark.parametrize("sign", ["x", "*", "😀", "a\n"])
def test_a_large_message_is_cut_to_each_limit(sign):
    text = sign * 10_000
    embed = embed_of(title=text, body=text, fields={f"{n} {text}": text for n in range(40)})

    assert utf16(embed["title"]) <= LONGEST_TITLE
    assert utf16(embed["description"]) <= LONGEST_DESCRIPTION
    assert embed["description"].endswith(f"…\n\n[Open in Headwater]({MESSAGE.link})")
    assert size_of(embed) <= LARGEST_EMBED
    assert embed["fields"][-1]["name"] == "…"


@pytest.mark.parametrize(("count", "shown", "more"), [(25, 25, None), (26, 25, "2 more")])
def test_fields_beyond_the_limit_are_counted(count, shown, more):
    fields = embed_of(fields={str(number): "v" for number in range(count)})["fields"]

    assert len(fields) == shown <= MOST_FIELDS
    assert (fields[-1]["value"] if more else None) == more


@given(st.text(st.sampled_from("a*<😀\n é")), st.integers(0, 30))
def test_any_message_fits(text, times):
    embed = embed_of(title=text, body=text * times * 20, fields={text: text * times * 9})

    assert embed["title"]
    assert size_of(embed) <= LARGEST_EMBED
    assert all(field["name"] and field["value"] for field in embed["fields"])
    assert all(utf16(field["value"]) <= LONGEST_VALUE for field in embed["fields"])


def test_a_message_without_words_has_a_title():
    assert embed_of(title=" ", body="", fields={}, link="")["title"] == "Headwater"


def test_the_plain_form_says_all_in_one_content():
    content = compose_plainly(MESSAGE.model_copy(update={"body": "*" * 5000}), settings_of())[
        "content"
    ]

    assert len(content) <= LONGEST_CONTENT
    assert content.startswith(f"{MESSAGE.title}\n\\*\\*")
    assert content.endswith(f"…\n{MESSAGE.link}")
