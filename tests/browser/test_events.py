"""The pages of events in a browser: they follow what happens, and are searched."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect


@pytest.fixture
def emit(server):
    """Tell an event of a resource of this test's own; return its id."""
    own = f"seen.in-a-browser.{uuid4()}"

    def tell(name, **more):
        event = {"id": str(uuid4()), "event": name, "resource": {"prefect.resource.id": own}}
        event |= {"occurred": datetime.now(UTC).isoformat()}
        answer = requests.post(f"{server.api_url}/events", json=[event | more], timeout=10)
        assert answer.status_code == 204
        return event["id"]

    tell.resource = own
    return tell


def test_what_happens_comes_onto_the_page(page, emit):
    emit("lunch.begun")
    page.goto(f"/events?resource={emit.resource}")
    expect(page.locator("#events tbody tr")).to_have_count(1)

    emit("lunch.over")
    expect(page.locator("#events tbody tr").first).to_contain_text("lunch.over")


def test_long_names_leave_the_other_columns_their_place(page, emit):
    long = "long." * 60
    emit(long, related=[{"prefect.resource.id": long, "prefect.resource.role": "participant"}])
    page.goto(f"/events?resource={emit.resource}")

    cells = page.locator("#events tbody td")
    edges = [cell.bounding_box() for cell in cells.all()]
    assert len(edges) == 4
    assert all(edge["width"] > 90 and edge["x"] + edge["width"] <= 1280 for edge in edges), edges


def test_filters_change_the_list_the_bars_and_the_address(page, emit):
    emit("lunch.begun")
    emit("dinner.begun")
    page.goto("/events")
    page.get_by_label("Resource").fill(emit.resource)
    expect(page.locator("#events tbody tr")).to_have_count(2)
    expect(page.locator("#history .sum")).to_contain_text("2 events in the last 24 hours")
    page.get_by_label("Event", exact=True).fill("lunch")
    expect(page.locator("#events tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/events\?event=lunch&resource=seen"))

    bar = page.locator("#history .chart a")
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("since=chosen"))
    expect(page.locator("#history .sum")).to_contain_text("1 event in the chosen time")
    page.locator("#filters select").select_option("1h")
    expect(page).to_have_url(re.compile("since=1h"))
    expect(page).not_to_have_url(re.compile("until="))


def test_an_event_is_found_and_read_without_scripts(open_context, emit):
    emit("lunch.begun", payload={"dish": "<b>soup</b>"})
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/events")
    page.get_by_label("Text").fill('"<b>soup"')
    page.get_by_label("Resource").fill(emit.resource)
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="lunch.begun").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("lunch.begun")
    expect(page.locator(".payload")).to_contain_text('"dish": "<b>soup</b>"')
