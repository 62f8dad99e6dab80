"""What is done on the pages of automations, in a browser: one is made, switched and read."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect


@pytest.fixture
def forgive_refusals(open_context, complaints):
    """The browser complains of answers that say which field is wrong; of nothing else."""
    yield
    assert all("422" in complaint for complaint in complaints), complaints
    complaints.clear()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.usefixtures("forgive_refusals")
def test_an_automation_is_made_by_a_form_that_shows_what_belongs_to_it(open_context, scripts):
    page = open_context(java_script_enabled=scripts).new_page()
    page.goto("/automations")
    page.locator("#act-new").click()
    expect(page.get_by_label("Parameters")).to_be_hidden()
    expect(page.get_by_label("Events", exact=True)).to_be_hidden()

    name = f"cancels {'with' if scripts else 'without'} scripts"
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("It is about").select_option("event")
    expect(page.get_by_role("group", name="The state of a run")).to_be_hidden()
    page.get_by_label("What is done").select_option("change-flow-run-state")
    page.get_by_role("button", name="Make the automation").click()
    expect(page.get_by_role("alert")).to_contain_text("2 fields are not right")
    page.get_by_label("Events", exact=True).fill("lunch.*")
    page.get_by_label("State", exact=True).select_option("CANCELLED")
    page.get_by_role("button", name="Another action").click()
    page.get_by_label("What is done").nth(1).select_option("pause-deployment")
    page.get_by_role("button", name="Make the automation").click()

    page.wait_for_url(re.compile("/automations/automation/"))
    said = (
        "When lunch.* happens, set the run to Cancelled and pause the deployment that it is about."
    )
    expect(page.locator(".sentence.whole")).to_have_text(said)
    page.locator("#act-switch").click()
    expect(page.locator(".facts [data-announce]")).to_have_text("Off")
    page.goto("/automations")
    row = page.get_by_role("listitem").filter(has_text=name)
    expect(row.get_by_text("off", exact=True)).to_be_visible()
    row.get_by_role("button").click()
    expect(page.locator(".facts [data-announce]")).to_have_text("On")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_automation_of_a_metric_is_made_and_changed_by_its_fields(open_context, scripts):
    page = open_context(java_script_enabled=scripts).new_page()
    page.goto("/automations/new")
    page.get_by_label("Name", exact=True).fill("slow runs")
    expect(page.get_by_label("What is measured")).to_be_hidden()
    page.get_by_label("It is about").select_option("metric")
    expect(page.get_by_role("group", name="The state of a run")).to_be_hidden()
    expect(page.get_by_label("as soon as it happens")).to_be_hidden()
    expect(page.get_by_label("Within")).to_be_hidden()
    page.get_by_label("What is measured").select_option("duration")
    page.get_by_label("Is", exact=True).select_option(">")
    page.get_by_label("Threshold").fill("10m")
    page.get_by_label("With one of the tags").fill("prod")
    page.get_by_label("What is done").select_option("declare-incident")
    page.get_by_label("Severity").select_option("critical")
    page.get_by_role("button", name="Make the automation").click()

    said = (
        "When the average duration of runs of any flow with the tag prod over 1 hour "
        "is above 10 minutes for 5 minutes, declare a critical incident."
    )
    expect(page.locator(".sentence.whole")).to_have_text(said)
    page.locator("#act-edit").click()
    expect(page.get_by_label("Threshold")).to_have_value("10m")
    page.get_by_label("What is measured").select_option("successes")
    page.get_by_label("Is", exact=True).select_option("<")
    page.get_by_label("Threshold").fill("99.5%")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".sentence.whole")).to_contain_text("share of successes")
    expect(page.locator(".sentence.whole")).to_contain_text("is below 99.5% for 5 minutes")


@pytest.mark.usefixtures("forgive_refusals")
def test_the_form_turns_into_json_and_that_into_an_automation(page):
    page.goto("/automations/new")
    page.get_by_label("Name", exact=True).fill("by json")
    page.get_by_label("What is done").select_option("do-nothing")
    page.get_by_role("button", name="As JSON").click()
    expect(page.get_by_label("Trigger", exact=True)).to_have_value(
        re.compile("prefect.flow-run.Crashed")
    )
    page.get_by_label("Trigger", exact=True).fill("{")
    page.get_by_role("button", name="Make the automation").click()
    expect(page.locator("#error-trigger")).to_contain_text("This is no JSON")
    page.get_by_label("Trigger", exact=True).fill(
        '{"type": "event", "posture": "Reactive", "expect": ["tea"]}'
    )
    page.get_by_role("button", name="Make the automation").click()

    expect(page.locator(".sentence.whole")).to_have_text("When tea happens, do nothing.")


def test_what_fires_comes_onto_its_page(page, server):
    own = f"tea.{uuid4()}"
    page.goto("/automations/new")
    page.get_by_label("Name", exact=True).fill(own)
    page.get_by_label("It is about").select_option("event")
    page.get_by_label("Events", exact=True).fill(own)
    page.get_by_label("What is done").select_option("cancel-flow-run")
    page.get_by_role("button", name="Make the automation").click()
    expect(page.locator("#automation")).to_contain_text("It has not fired")

    event = {"id": str(uuid4()), "event": own, "resource": {"prefect.resource.id": "my.desk"}}
    event |= {"occurred": datetime.now(UTC).isoformat()}
    requests.post(f"{server.api_url}/events", json=[event], timeout=10)
    outcomes = page.locator(".outcomes")
    expect(outcomes).to_contain_text("No flow run could be inferred", timeout=60_000)
    page.get_by_role("link", name=own).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(own)
    expect(page.locator("#payload")).to_be_visible()
