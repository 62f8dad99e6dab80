"""What somebody does on the pages to the runs of the real client, and sees come of it."""

import re

import pytest
from playwright.sync_api import expect

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def open_run(page):
    """Open the page of the newest run of a flow, once it is in a state."""

    def open_it(flow, state, page=page):
        page.goto(f"/runs?flow={flow}")
        row = page.get_by_role("row").filter(has_text=flow).first
        expect(row).to_contain_text(state, timeout=60_000)
        row.get_by_role("link").first.click()
        page.wait_for_url(re.compile("/runs/flow-run/"))
        return page

    return open_it


def state_of(page):
    return page.locator(".facts [data-announce]")


def answer(page):
    """Fill in the form of the flow that asks, first with a mistake, then well."""
    page.get_by_role("link", name="Resume…").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Resume")
    expect(page.get_by_text("May the release go out?")).to_be_visible()
    expect(page.get_by_label("Place")).to_have_value(re.compile("Bern"))
    page.get_by_label("Approve").check()
    page.get_by_label("Reviewer").fill("Ada")
    page.get_by_label("Copies").fill("12")
    page.get_by_label("Channel").select_option("beta")
    page.get_by_label("Emails").fill("a@example.com\nb@example.com")
    page.get_by_role("button", name="Resume this run").click()

    expect(page.get_by_role("alert")).to_contain_text("1 field is not as the run wants it")
    expect(page.locator(".wrong")).to_have_text("12 is greater than the maximum of 9")
    expect(page.get_by_label("Reviewer")).to_have_value("Ada")
    expect(page.get_by_label("Approve")).to_be_checked()
    page.get_by_label("Copies").fill("2")
    page.get_by_role("button", name="Resume this run").click()


def expect_answered(page, flow):
    page.wait_for_url(re.compile("/runs/flow-run/[^/]+$"))
    flow.wait(60)
    page.reload()
    expect(state_of(page)).to_have_text("Completed")
    said = '"approve":true,"reviewer":"Ada","copies":2,"channel":"beta"'
    expect(page.get_by_role("log")).to_contain_text(said)
    expect(page.get_by_role("log")).to_contain_text('["a@example.com","b@example.com"]')


@pytest.mark.parametrize("scripts", [True, False])
def test_a_flow_that_asks_goes_on_with_the_answer(
    open_context, open_run, start_flow, complaints, scripts
):
    flow = start_flow("asks")
    page = open_run("asks", "Paused")
    expect(page.get_by_text("This run waits for an input.")).to_be_visible()
    other = open_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    other.goto(page.url)

    answer(other)

    expect(other.locator(".flash")).to_contain_text("is Running now.")
    expect(other.locator(".flash")).to_have_attribute("data-went", "well")
    expect_answered(other, flow)
    expect(state_of(page)).to_have_text("Completed")
    assert all("422" in complaint for complaint in complaints), complaints
    complaints.clear()


def test_a_running_flow_is_cancelled_and_the_page_tells(open_run, start_flow, page, step):
    flow = start_flow("in_turns")
    open_run("in-turns", "Running")
    watching = page.context.new_page()
    watching.goto(page.url)

    page.get_by_role("link", name="Cancel…").click()
    page.get_by_role("button", name="Cancel this run").click()

    expect(page.locator(".flash")).to_contain_text("is Cancelling now.")
    expect(state_of(page)).to_have_text(re.compile("Cancelling|Cancelled"))
    expect(state_of(watching)).to_have_text(re.compile("Cancelling|Cancelled"))
    expect(watching.get_by_role("link", name="Cancel…")).to_have_count(0)
    watching.close()  # it would ask for a run that is deleted
    for name in ("one", "two", "three"):
        step(name)
    flow.wait(60)
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete this run").click()
    expect(page.locator(".flash")).to_contain_text("is deleted.")


def test_the_keyboard_alone_sets_a_state(page, find_run):
    page.goto(find_run("long-log"))
    page.locator("#act-state").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/state$"))
    page.get_by_label("State", exact=True).focus()
    page.keyboard.press("F")
    page.keyboard.press("Tab")
    page.keyboard.type("Given up")
    page.keyboard.press("Tab")
    page.keyboard.type("nobody looks at it")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/runs/flow-run/[^/]+$"))
    expect(state_of(page)).to_have_text("Given up")
    expect(page.locator("#message")).to_contain_text("nobody looks at it")


def test_a_run_is_deleted_without_scripts_after_a_word(open_context, run_flow, find_run):
    run_flow("inner")
    page = open_context(java_script_enabled=False).new_page()
    page.goto(find_run("inner-flow"))
    name = page.get_by_role("heading", level=1).text_content()

    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_text("There is no way back.")).to_be_visible()
    page.get_by_role("button", name="Delete this run").click()

    expect(page.locator(".flash")).to_have_text(f"{name} is deleted.")
    expect(page.get_by_role("link", name=name)).to_have_count(0)


