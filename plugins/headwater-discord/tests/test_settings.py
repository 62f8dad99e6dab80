"""What is kept of a webhook, and the address that it makes."""

import pytest
from pydantic import ValidationError

from headwater_discord.settings import DiscordSettings

PARTS = {"webhook_id": "123", "webhook_token": "abc"}


def address_of(**settings):
    return DiscordSettings(**settings).address.get_secret_value()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://discord.com/api/webhooks/123/a-B_c",
            "https://discord.com/api/webhooks/123/a-B_c?wait=true",
        ),
        (
            " https://discordapp.com/api/webhooks/123/abc/ ",
            "https://discord.com/api/webhooks/123/abc?wait=true",
        ),
        (
            "https://canary.discord.com/api/v10/webhooks/123/abc?thread_id=45",
            "https://canary.discord.com/api/v10/webhooks/123/abc?wait=true&thread_id=45",
        ),
    ],
)
def test_a_url_is_enough(url, address):
    assert address_of(url=url) == address


def test_the_parts_that_the_clients_know_are_enough():
    assert address_of(**PARTS) == "https://discord.com/api/webhooks/123/abc?wait=true"


def test_a_gateway_may_stand_before_the_api():
    base = "http://gateway.lan/discord/"

    assert address_of(**PARTS, base_url=base) == (
        "http://gateway.lan/discord/webhooks/123/abc?wait=true"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"webhook_id": "123"},
        {"webhook_token": "abc"},
        {"webhook_id": "12/3", "webhook_token": "abc"},
        {"url": "https://discord.com/channels/1/2"},
        {"url": "https://discord.com/api/webhooks/123"},
        PARTS | {"thread_id": "general"},
        PARTS | {"mention_users": "ann"},
        PARTS | {"base_url": "ftp://x"},
    ],
)
def test_what_can_never_work_is_refused_without_telling_it(settings):
    with pytest.raises(ValidationError) as caught:
        DiscordSettings(**settings)

    assert "abc" not in str(caught.value.errors(include_input=False))


def test_a_block_that_a_client_saved_is_read():
    saved = {
        "notify_type": "prefect_default",
        "botname": None,
        "tts": False,
        "include_image": False,
        "avatar": False,
        "avatar_url": False,
        "_block_type_slug": "discord-webhook",
    }
    settings = DiscordSettings.model_validate(PARTS | saved)

    assert settings.notify_type == "prefect_default"


def test_a_name_that_discord_refuses_is_left_out_with_a_warning():
    refused = DiscordSettings(**PARTS, botname="Discord news")

    assert refused.username is None
    assert len(refused.list_warnings()) == 1
    good = DiscordSettings(**PARTS, botname="News " + "x" * 100)
    assert len(good.username) == 80
    assert good.list_warnings() == []
