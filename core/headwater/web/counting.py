"""Counts requests by their route and the class of their answer's status."""

from collections.abc import Iterator

from flask import Flask, Response, request

from headwater.tallies import Tallies

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
NONE = "none"  # the route of what no route is for


class Requests:
    """Made when the app has all its routes, and before the forks."""

    def __init__(self, app: Flask, tallies: Tallies) -> None:
        self._routes = [NONE, *sorted({rule.rule for rule in app.url_map.iter_rules()})]
        self._places = {route: at * len(CLASSES) for at, route in enumerate(self._routes)}
        self._tally = tallies.allot(len(self._routes) * len(CLASSES))
        app.after_request(self._note)

    def read(self) -> Iterator[tuple[str, str, int]]:
        """Yield route, class of status and count, of what there was at all."""
        counts = iter(self._tally.read())
        for route in self._routes:
            for status in CLASSES:
                if count := next(counts):
                    yield route, status, count

    def _note(self, response: Response) -> Response:
        rule = request.url_rule
        place = 0 if rule is None else self._places.get(rule.rule, 0)
        self._tally.add(place + response.status_code // 100 - 1)
        return response
