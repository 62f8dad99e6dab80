"""Automations in a sentence each."""

from uuid import UUID

import pytest

from headwater.api.pages import as_text
from headwater.testing.pages import PanelContract
from headwater_panel_automations.names import GONE, Names
from headwater_panel_automations.sentences import say

ETL, NIGHTLY, K8S, OPS = (UUID(int=number) for number in (1, 2, 3, 4))
NAMES = Names(
    {
        "flow": {ETL: "etl"},
        "deployment": {NIGHTLY: "etl/nightly"},
        "work pool": {K8S: "k8s"},
        "channel": {OPS: "ops"},
        "webhook": {OPS: "siren"},
        "automation": {OPS: "other"},
    }
)
RESOURCE, ROLE = "prefect.resource.id", "prefect.resource.role"
RUNS = {"match": {RESOURCE: "prefect.flow-run.*"}}


def event(**more):
    whole = {"type": "event", "posture": "Reactive", "match": {}, "match_related": {}, "after": []}
    return whole | {"expect": [], "for_each": [], "threshold": 1, "within": 0.0} | more


def metric(name, threshold, operator, **more):
    query = {"name": name, "threshold": threshold, "operator": operator}
    whole = {"type": "metric", "posture": "Metric", "match_related": {}} | RUNS | more
    return whole | {"metric": query | {"range": 3600.0, "firing_for": 600.0}}


def sentence(trigger, *actions, further=(), over=()):
    body = {"trigger": trigger, "actions": actions, "actions_on_trigger": further}
    body |= {"actions_on_resolve": over}
    return as_text(say(body, NAMES))


def failed(**more):
    return event(**({"expect": ["prefect.flow-run.Failed"]} | RUNS | more))


