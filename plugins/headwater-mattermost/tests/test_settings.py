"""What is kept of a webhook, and the address that it makes."""

import pytest
from pydantic import ValidationError

from headwater_mattermost.settings import MattermostSettings

TOKEN = {"token": "abc"}


def address_of(**settings):
    return MattermostSettings(**settings).address.get_secret_value()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://chat.example/hooks/abc", "https://chat.example:443/hooks/abc"),
        (" https://chat.example/a/b/hooks/abc/ ", "https://chat.example:443/a/b/hooks/abc"),
        ("http://chat.example:8065/hooks/abc", "http://chat.example:8065/hooks/abc"),
        ("https://chat.example:8065/hooks/abc", "https://chat.example:8065/hooks/abc"),
        ("http://[::1]:8065/hooks/abc", "http://[::1]:8065/hooks/abc"),
    ],
)
def test_a_url_is_enough(url, address):
    assert address_of(url=url) == address


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        # As 2.20 saves them, which knows no `secure`.
        ({"hostname": "chat.example", "port": 8065}, "http://chat.example:8065/hooks/abc"),
        ({"hostname": "chat.example", "port": 443}, "https://chat.example:443/hooks/abc"),
        ({"hostname": "chat.example", "port": 8443}, "https://chat.example:8443/hooks/abc"),
        ({"hostname": "chat.example", "port": 80}, "http://chat.example:80/hooks/abc"),
        # As 3.x does.
        (
            {"hostname": "chat.example", "port": 8065, "secure": True},
            "https://chat.example:8065/hooks/abc",
        ),
        (
            {"hostname": "chat.example", "port": 9000, "secure": False},
            "http://chat.example:9000/hooks/abc",
        ),
        (
            {"hostname": "chat.example", "port": 443, "secure": False},
            "https://chat.example:443/hooks/abc",
        ),
        ({"hostname": "chat.example", "path": "/a/b/"}, "http://chat.example:8065/a/b/hooks/abc"),
        # As people write them, to whom the clients say nothing and send nothing.
        ({"hostname": "https://chat.example", "port": 8065}, "https://chat.example:443/hooks/abc"),
        ({"hostname": "http://chat.example/a/"}, "http://chat.example:80/a/hooks/abc"),
        ({"hostname": "chat.example:9000"}, "https://chat.example:9000/hooks/abc"),
        ({"hostname": " chat.example "}, "http://chat.example:8065/hooks/abc"),
    ],
)
def test_the_parts_that_the_clients_know_are_enough(parts, address):
    assert address_of(**parts, **TOKEN) == address


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hostname": "chat.example"},
        {"token": "abc"},
        {"hostname": "chat example", "token": "abc"},
        {"hostname": "ftp://chat.example", "token": "abc"},
        {"hostname": "chat.example", "token": "abc", "port": 0},
        {"url": "https://chat.example/abc"},
        {"url": "https://chat.example/hooks/"},
        {"url": "chat.example/hooks/abc"},
    ],
)
def test_what_can_never_work_is_refused_without_telling_it(settings):
    with pytest.raises(ValidationError) as caught:
        MattermostSettings(**settings)

    assert "abc" not in str(caught.value.errors(include_input=False))


def test_a_block_that_a_client_saved_is_read():
    saved = {
        "notify_type": "prefect_default",
        "hostname": "chat.example",
        "token": "abc",
        "botname": None,
        "channels": None,
        "include_image": False,
        "path": None,
        "port": 8065,
        "_block_type_slug": "mattermost-webhook",
    }

    assert MattermostSettings.model_validate(saved).notify_type == "prefect_default"


def test_plain_http_is_warned_of():
    assert MattermostSettings(url="https://chat.example/hooks/abc").list_warnings() == []
    (warning,) = MattermostSettings(url="http://chat.example/hooks/abc").list_warnings()
    assert "http" in warning
