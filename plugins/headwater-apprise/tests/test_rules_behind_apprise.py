"""The bridge against the rules of services behind it, as the fakes enforce them."""

import logging

import pytest
from pydantic import ValidationError

from headwater.api import ConfigError
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_apprise import channel as channel_module
from headwater_apprise import headwater_channels
from headwater_apprise import settings as settings_module
from headwater_apprise.channel import AppriseBridge
from headwater_apprise.settings import ENABLED, OFF, AppriseSettings
from tests.fakes.rules import RulesContract
from tests.waiting import wait_until

TOKEN = "a" * 26


def bridge_to(url, **settings):
    return AppriseBridge(AppriseSettings(url=url, **settings), HttpClient(allow_private=True))


@pytest.fixture
def open_channel(fakes):
    place = fakes.gotify.partition("://")[2]
    return lambda query="", **settings: bridge_to(f"gotify://{place}/{TOKEN}{query}", **settings)


@pytest.fixture
def mattermost(fakes):
    return f"mmost://{fakes.mattermost.partition('://')[2].removesuffix('/hooks')}/{TOKEN}"


class TestRulesBehindApprise(RulesContract):
    service, name = "gotify", "Gotify"
    all_settings = {"notify_type": "failure"}  # noqa: RUF012


def test_news_is_as_the_service_has_it(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    body = fakes.log()[0]["body"]
    assert body["title"] == MESSAGE.title
    assert body["message"] == f"{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}"


def test_no_text_calls_anybody_elsewhere(mattermost, fakes):
    texts = {"title": "@all", "body": "<!channel> <@U1> @ann"}
    bridge_to(mattermost).send(MESSAGE.model_copy(update=texts), "key")

    assert fakes.answers() == [(200, [])]


@pytest.mark.parametrize(
    ("status", "permanent", "limited"),
    [(400, True, False), (404, True, False), (429, False, True), (503, False, False)],
)
def test_the_status_that_apprise_tells_decides(open_channel, fakes, status, permanent, limited):
    fakes.control("gotify", next=[{"status": status, "body": "no"}])
    channel = open_channel()
    error = fail(channel)

    assert str(error).startswith(f"Gotify answered {status}: ")
    assert f"error={status}" in str(error)
    assert (error.permanent, error.limited) == (permanent, limited)
    assert (channel.http.last.status, f"error={status}" in channel.http.last.text) == (status, True)


def test_recipients_are_told_one_by_one_and_those_who_may_be_told_later_decide(mattermost, fakes):
    fakes.control("mattermost", next=[{"status": 404}, {"status": 503}])
    channel = bridge_to(f"{mattermost}?channels=one,two,three")
    error = fail(channel)

    assert not error.permanent
    assert str(error).startswith("1 of 3 recipients were told. recipient 1: Mattermost answered 40")
    assert "; recipient 2: Mattermost answered 503" in str(error)
    assert [one["status"] for one in fakes.log()] == [404, 503, 200]


def test_one_after_which_nothing_is_heard_leaves_the_others_for_later(mattermost, fakes):
    fakes.control("mattermost", next=[{"status": 200, "delay_s": 0.3}])
    channel = bridge_to(f"{mattermost}?channels=one,two")
    channel.longest = 0.1
    failed = channel.send_to(channel.targets(), MESSAGE, "key")

    assert [str(error) for error in failed.values()] == [
        "Mattermost: nothing was heard within 0.1 seconds",
        channel_module.LATE,
    ]
    assert wait_until(fakes.answers) == [(200, ["forced"])]


@pytest.mark.parametrize("query", ["?optional=yes", "?retry=3&wait=0", "?overflow=split"])
def test_no_url_makes_a_failure_a_success_or_several_tries(open_channel, fakes, query):
    fakes.control("gotify", next=[{"status": 503}])
    fail(open_channel(query), MESSAGE.model_copy(update={"body": "x" * 50_000}))

    assert len(fakes.log()) == 1


def test_what_apprise_says_is_in_no_log_and_its_url_in_no_record(open_channel, fakes):
    fakes.control("gotify", next=[{"status": 404}])
    channel, root, told = open_channel(), logging.getLogger(), []
    listener = logging.Handler()
    listener.emit = told.append
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        error = fail(channel)
    finally:
        root.setLevel(level)
        root.removeHandler(listener)

    assert told == []
    assert TOKEN not in f"{error} {channel.http.last}"


@pytest.mark.parametrize("url", ["slack://T0ken-that-is-bad", "nonsense://T0ken-that-is-bad"])
def test_a_url_that_apprise_cannot_use_is_final_and_warned_of(url):
    error = fail(bridge_to(url))

    assert error.permanent
    assert str(error).startswith("apprise cannot use the URL: ")
    assert "T0ken" not in str(error)
    assert AppriseSettings(url=url).list_warnings() == [str(error)]


def test_a_url_that_it_can_use_is_not_warned_of():
    assert AppriseSettings(url="json://chat.example.com/x").list_warnings() == []


def test_what_hangs_may_still_arrive_and_is_said_to_be_unheard_of(open_channel, fakes):
    fakes.control("gotify", next=[{"status": 200, "delay_s": 0.3}])
    channel = open_channel()
    channel.longest = 0.1
    error = fail(channel)

    assert str(error) == "Gotify: nothing was heard within 0.1 seconds"
    assert not error.permanent
    assert wait_until(fakes.answers) == [(200, ["forced"])]


@pytest.mark.parametrize("value", ["", "false", "0", "off"])
def test_nothing_is_sent_before_it_is_switched_on(monkeypatch, open_channel, fakes, value):
    monkeypatch.setenv(ENABLED, value)
    channel = open_channel()
    error = fail(channel)

    assert (str(error), error.permanent) == (OFF, True)
    assert channel.settings.list_warnings() == [OFF]
    assert fakes.log() == []


def test_what_is_neither_on_nor_off_is_told_at_the_start(monkeypatch):
    assert headwater_channels() == [AppriseBridge]
    monkeypatch.setenv(ENABLED, "maybe")

    with pytest.raises(ConfigError, match=f"{ENABLED} is neither"):
        headwater_channels()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"url": "very-secret"}, "is no URL"),
        ({"url": "slack://very-secret x"}, "is no URL"),
        ({"url": "slack://very-secret/?template=/etc/passwd"}, "files of the server"),
        ({"url": "fcm://very-secret/?x=1&%6beyfile=/etc/passwd"}, "files of the server"),
        ({"url": "json://very-secret", "allow_private_urls": False}, "no guard holds"),
    ],
)
def test_what_cannot_be_held_is_refused_without_telling_it(settings, told):
    with pytest.raises(ValidationError, match=told) as caught:
        AppriseSettings(**settings)

    assert "very-secret" not in str(caught.value.errors(include_input=False))


@pytest.mark.parametrize(
    ("url", "said", "shown"),
    [
        ("tgram://123456:ABC-DEF/@chat", "no bot 123456:ABC-DEF", "no bot ***"),
        (
            "mailto://me:correcthorse@example.com",
            "correcthorse at example.com",
            "*** at example.com",
        ),
        ("json://h/x?token=s%2Fcret", "s/cret and s%2Fcret", "*** and ***"),
        ("json://chat.example.com/hooks", "chat.example.com/hooks", "chat.example.com/hooks"),
    ],
)
def test_parts_of_the_url_are_hidden(url, said, shown):
    assert AppriseSettings(url=url).mask(said) == shown


def test_the_library_is_loaded_no_sooner_than_it_is_used():
    for module in (channel_module, settings_module):
        assert not {"apprise", "bridge"} & set(vars(module))
