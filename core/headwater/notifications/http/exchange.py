"""One guarded exchange over HTTP: addresses are checked, its time and its size are bounded."""

import logging
from contextlib import closing
from importlib.metadata import version
from urllib.parse import urlsplit

from requests.exceptions import InvalidHeader, RequestException
from requests.utils import check_header_validity
from urllib3.exceptions import HTTPError, ProxyError, SSLError

from headwater import clock
from headwater.errors import DeliveryError
from headwater.notifications.http.answers import Answer, parse_retry_after
from headwater.notifications.http.connections import GuardedLine, check_behind_proxy
from headwater.notifications.http.deadline import Deadline
from headwater.notifications.http.lines import Lines, Way
from headwater.notifications.http.outgoing import Outgoing

# Below that it logs whole URLs, which often are the credential.
logging.getLogger("urllib3").setLevel(logging.ERROR)

LARGEST_ANSWER = 64 * 1024  # bytes
_HEADERS = {
    "User-Agent": f"Headwater/{version('headwater')}",
    "Accept-Encoding": "identity",  # else a small answer could become a large one
}


def exchange(
    outgoing: Outgoing, allow_private: bool, longest: float, lines: Lines[GuardedLine]
) -> Answer:
    """Send a request and return the answer; raise DeliveryError when no whole one was seen."""
    deadline = Deadline(longest)
    try:
        place = urlsplit(outgoing.url)
        if outgoing.proxy:
            _check_proxy(outgoing.proxy)
            check_behind_proxy(place.hostname or "", allow_private)
        way = Way(place.scheme, place.netloc, outgoing.tls, outgoing.proxy)
        with lines.using(way, lambda: GuardedLine(allow_private, outgoing.tls)) as line:
            line.begin(deadline)
            with deadline.running(lines.alarms):
                answer = _send(line, outgoing)
            if deadline.passed:  # a body without a length seems to end where it was cut off
                raise deadline.error()
    except (RequestException, HTTPError, OSError, UnicodeError, ValueError) as error:
        # Neither str(error) nor the cause: they have the URL, which often is the credential.
        raise _explain(error, deadline) from None
    return answer


def _check_proxy(proxy: str) -> None:
    # To others requests may connect by ways that the guard knows nothing of.
    if not proxy.startswith(("http://", "https://")):
        raise DeliveryError("the proxy is no http or https URL", permanent=True)


def _explain(error: Exception, deadline: Deadline) -> DeliveryError:
    if deadline.passed:
        return deadline.error()
    if isinstance(error, InvalidHeader | UnicodeEncodeError):
        return DeliveryError("a header has signs that HTTP does not take", permanent=True)
    if isinstance(error, ValueError):  # which requests' errors about the URL itself are
        return DeliveryError("the address is no http or https URL", permanent=True)
    kind = type(error).__name__ if isinstance(error, SSLError | ProxyError) else "ConnectionError"
    return DeliveryError(f"cannot reach the service: {kind}")


def _send(line: GuardedLine, outgoing: Outgoing) -> Answer:
    headers = {**_HEADERS, **outgoing.headers}
    for header in headers.items():
        check_header_validity(header)
    with closing(line.ask(outgoing, headers)) as response:
        start = response.read(LARGEST_ANSWER)
        said = response.headers
        return Answer(
            response.status,
            start.decode("utf-8", "replace"),
            parse_retry_after(said.get("Retry-After", ""), clock.now()),
            {name.lower(): said[name] for name in said},
        )
