"""Addresses are built as Werkzeug's own rules build them."""

import pytest
from werkzeug.routing import Map, Rule

from headwater.web.late_rules import LateRule


@pytest.mark.parametrize("values", [{"name": "a b/ü", "page": 2}, {"name": "x", "q": ["1", "&"]}])
def test_a_late_rule_builds_what_a_rule_does_each_time(values: dict[str, object]) -> None:
    built = []
    for kind in (Rule, LateRule):
        rule = kind("/api/<name>/<int:page>", endpoint="it", defaults=None)
        plain = kind("/api/<name>", endpoint="it", defaults={"page": 1})
        urls = Map([rule, plain]).bind("example.org", "/base")
        built.append([urls.build("it", values) for _ in range(2)])
        built[-1].append(urls.build("it", {"name": "y"}, append_unknown=False))
    assert built[0] == built[1]
