"""What somebody does on the pages of notifications, in a browser: a channel, a test, a policy."""

import re

from playwright.sync_api import expect

PHONE = {"width": 360, "height": 740}


def test_a_channel_is_made_and_tried_and_a_policy_seen_before_it_is_made(page, server, slack):
    page.goto("/notifications/channels/new")
    page.get_by_role("link", name="Slack Webhook").click()
    page.get_by_label("Name").fill("browser-ops")
    page.get_by_label("Webhook URL").fill(f"{slack.url}/services/canary")
    page.get_by_role("button", name="Make the channel").click()
    expect(page.get_by_role("status").first).to_contain_text("The channel browser-ops is made.")
    expect(page.locator("#main")).to_contain_text("kept secret")

    slack.status, slack.text = 404, "no_service"
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_role("alert")).to_contain_text("Slack answered 404: no_service")
    slack.status, slack.text = 200, "ok"
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_role("status").first).to_contain_text("The service took the test message")
    assert "canary" not in page.content()

    page.goto("/notifications/policies")
    page.locator("#act-new").click()
    sentence = page.locator("#preview .sentence")
    page.get_by_label("browser-ops").check()
    expect(sentence).to_contain_text("enters Failed or Crashed, tell browser-ops")
    page.get_by_label("And has the tags").fill("seen-in-a-browser")
    expect(sentence).to_contain_text("with the tag seen-in-a-browser")
    page.get_by_role("button", name="Make the policy").click()
    page.wait_for_url(re.compile("/notifications/policies$"))
    row = page.get_by_role("listitem").filter(has_text="seen-in-a-browser")
    row.get_by_role("button", name="Pause").click()
    expect(row.get_by_text("paused", exact=True)).to_be_visible()


def test_the_pages_fit_a_phone_and_are_read_without_scripts(open_context):
    context = open_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()

    for path in ("", "/policies", "/policies/new", "/channels", "/channels/new"):
        page.goto(f"/notifications{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