class TestAutomations(PanelContract):
    plugin = "automations"

    def test_the_list_begins_with_the_first_automation(self, client):
        assert "There is no automation yet" in client.get("/automations").text


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (failed(), "a run of any flow enters Failed"),
        (
            failed(
                match_related=[
                    {ROLE: "flow", RESOURCE: f"prefect.flow.{ETL}"},
                    {ROLE: "tag", RESOURCE: ["prefect.tag.a", "prefect.tag.b"]},
                ],
                expect=["prefect.flow-run.Failed", "prefect.flow-run.Crashed"],
            ),
            "a run of etl with the tag a or b enters Failed or Crashed",
        ),
        (
            failed(match_related={ROLE: "deployment", RESOURCE: f"prefect.deployment.{NIGHTLY}"}),
            "a run of any flow from the deployment etl/nightly enters Failed",
        ),
        (
            failed(expect=["prefect.flow-run.*"], threshold=3, within=3600.0),
            "a run of any flow enters any state, 3 times within 1 hour",
        ),
        (
            failed(
                posture="Proactive",
                after=["prefect.flow-run.Running"],
                expect=["prefect.flow-run.*"],
                within=1800.0,
            ),
            "a run of any flow enters Running and stays so for 30 minutes",
        ),
        (
            failed(posture="Proactive", within=86400.0),
            "for 1 day not once a run of any flow enters Failed",
        ),
        (
            event(
                match={RESOURCE: f"prefect.work-pool.{K8S}"}, expect=["prefect.work-pool.not-ready"]
            ),
            "the work pool k8s becomes not ready",
        ),
        (
            event(match={RESOURCE: f"prefect.work-pool.{OPS}"}, expect=["prefect.work-pool.ready"]),
            f"the work pool {GONE} becomes ready",
        ),
        (
            event(
                match={RESOURCE: "prefect.deployment.*"},
                posture="Proactive",
                after=["prefect.deployment.not-ready"],
                expect=["prefect.deployment.ready"],
                within=600.0,
            ),
            "any deployment becomes not ready and does not become ready within 10 minutes",
        ),
        (
            event(
                match={RESOURCE: "prefect.deployment.*"},
                posture="Proactive",
                after=["prefect.deployment.not-ready"],
                expect=["prefect.deployment.paused", "prefect.deployment.ready"],
                within=600.0,
            ),
            "any deployment becomes not ready and stays so for 10 minutes",
        ),
        (event(), "any event happens"),
        (
            event(
                expect=["lunch.*", "tea"],
                after=["bell"],
                match={RESOURCE: "my.desk", "room": "!kitchen"},
                match_related={RESOURCE: ["a", "b"]},
                threshold=2,
            ),
            "lunch.* or tea of my.desk of what has the room !kitchen related to a or b happens "
            "after bell, 2 times",
        ),
        (
            event(posture="Proactive", expect=["lunch"], after=["bell"], within=10.0),
            "no lunch comes within 10 seconds of bell",
        ),
        (
            event(posture="Proactive", expect=["beat"], threshold=5, within=60.0),
            "fewer than 5 beat comes within 1 minute",
        ),
        (
            {
                "type": "compound",
                "require": "all",
                "within": 60.0,
                "triggers": [event(expect=["a"]), failed()],
            },
            "all of these happen within 1 minute: a happens and a run of any flow enters Failed",
        ),
        (
            {
                "type": "sequence",
                "within": None,
                "triggers": [event(expect=[name]) for name in "abc"],
            },
            "these come in order: a happens, then b happens, then c happens",
        ),
        ({"type": "sequence", "within": -1.0, "triggers": []}, "nothing happens"),
        (
            metric("successes", 0.9, "<"),
            "the share of successes of runs of any flow over 1 hour is below 90% for 10 minutes",
        ),
        (
            metric("successes", 0.995, ">=", match={}),
            "the share of successes of runs of any flow over 1 hour is at least 99.5% for "
            "10 minutes",
        ),
        (
            metric(
                "duration",
                120.0,
                ">",
                match_related={ROLE: "tag", RESOURCE: "prefect.tag.nightly"},
            ),
            "the average duration of runs of any flow with the tag nightly over 1 hour is above "
            "2 minutes for 10 minutes",
        ),
        (
            metric("lateness", 0.0, "<=", match={RESOURCE: "x"}, match_related={"a": "b"}),
            "the average lateness of runs of x related to what has the a b over 1 hour is at "
            "most 0 seconds for 10 minutes",
        ),
        (failed(match={RESOURCE: "x"}), "prefect.flow-run.Failed of x happens"),
        (failed(match_related={"a": []}), None),
    ],
)
def test_what_is_waited_for_is_a_clause(trigger, said):
    whole = sentence(trigger)

    assert whole.startswith("When ")
    assert whole.endswith(", do nothing.")
    if said is not None:
        assert whole == f"When {said}, do nothing."


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"type": "do-nothing"}, "do nothing"),
        (
            {"type": "run-deployment", "source": "selected", "deployment_id": str(NIGHTLY)},
            "run the deployment etl/nightly",
        ),
        (
            {"type": "pause-work-pool", "source": "inferred", "work_pool_id": None},
            "pause the work pool that it is about",
        ),
        (
            {"type": "resume-automation", "source": "selected", "automation_id": str(OPS)},
            "resume the automation other",
        ),
        ({"type": "cancel-flow-run"}, "cancel the run"),
        (
            {"type": "change-flow-run-state", "state": "FAILED", "name": None},
            "set the run to Failed",
        ),
        ({"type": "send-notification", "block_document_id": str(OPS)}, "tell ops"),
        ({"type": "call-webhook", "block_document_id": str(OPS)}, "call the webhook siren"),
        ({"type": "declare-incident", "title": "x"}, "declare an incident"),
        ({"type": "declare-incident", "severity": "minor"}, "declare a minor incident"),
        ({"type": "sound-the-horn"}, "sound-the-horn"),
    ],
)
def test_what_is_done_is_a_clause(action, said):
    assert sentence(failed(), action) == f"When a run of any flow enters Failed, {said}."


def test_several_actions_are_told_in_order():
    done = [{"type": "cancel-flow-run"}, {"type": "do-nothing"}]

    told = sentence(failed(), *done, further=[{"type": "delete-flow-run"}])

    assert told.endswith(", cancel the run, do nothing and delete the run.")


def test_what_is_done_once_a_metric_is_over_comes_last():
    over = [{"type": "resume-deployment", "deployment_id": NIGHTLY}, {"type": "do-nothing"}]
    trigger = metric("successes", 0.9, "<")

    told = sentence(trigger, {"type": "do-nothing"}, over=over)

    end = "; once it no longer is, resume the deployment etl/nightly and do nothing."
    assert told.endswith(f" for 10 minutes, do nothing{end}")
    assert "once" not in sentence(failed(), over=over)  # which nothing ever does
