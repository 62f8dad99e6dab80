"""The HTTP client that channels send with: guarded against what a user's URL could make it do."""

from collections.abc import Mapping

from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http.answers import Answer

LONGEST = 15.0  # seconds for the whole exchange, however slowly the answer drips


class HttpClient:
    """Posts without redirects, proxies or secrets in errors.

    *last* is the latest answer, for the record of the attempt.
    """

    def __init__(self, *, allow_private: bool, longest: float = LONGEST) -> None:
        self._allow_private = allow_private
        self._longest = longest
        self.last: Answer | None = None

    def post(
        self, url: SecretStr, body: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post *body* as JSON; raise DeliveryError for a redirect, or when no answer was seen."""
        # Late, since it imports requests, which the web processes do without.
        from headwater.notifications.http.exchange import exchange

        self.last = None
        self.last = exchange(
            url.get_secret_value(), body, headers or {}, self._allow_private, self._longest
        )
        if 300 <= self.last.status < 400:
            raise DeliveryError(
                f"the service answered {self.last.status}, a redirect; none is followed",
                permanent=True,
            )
        return self.last
