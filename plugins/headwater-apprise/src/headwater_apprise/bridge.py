"""Speaks to the library. Nothing imports it before something is sent: it takes long to load."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident

from apprise import Apprise, AppriseAsset, NotifyBase, OverflowMode
from apprise.result import AppriseResultStatus, NotifyResult

# What it logs has parts of URLs. It is kept with the attempt instead, without them.
_logger = logging.getLogger("apprise")
_logger.propagate = False
_logger.setLevel(logging.WARNING)
# Below that it logs whole addresses, which often are the credential.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Outcome:
    """How a service was told: what apprise said of it is not masked yet."""

    service: str
    delivered: bool
    timed_out: bool
    said: list[str]


class UnusableError(Exception):
    """apprise makes no service of a URL: it says why, and that may have parts of the URL."""


def find_fault(url: str) -> str:
    """Return why apprise cannot use *url*, "" if it can."""
    try:
        open_service(url)
    except UnusableError as error:
        return str(error)
    return ""


def open_service(url: str) -> NotifyBase:
    """Return the service behind *url*; raise UnusableError."""
    asset = AppriseAsset(
        app_id="Headwater",
        app_desc="Headwater",
        async_mode=False,
        http_redirects=False,
    )
    with _heard() as said:
        service = Apprise.instantiate(url, asset=asset)
    if not isinstance(service, NotifyBase):
        # The first says why; the last only repeats the URL.
        raise UnusableError(said[0] if said else "it knows no such service")
    # Whatever the URL says of these: no redirect leads elsewhere, a failure is one, the tries are
    # ours, and what is too long is one message.
    service.redirects, service.optional, service.retry = False, False, 0
    service.overflow_mode = OverflowMode.TRUNCATE
    return service


def find_targets(service: NotifyBase) -> list[str]:
    """Return those of a URL whom its service tells one by one, if that can be steered."""
    _, targets = _targets_of(service)
    return [repr(target) for target in targets]


def choose(service: NotifyBase, target: str) -> None:
    """Have *service* tell one of its targets alone."""
    name, targets = _targets_of(service)
    setattr(service, name, [one for one in targets if repr(one) == target])


def _targets_of(service: NotifyBase) -> tuple[str, list[object]]:
    # As most of apprise's services call them. One that tells several by one request has no more
    # than one message for them.
    for name in ("targets", "channels", "topics"):
        found = getattr(service, name, None)
        if isinstance(found, list) and len(found) == len(service) > 1:
            return name, found
    return "", []


def send(service: NotifyBase, title: str, body: str, kind: str, longest: float) -> Outcome:
    """Tell the service. After *longest* seconds nobody waits, but the message may still arrive."""
    apprise = Apprise(asset=service.asset)
    apprise.add(service)
    result = apprise.notify(
        body,
        title=title,
        notify_type=kind,
        body_format="text",
        timeout=longest,
        log_level=logging.WARNING,
    )
    said = [entry.message for entry in result.logs()]
    results: list[NotifyResult] = list(result)
    return Outcome(
        str(service.service_name),
        bool(results) and bool(result),
        AppriseResultStatus.TIMEOUT in {result.status, *(each.status for each in results)},
        said,
    )


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Yield the list of what apprise warns of in this thread."""
    said: list[str] = []
    thread = get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                said.append(record.getMessage())

    listener = Listener(logging.WARNING)
    _logger.addHandler(listener)
    try:
        yield said
    finally:
        _logger.removeHandler(listener)
