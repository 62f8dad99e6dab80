"""Incidents in a browser: what an automation declares comes onto the page, and is closed there."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect


@pytest.fixture
def declare(server):
    """Have an automation of this test's own declare an incident; `event` is what it waits for."""
    own = f"disk.full.{uuid4()}"
    trigger = {"type": "event", "posture": "Reactive", "expect": [own]}
    action = {"type": "declare-incident", "title": f"{own} again", "severity": "critical"}
    body = {"name": own, "trigger": trigger, "actions": [action]}
    requests.post(f"{server.api_url}/automations/", json=body, timeout=10).raise_for_status()

    def emit():
        event = {"id": str(uuid4()), "event": own, "resource": {"prefect.resource.id": "my.disk"}}
        event |= {"occurred": datetime.now(UTC).isoformat()}
        requests.post(f"{server.api_url}/events", json=[event], timeout=10).raise_for_status()

    emit.event = own
    return emit


@pytest.mark.parametrize("scripts", [True, False])
def test_an_incident_is_found_read_and_closed(open_context, page, declare, scripts):
    page.goto("/automations")
    page.get_by_role("link", name="Incidents").click()
    declare()
    found = page.get_by_role("link", name=f"{declare.event} again")
    expect(found).to_be_visible(timeout=60_000)  # once the automation was evaluated

    page = open_context(java_script_enabled=scripts).new_page()
    page.goto("/automations/incidents")
    page.get_by_role("link", name=f"{declare.event} again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{declare.event} again")
    expect(page.locator(".facts")).to_contain_text("Critical")
    expect(page.locator(".history-of li").first).to_contain_text(f"{declare.event} of my.disk")
    page.locator("#act-close").click()
    page.get_by_label("Note").fill("logs <removed>")
    page.get_by_role("button", name="Close the incident").click()
    expect(page.locator(".facts [data-announce]")).to_have_text("Closed")
    expect(page.locator(".history-of .note")).to_have_text("logs <removed>")

    page.get_by_role("link", name="Incidents", exact=True).click()
    expect(page.get_by_role("link", name=f"{declare.event} again")).to_have_count(0)
    page.get_by_label("State").select_option("closed")
    page.locator(".chip", has_text="Critical").click()
    if not scripts:
        page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"\?state=closed&severity=critical$"))
    expect(page.get_by_role("link", name=f"{declare.event} again")).to_be_visible()
