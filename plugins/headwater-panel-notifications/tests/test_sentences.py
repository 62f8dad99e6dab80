"""Policies in a sentence each."""

import pytest

from headwater.api.notifications import Grouping, QuietHours
from headwater.api.pages import as_text
from headwater_panel_notifications.sentences import Words, say

NIGHT = {"timezone": "UTC", "start": "22:00", "end": "07:00"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (Words(), "If a run of any flow enters any state, tell nobody."),
        (
            Words(states=["Failed"], tags=["daily-etl"], channels=["#data-alerts"]),
            "If a run of any flow with the tag daily-etl enters Failed, tell #data-alerts.",
        ),
        (
            Words(flows=["a", "b", "c"], tags=["x", "y"], states=["Failed"], channels=["p", "q"]),
            "If a run of a, b or c with the tag x or y enters Failed, tell p and q.",
        ),
        (
            Words(tags=["x"], all_tags=True, deployments=["etl/nightly"], pools=["k8s"]),
            "If a run of any flow from the deployment etl/nightly in the work pool k8s "
            "with the tag x enters any state, tell nobody.",
        ),
        (
            Words(channels=["ops"], fallbacks=["mail", "sms"], recovery=True),
            "If a run of any flow enters any state, tell ops; where that fails, mail, then sms, "
            "and say so when it works again.",
        ),
    ],
)
def test_a_policy_is_one_sentence(words, sentence):
    assert as_text(say(words)) == sentence


def test_what_was_chosen_stands_out():
    chosen = [word for word, strong in say(Words(flows=["etl"], channels=["ops"])) if strong]

    assert chosen == ["etl", "any state", "ops"]


@pytest.mark.parametrize(
    ("grouping", "sentence"),
    [
        ({}, "All its news come together: the first after 30 seconds, more after 5 minutes."),
        (
            {"by": ["flow", "work_pool"], "wait": 0, "interval": 3600, "repeat": 86400},
            "News alike in flow and work pool come together: the first at once, "
            "more after 1 hour, what still fails again after 1 day.",
        ),
        ({"interval": 0}, "All its news come together: the first after 30 seconds."),
    ],
)
def test_what_comes_together_is_a_sentence(grouping, sentence):
    said = as_text(say(Words(grouping=Grouping.model_validate(grouping))))

    assert said.endswith(f"tell nobody. {sentence}")


@pytest.mark.parametrize(
    ("quiet", "sentence"),
    [
        (
            {},
            "It is quiet from 22:00 to 07:00 the next day (UTC); "
            "what happens then is told afterwards.",
        ),
        (
            {"weekdays": ["sunday", "saturday"], "end": "23:30", "breaks_through": "error"},
            "On Saturday and Sunday it is quiet from 22:00 to 23:30 (UTC), but for errors; "
            "what happens then is told afterwards.",
        ),
        (
            {"weekdays": ["monday", "tuesday", "wednesday"], "then": "drop"}
            | {"breaks_through": "warning"},
            "On Monday to Wednesday it is quiet from 22:00 to 07:00 the next day (UTC), "
            "but for warnings and errors; what happens then is dropped.",
        ),
    ],
)
def test_quiet_hours_are_a_sentence(quiet, sentence):
    said = as_text(say(Words(quiet=QuietHours.model_validate(NIGHT | quiet))))

    assert said.endswith(f"tell nobody. {sentence}")
