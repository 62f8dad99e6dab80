"""The pages that say why an automation fired or not, and what it would have done."""

from uuid import UUID, uuid4

import pytest

from headwater import clock
from tests.automations.actions.making import write_firing
from tests.pages.automations.watching import CANCEL, FAILED, REACTIVE_X, page_of


def test_a_page_says_why_an_automation_fired_or_did_not(view, client, make, fire, make_run):
    run = make_run(state="FAILED")
    automation = make()
    assert "Why did it fire, or not?" in view(page_of(automation)).text

    page = view(f"{page_of(automation)}/why?kind=flow_run_id&about={run['id']}").text

    assert "expected is prefect.flow-run.Failed." in page
    assert "It counted, 1 of 1: the trigger fired." in page
    assert page.index("prefect.flow-run.Failed</a>") < page.index("prefect.flow-run.Pending</a>")
    assert view(f"{page_of(automation)}/why").status == 200


def test_the_page_of_why_shows_what_a_firing_came_to(view, client, make):
    run = client.post("/api/flows/", json={"name": "x"}).json["id"]
    event = {"id": str(uuid4()), "occurred": clock.now().isoformat(), "event": FAILED["expect"][0]}
    event |= {"resource": {"prefect.resource.id": f"prefect.flow-run.{run}"}}
    client.post("/api/events", json=[event])
    automation = make()
    write_firing(CANCEL, automation=UUID(automation), event=event)

    page = view(f"{page_of(automation)}/why?kind=event_id&about={event['id']}").text

    assert "The automation fired, " in page
    assert "Cancel the run" in page


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        ("flow_run_id", "x", "This is not such an id."),
        ("event_id", str(UUID(int=1)), "There is no such event"),
        ("resource_id", "x", "There are no events of it."),
    ],
)
def test_a_question_that_has_no_answer_is_told_so(view, make, kind, about, said):
    page = view(f"{page_of(make())}/why?kind={kind}&about={about}").text

    assert said in page
    assert f'value="{about}"' in page


def test_the_page_of_why_says_that_an_automation_is_off(view, make, make_run):
    run = make_run(state="FAILED")
    page = view(f"{page_of(make(enabled=False))}/why?about={run['id']}").text

    assert "The automation is off since" in page
    assert "on, it would fire." in page


def test_a_page_says_what_an_automation_would_have_done(view, make, make_run):
    make_run(state="FAILED")
    automation = make(enabled=False)

    page = view(f"{page_of(automation)}/replay?hours=1").text

    assert "It would have fired once" in page
    assert "prefect.flow-run.Failed</a>" in page
    assert "0 times" in view(f"{page_of(make(trigger=REACTIVE_X))}/replay?hours=x").text


def test_only_what_waits_for_events_is_asked_why(view, make):
    metric = {"name": "duration", "operator": ">", "threshold": 60}
    within = {"type": "compound", "require": "any", "within": None}
    within |= {"triggers": [FAILED, {"type": "metric", "metric": metric}]}

    assert "Why did it fire" in view(page_of(make("a"))).text
    assert "Why did it fire" not in view(page_of(make("b", trigger=within))).text
