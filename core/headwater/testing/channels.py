"""The contract of channels, as tests: what the core asks of each of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from urllib.parse import quote_plus

import pytest

from headwater.blocks.rules.definitions import definition_of
from headwater.errors import DeliveryError
from headwater.notifications.channels import Channel, ChannelSettings, Kind, Message
from headwater.notifications.http import LONGEST, HttpClient
from headwater.notifications.rules.masking import secrets_of
from headwater.notifications.service.sending import send
from headwater.testing import MESSAGE, FakeService, Received, fake_service

ODD_TEXTS = {
    "emoji": "🧑‍🚀 done 👍🏽",
    "right to left": "\u202eevil\u202c שלום",
    "braces": "{{ flow }} }} {0.__class__} %s %(x)s $HOME",
    "fences": "``` not code ``` *bold* _it_ ~no~",
    "mentions": "<!channel> @everyone <@U123> @here <#C1|x>",
    "markup": "<script>alert(1)</script> & <b>",
    "breaks": "one\r\ntwo\rthree\n\n\n\nfour\u2028five",
    "control": "bell\a escape\x1b[31m nul\0",
    "long line": "x" * 100_000,
    "long": "a line & <tag>\n" * 20_000,
    "nothing": "",
    "blank": " \n ",
}


LONGEST_WAIT = 1e9  # seconds: a service may ask for anything, but for no end of it


def texts_in(body: Any) -> Iterator[str]:
    """Return all texts in a body, at whatever place."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for name, value in body.items():
            yield name
            yield from texts_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from texts_in(value)


def fail(channel: Channel[Any], message: Message = MESSAGE, key: str = "key") -> DeliveryError:
    """Send what is not to succeed; return how it failed."""
    with pytest.raises(DeliveryError) as caught:
        channel.send(message, key)
    return caught.value


@dataclass(frozen=True)
class Limit:
    """What a service takes at most of a text: *find* gets it out of a request's body.

    *place* is the text of the message that ends up there, *most* is in units of *size*. It is not
    that of the service, where the channel leaves room for what else it puts there.
    """

    place: str
    most: int
    find: Callable[[Any], str]
    size: Callable[[str], int] = len


class Service(Protocol):
    """What a channel is pointed at in its tests: it keeps what it *received*."""

    @property
    def url(self) -> str: ...

    @property
    def received(self) -> list[Any]: ...


class AnyChannelContract:
    """What holds for channels over any protocol: of those over HTTP, see `ChannelContract`.

    Subclass it with a fixture *service*, which stands in for what the channel sends to.
    """

    channel_class: ClassVar[type[Channel[Any]]]
    nowhere: ClassVar[str] = "http://127.0.0.1:1"  # where nobody listens

    def settings_for(self, url: str) -> dict[str, Any]:
        """Return the settings of a channel that sends to *url*, an address of this machine."""
        raise NotImplementedError

    @pytest.fixture
    def channel(self, service: Service) -> Channel[Any]:
        return self.open(service.url)

    def open(self, url: str, *, longest: float = LONGEST) -> Channel[Any]:
        """Return the channel; *longest* is how many seconds it waits for an answer."""
        settings = self.channel_class.settings_model.model_validate(self.settings_for(url))
        return self.channel_class(settings, HttpClient(allow_private=True, longest=longest))

    def test_it_says_what_it_is(self) -> None:
        assert self.channel_class.slug.replace("-", "").isalnum()
        assert self.channel_class.title
        assert issubclass(self.channel_class.settings_model, ChannelSettings)

    def test_its_settings_make_a_block_whose_secrets_are_hidden(
        self, channel: Channel[Any]
    ) -> None:
        kind = self.channel_class
        definition = definition_of(kind.slug, kind.title, kind.settings_model, ("notify",))

        assert definition.fields["block_type_slug"] == kind.slug
        assert definition.fields["secret_fields"]
        assert not [secret for secret in secrets_of(channel.settings) if secret in repr(channel)]
        shown = repr(channel.settings)
        assert not [secret for secret in secrets_of(channel.settings) if secret in shown]

    def test_its_quotas_let_messages_through(self, channel: Channel[Any]) -> None:
        rates = [quota.rate for quota in channel.quotas()]

        assert rates
        assert [rate for rate in rates if rate.per_second <= 0 or rate.burst < 1] == []

    def test_keys_of_other_versions_are_passed_over(self, service: Service) -> None:
        settings = self.settings_for(service.url) | {"of_another_version": 1}

        assert self.channel_class.settings_model.model_validate(settings)

    def test_it_sends_a_message_once(self, channel: Channel[Any], service: Service) -> None:
        channel.send(MESSAGE, "key")

        assert len(service.received) == 1

    @pytest.mark.parametrize("kind", Kind)
    def test_it_sends_each_kind(self, channel: Channel[Any], service: Service, kind: Kind) -> None:
        channel.send(MESSAGE.model_copy(update={"kind": kind}), "key")

        assert service.received

    @pytest.mark.parametrize("kind", Kind)
    def test_it_shows_what_it_would_send_and_sends_nothing(
        self, channel: Channel[Any], service: Service, kind: Kind
    ) -> None:
        for text in ODD_TEXTS.values():
            shown = channel.preview(MESSAGE.model_copy(update={"kind": kind, "body": text}))
            assert all(name and isinstance(part, str) for name, part in shown.items())
            assert shown

        assert not service.received

    @pytest.mark.parametrize("place", ["title", "body", "fields", "link"])
    @pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
    def test_it_sends_whatever_texts_there_are(
        self, channel: Channel[Any], service: Service, place: str, text: str
    ) -> None:
        value = {text or "x": text} if place == "fields" else text
        channel.send(MESSAGE.model_copy(update={place: value}), "key")

        assert service.received

    def test_nobody_there_is_a_failure_for_now_that_tells_no_secret(self) -> None:
        channel = self.open(self.nowhere)
        error = fail(channel)

        assert not error.permanent
        assert not [secret for secret in secrets_of(channel.settings) if secret in str(error)]