def test_runs_of_a_filter_are_deleted_together(page, run_flow, find_run):
    for _ in range(2):
        run_flow("crowd", "1")
    page.goto("/runs")
    page.get_by_label("Flow", exact=True).fill("crowd")
    expect(page.locator("#runs tbody tr")).to_have_count(2)

    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_text("2 runs match.")).to_be_visible()
    page.get_by_role("button", name="Delete these 2 runs").click()

    expect(page.locator(".flash")).to_have_text("2 runs deleted.")
    expect(page.get_by_text("No runs match.")).to_be_visible()


def test_a_form_from_another_site_does_nothing(open_context, server, find_run, complaints):
    page = open_context().new_page()
    target = f"{server.url}{find_run('daily-etl')}/delete"
    page.goto(f"{server.url}{find_run('daily-etl')}")
    page.route(
        "http://evil.test/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{target}"><button>Win</button></form>',
        ),
    )
    page.goto("http://evil.test/")

    page.get_by_role("button").click()

    expect(page.get_by_text("Another site sent this form.")).to_be_visible()
    page.goto(f"{server.url}{find_run('daily-etl')}")
    expect(state_of(page)).to_have_text("Completed")
    complaints.clear()


def test_the_timeline_follows_a_run_and_leads_to_its_tasks(page, open_run, start_flow, step):
    flow = start_flow("in_turns")
    open_run("in-turns", "Running")
    page.evaluate("window.loadedOnce = true")
    step("one")
    rows = page.locator(".gantt-rows li")
    expect(rows.first).to_contain_text("extract")
    step("two")
    expect(rows).to_have_count(2)
    step("three")
    flow.wait(60)
    expect(rows).to_have_count(3)
    expect(rows.nth(2).locator("rect[data-state=FAILED]")).to_be_attached()
    # The end is what the page is renewed for last: a row that is renewed takes no click.
    expect(state_of(page)).to_have_text("Failed")
    assert page.evaluate("window.loadedOnce")

    rows.nth(0).get_by_role("link").click()
    page.wait_for_url(re.compile("/runs/task-run/"))


def test_bars_of_a_timeline_stand_under_their_ticks(page, find_run):
    page.goto(find_run("daily-etl"))
    lane = page.locator(".lane").first.bounding_box()
    over = page.locator(".gantt-over svg").bounding_box()
    head = page.locator(".gantt-head svg").bounding_box()

    assert (lane["x"], lane["width"]) == (over["x"], over["width"])
    assert abs(lane["x"] - head["x"]) < 1
    assert page.locator(".gantt-rows li").first.bounding_box()["height"] == 28


def test_what_a_task_gave_to_another_lights_up(page, run_flow, find_run):
    run_flow("in_line")
    page.goto(find_run("in-line"))
    expect(page.locator(".edges g")).to_have_count(1)
    expect(page.locator(".edges g.lit")).to_have_count(0)

    page.locator(".gantt-rows li").first.hover()

    expect(page.locator(".edges g.lit")).to_have_count(1)


def test_arrow_keys_walk_along_the_bars_of_a_chart(page, find_flow):
    page.goto(find_flow("daily-etl"))
    page.goto("/runs?since=1h")
    bars = page.locator("#history svg a")
    bars.last.focus()
    assert page.locator("#history svg a[tabindex='-1']").count() == bars.count() - 1

    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("since=chosen"))
    expect(page.locator("#runs tbody tr").first).to_be_visible()


def test_a_filter_changes_the_chart_with_the_list(page, ran):
    page.goto("/runs")
    expect(page.locator("#history .sum")).not_to_contain_text("0 runs")

    page.get_by_label("Flow", exact=True).fill("no-such-flow")

    expect(page.get_by_text("No runs match.")).to_be_visible()
    expect(page.locator("#history .sum")).to_contain_text("0 runs")


def test_a_log_is_searched_without_leaving_the_page(page, find_run):
    page.goto(find_run("daily-etl"))
    page.evaluate("window.loadedOnce = true")

    page.get_by_label("Words in the lines").fill("first")
    page.keyboard.press("Enter")

    expect(page.get_by_role("log")).not_to_contain_text("Beginning flow run")
    expect(page).to_have_url(re.compile(r"\?text=first$"))
    assert page.evaluate("window.loadedOnce")
    page.reload()
    expect(page.get_by_role("log")).not_to_contain_text("Beginning flow run")


def test_flows_are_found_by_name_and_lead_to_their_runs(page, ran):
    page.goto("/flows")
    page.get_by_label("Flow", exact=True).fill("daily")
    expect(page.locator("#flows tbody tr")).to_have_count(1)

    page.get_by_role("link", name="daily-etl").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("daily-etl")
    page.locator("svg[data-roving] a").last.click()
    page.wait_for_url(re.compile("/runs/flow-run/"))
