"""Policies in a sentence each."""

import pytest

from headwater_panel_notifications.sentences import Words, say, text


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
    assert text(say(words)) == sentence


def test_what_was_chosen_stands_out():
    chosen = [word for word, strong in say(Words(flows=["etl"], channels=["ops"])) if strong]

    assert chosen == ["etl", "any state", "ops"]
