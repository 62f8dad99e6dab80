"""Who may open a socket."""

import json

import pytest

from headwater.web.credentials import Secret
from headwater.web.origins import Origins
from headwater.web.sockets.door import Door

LOGIN, GUESS, SURROGATE = "ann:secret", "ann:guess", "\ud800"
CLOSED = Door(Secret(LOGIN))
OPEN = Door()
BASIC = (b"authorization", b"Basic YW5uOnNlY3JldA==")
BEARER = (b"authorization", b"Bearer ann:secret")
WRONG = (b"authorization", b"Bearer ann:guess")


def frame(**rest: object) -> str:
    return json.dumps({"type": "auth", **rest})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (frame(token=LOGIN), None),
        (frame(token=GUESS), "Invalid token"),
        (frame(token=["ann:secret"]), "Invalid token"),
        (frame(token=SURROGATE), "Invalid token"),
        (frame(token=0), "Invalid token"),
        (frame(token=None), "Auth required but no token provided"),
        (frame(token=""), "Auth required but no token provided"),
        (frame(), "Auth required but no token provided"),
        (json.dumps({"type": "filter", "token": LOGIN}), "Expected 'auth' message"),
        (json.dumps([frame(token=LOGIN)]), "Expected 'auth' message"),
        (LOGIN, "Expected 'auth' message"),
        ("[" * 100_000, "Expected 'auth' message"),
    ],
)
def test_the_first_frame_has_the_secret(text: str, fault: str | None) -> None:
    assert CLOSED.find_fault(text) == fault


@pytest.mark.parametrize("token", [None, "any", 7])
def test_without_a_secret_any_token_will_do(token: object) -> None:
    assert OPEN.find_fault(frame(token=token)) is None
    assert OPEN.find_fault("{}") == "Expected 'auth' message"


@pytest.mark.parametrize(
    ("headers", "admitted"), [([], False), ([WRONG], False), ([BASIC], True), ([BEARER], True)]
)
def test_who_sends_no_frame_has_the_secret_in_a_header(
    headers: list[tuple[bytes, bytes]], admitted: bool
) -> None:
    assert CLOSED.admits(headers, shakes_hands=False) is admitted
    assert CLOSED.admits(headers, shakes_hands=True)  # the frame decides
    assert OPEN.admits(headers, shakes_hands=False)


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        (b"http://127.0.0.1:4200", True),
        (b"https://own.example", True),
        (b"https://named.example", True),
        (b"https://evil.example", False),
        (b"null", False),
    ],
)
def test_a_page_of_another_site_stays_out(origin: bytes, admitted: bool) -> None:
    door = Door(origins=Origins(["https://named.example"], "https://own.example/flows"))
    headers = [(b"host", b"127.0.0.1:4200"), (b"origin", origin)]

    assert door.admits(headers, shakes_hands=True) is admitted


def test_a_trusted_proxy_says_what_our_name_is() -> None:
    headers = [
        (b"host", b"10.0.0.7:4200"),
        (b"x-forwarded-host", b"evil.example, flows.example"),
        (b"origin", b"https://flows.example"),
    ]

    assert Door(proxies={"host": 1}).admits(headers, shakes_hands=True)
    assert not Door(proxies={"for": 1}).admits(headers, shakes_hands=True)
