"""What plugins use stays: within a major version of their API nothing of it goes or changes."""

from headwater.api import API_VERSION
from tests.plugins.surface import RECORD, facts

RECORDED = RECORD.read_text().splitlines()


def callable_of(fact):
    return fact.partition("(")[0]


def test_nothing_that_is_recorded_is_gone():
    gone = sorted(set(RECORDED) - set(facts()))

    assert gone == [], "deprecate it first; if it may go: python -m tests.plugins.surface"


def test_nothing_that_was_called_before_wants_more_than_before():
    known = {callable_of(fact) for fact in RECORDED}
    new = set(facts()) - set(RECORDED)

    assert [f for f in new if "(" in f and not f.endswith("=)") and callable_of(f) in known] == []


def test_the_version_is_the_recorded_one():
    assert f"headwater_api {API_VERSION}" in RECORDED