class ChannelContract(AnyChannelContract):
    """Subclass it in the tests of a channel: its class, and how it is pointed at a web service.

    *answer* is what the service says when it took a message, *gone* when it never will again, and
    *fake* the class of a service with rules. What is known of the service besides: *limits* of its
    texts, and *active* texts that it acts upon, which may reach it in other forms only.
    """

    answer: ClassVar[tuple[int, str]] = (200, "ok")
    gone: ClassVar[tuple[int, str]] = (404, "not found")
    fake: ClassVar[type[FakeService]] = FakeService
    limits: ClassVar[Sequence[Limit]] = ()
    active: ClassVar[Sequence[str]] = ()

    def key_in(self, request: Received) -> str | None:
        """Return the key of a message where the service takes one: see `Channel.send`."""
        return None

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls) -> Iterator[FakeService]:
        with fake_service(cls.fake) as service:
            yield service

    @pytest.fixture
    def service(self, running: FakeService) -> FakeService:
        running.forget()
        running.status, running.text = self.answer
        return running

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_a_service_in_trouble_is_a_failure_for_now(
        self, channel: Channel[Any], service: FakeService, status: int
    ) -> None:
        service.status, service.text = status, "trouble"
        error = fail(channel)

        assert not error.permanent
        assert not error.limited
        assert str(status) in str(error)

    def test_it_passes_on_how_long_to_wait(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        service.status, service.text, service.headers = 429, "slow down", {"Retry-After": "30"}
        error = fail(channel)

        assert (error.limited, error.permanent, error.retry_after) == (True, False, 30)

    @pytest.mark.parametrize("asked", ["soon", "-1", "inf", ""])
    def test_too_many_is_so_however_the_service_says_how_long_to_wait(
        self, channel: Channel[Any], service: FakeService, asked: str
    ) -> None:
        service.status, service.text, service.headers = 429, "", {"Retry-After": asked}
        error = fail(channel)

        assert (error.limited, error.permanent) == (True, False)
        assert error.retry_after is None or 0 <= error.retry_after < LONGEST_WAIT

    def test_a_service_that_never_answers_is_a_failure_for_now(self, service: FakeService) -> None:
        service.hangs = True
        error = fail(self.open(service.url, longest=0.1))

        assert not error.permanent
        assert len(service.requests) == 1

    @pytest.mark.parametrize("status", [401, 403])
    def test_who_may_not_send_is_told_so_at_once(
        self, channel: Channel[Any], service: FakeService, status: int
    ) -> None:
        service.status, service.text = status, "you may not"

        assert fail(channel).permanent

    def test_texts_are_whole_up_to_their_limits_and_cut_beyond(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        for limit in self.limits:
            for length in (limit.most, limit.most + 1, 10 * limit.most):
                channel.send(MESSAGE.model_copy(update={limit.place: "x" * length}), "key")
                sent = limit.find(service.received[-1])
                assert limit.size(sent) <= limit.most, limit
                assert (sent.count("x") == length) == (length <= limit.most), limit
                assert ("…" in sent) == (length > limit.most), limit

    def test_what_the_service_would_act_upon_reaches_it_in_another_form(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        for text in self.active:
            fields = {text: f"a {text} b"}
            changes = {"title": text, "body": f"a {text} b", "fields": fields}
            channel.send(MESSAGE.model_copy(update=changes), "key")
            assert not [one for one in texts_in(service.received[-1]) if text in one], text

    def test_a_message_that_is_sent_again_has_the_same_key(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        for key in ("one", "one", "other"):
            channel.send(MESSAGE, key)
        first, again, other = [self.key_in(request) for request in service.requests]

        assert first == again
        assert first is None or first != other

    def test_what_is_gone_is_given_up(self, channel: Channel[Any], service: FakeService) -> None:
        service.status, service.text = self.gone

        assert fail(channel).permanent

    def test_a_redirect_is_final(self, channel: Channel[Any], service: FakeService) -> None:
        service.status, service.headers = 302, {"Location": "http://169.254.169.254/"}

        assert fail(channel).permanent
        assert len(service.received) == 1

    @pytest.mark.parametrize("status", [400, 403, 404, 500])
    def test_no_failure_tells_a_secret(
        self, channel: Channel[Any], service: FakeService, status: int
    ) -> None:
        service.status, service.text = status, "no"
        error = fail(channel)

        told = [secret for secret in secrets_of(channel.settings) if secret in str(error)]
        assert not told

    def test_no_secret_that_a_service_echoes_is_kept(
        self, channel: Channel[Any], service: FakeService
    ) -> None:
        service.status, service.echoes = 500, True
        tried = send(channel, MESSAGE, "key")

        kept = f"{tried.error} {tried.response}"
        secrets = [json.dumps(secret)[1:-1] for secret in secrets_of(channel.settings)]
        if login := service.requests[0].headers.get("authorization"):
            secrets.append(login.split()[-1])
        assert tried.status == 500
        assert not [secret for secret in secrets if secret in kept or quote_plus(secret) in kept]
