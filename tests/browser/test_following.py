"""What somebody sees while the real client runs a flow: everything, without reloading."""

import re

from playwright.sync_api import expect


def test_a_run_is_followed_from_the_list_to_its_end(page, start_flow, step):
    page.goto("/runs?flow=in-steps")
    page.evaluate("window.loadedOnce = true")
    start_flow("in_steps")
    row = page.get_by_role("row").filter(has_text="in-steps")
    expect(row).to_contain_text("Running", timeout=60_000)
    assert page.evaluate("window.loadedOnce")

    row.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/runs/flow-run/"))
    page.evaluate("window.loadedOnce = true")
    log, state = page.get_by_role("log"), page.locator(".facts [data-announce]")
    expect(log).to_contain_text("the flow has begun")
    expect(state).to_have_text("Running")

    step("one")
    tasks = page.locator("#run .tasks")
    expect(tasks).to_contain_text("extract")
    expect(log).to_contain_text("extracted <b>1</b>")
    expect(log).to_contain_text("the first step is done")

    step("two")
    expect(tasks).to_contain_text("a task with a very long name")
    step("three")
    expect(state).to_have_text("Failed")
    expect(page.locator("#message")).to_contain_text("the warehouse refused: <i>timeout</i>")
    expect(tasks.get_by_role("row").filter(has_text="fail")).to_contain_text("Failed")
    expect(log).to_contain_text("Finished in state Failed")
    expect(page.locator("[data-announcer]")).to_have_text("Failed")

    lines = [line.get_attribute("id") for line in page.locator(".line").all()]
    assert len(lines) == len(set(lines))
    assert page.evaluate("window.loadedOnce")
    page.reload()
    expect(page.locator(".line")).to_have_count(len(lines))


def test_the_start_page_follows_what_runs_and_what_fails(page, start_flow, step):
    page.goto("/")
    running = page.locator(".card").filter(has_text="Running now")
    failures = page.locator(".card").filter(has_text="Latest failures")
    expect(running).to_contain_text("Nothing runs just now")

    flow = start_flow("in_steps")
    expect(running).to_contain_text("in-steps", timeout=60_000)
    for name in ("one", "two", "three"):
        step(name)
    flow.wait(60)

    expect(running).to_contain_text("Nothing runs just now")
    expect(failures).to_contain_text("in-steps")
    expect(page.locator(".chart rect[data-state='FAILED']").first).to_be_attached()


def test_who_does_not_look_asks_for_nothing(page, find_run, server):
    page.goto("/runs")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    hide = "Object.defineProperty(document, 'hidden', {get: () => window.isHidden})"
    page.evaluate(f"window.isHidden = true; {hide}")
    page.wait_for_timeout(2_200)  # one that was under way is not ours to count
    asked.clear()

    page.wait_for_timeout(4_500)
    assert asked == []

    with page.expect_request(re.compile("/runs")):
        page.evaluate(
            "window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))"
        )


def test_what_is_read_stays_where_it_is_while_the_page_changes(page, start_flow, step):
    page.goto("/runs")
    start_flow("in_steps")
    link = page.get_by_role("row").filter(has_text="in-steps").get_by_role("link").first
    expect(link).to_be_visible(timeout=60_000)
    link.focus()
    focused = page.evaluate("document.activeElement.id")
    for name in ("one", "two", "three"):
        step(name)

    expect(page.locator(f"tr:has([id='{focused}'])")).to_contain_text("Failed")
    assert page.evaluate("document.activeElement.id") == focused


def test_a_server_that_is_away_is_told_and_forgotten_when_it_is_back(page, find_run, complaints):
    page.goto("/runs")
    notice = page.locator("[data-offline]")
    rows = page.locator("#runs tbody tr").count()

    page.route("**/runs?*", lambda route: route.fulfill(status=503, body="away"))
    expect(notice).to_be_visible()
    assert page.locator("#runs tbody tr").count() == rows
    page.unroute("**/runs?*")

    expect(notice).to_be_hidden()
    assert all("503" in complaint for complaint in complaints), complaints
    complaints.clear()
