"""The pages as they are read: without scripts, by keyboard, on a phone, in both themes."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect

PHONE = {"width": 360, "height": 740}
# Returns texts whose contrast with what is behind them is below AA (4.5, large ones 3).
CONTRAST = """() => {
  const context = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
    .getContext("2d", {willReadFrequently: true});
  const paint = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const colours = [];
    for (let e = element; e; e = e.parentElement)
      colours.unshift(getComputedStyle(e).backgroundColor);
    return ["canvas", ...colours];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    const hidden = !element.checkVisibility() || element.closest(".visually-hidden, noscript");
    if (!text || hidden) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const [one, two] = [light(paint(ground)), light(paint([...ground, style.color]))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""


@pytest.fixture
def find_event(server, ran):
    """Return the address of the latest event of a name."""

    def find(name):
        wanted = {"filter": {"event": {"name": [name]}}, "limit": 1}
        found = requests.post(f"{server.api_url}/events/filter", json=wanted, timeout=10).json()
        return f"/events/event/{found['events'][0]['id']}"

    return find


@pytest.fixture
def long_event(server):
    """The address of an event whose name and labels have no place to break."""
    long = "long." * 40
    event = {"id": str(uuid4()), "event": long, "occurred": datetime.now(UTC).isoformat()}
    event |= {"resource": {"prefect.resource.id": long}}
    event |= {"related": [{"prefect.resource.id": long, "prefect.resource.role": "participant"}]}
    requests.post(f"{server.api_url}/events", json=[event], timeout=10).raise_for_status()
    return f"/events/event/{event['id']}"


@pytest.fixture
def automation(server):
    """The address of an automation."""
    trigger = {"type": "event", "posture": "Reactive", "expect": ["lunch." + "long-" * 30]}
    body = {"name": "reads", "trigger": trigger, "actions": [{"type": "do-nothing"}], "tags": ["a"]}
    made = requests.post(f"{server.api_url}/automations/", json=body, timeout=10).json()
    yield f"/automations/automation/{made['id']}"
    requests.delete(f"{server.api_url}/automations/{made['id']}", timeout=10)


@pytest.fixture
def addresses(find_run, find_flow, find_event, long_event, automation):
    run = find_run("daily-etl")
    return {
        "start": "/",
        "runs": "/runs?state=FAILED&state=COMPLETED&tag=prod",
        "all runs": "/runs",
        "run": run,
        "failed run": find_run("fails-" + "with-a-name-as-long-as-any-" * 3),
        "task runs": f"{run}/task-runs",
        "flows": "/flows",
        "flow": find_flow("daily-etl"),
        "events": "/events",
        "failed events": "/events?event=prefect.flow-run.Failed&since=1h",
        "event": find_event("prefect.flow-run.Failed"),
        "long event": long_event,
        "automations": "/automations",
        "automation": automation,
        "new automation": "/automations/new",
        "incidents": "/automations/incidents?state=all",
        "new automation as JSON": "/automations/new/json",
        "changed automation": f"{automation}/edit",
        "deleted automation": f"{automation}/delete",
        "why an automation fired": f"{automation}/why?about={run.rpartition('/')[2]}",
        "replayed automation": f"{automation}/replay?hours=1",
        "cancel": f"{run}/cancel",
        "state": f"{run}/state",
        "delete": f"{run}/delete",
        "many": "/runs/bulk/state?tag=prod",
        "plugins": "/plugins",
        "API": "/api/docs",
    }


def settle(page):
    page.wait_for_load_state("load")
    expect(page.get_by_text("Loading…")).to_have_count(0)


def test_all_can_be_read_without_scripts(open_context, find_run):
    page = open_context(java_script_enabled=False).new_page()

    page.goto("/")
    expect(page.locator(".card").filter(has_text="Latest failures")).to_contain_text("fails-with")
    page.goto("/runs")
    page.get_by_label("Flow", exact=True).fill("daily")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#runs tbody tr")).to_have_count(1)
    page.locator("#runs tbody a").first.click()
    expect(page.get_by_role("heading", name="Parameters")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("extracted <b>")
    page.get_by_role("link", name="Warning").click()
    expect(page.get_by_role("log")).not_to_contain_text("Beginning flow run")
    page.locator(".tasks a.name").first.click()
    expect(page.get_by_role("heading", name="Inputs")).to_be_visible()


def test_earlier_lines_come_on_demand(open_context, find_run):
    for scripts in (True, False):
        page = open_context(java_script_enabled=scripts).new_page()
        page.goto(find_run("long-log"))
        expect(page.get_by_text("line 449", exact=True)).to_be_attached()
        expect(page.get_by_text("line 3", exact=True)).to_have_count(0)

        for line in ("line 100", "line 3"):
            page.get_by_role("link", name="Load earlier lines").click()
            expect(page.get_by_text(line, exact=True)).to_be_attached()


def test_filters_change_the_list_and_the_address(page, find_run):
    page.goto("/runs")
    page.get_by_label("Flow", exact=True).fill("daily")

    expect(page.locator("#runs tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/runs\?flow=daily$"))
    page.locator(".chip", has_text="Failed").click()
    expect(page.get_by_text("No runs match.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/runs\?flow=daily&state=FAILED$"))


def test_the_keyboard_reaches_the_filter_and_the_rows(page, find_run):
    page.goto("/runs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Run", exact=True)).to_be_focused()
    page.keyboard.type("no-such-run")
    expect(page.get_by_text("No runs match.")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.locator("#runs tbody tr").first).to_be_visible()

    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id.startsWith('run-')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/runs/flow-run/"))


def test_nothing_is_wider_than_a_phone(open_context, addresses):
    page = open_context(viewport=PHONE).new_page()

    for name, address in addresses.items():
        page.goto(address)
        settle(page)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_can_be_told_from_what_is_behind_it(open_context, addresses, theme):
    page = open_context(color_scheme=theme).new_page()

    for name, address in addresses.items():
        page.goto(address)
        settle(page)
        assert page.evaluate(CONTRAST) == [], name


def test_the_theme_follows_the_system_until_one_is_chosen(open_context):
    page = open_context(color_scheme="dark").new_page()
    page.goto("/plugins")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)

    page.get_by_role("button", name="Light or dark theme").click()
    light = page.evaluate(background)
    page.reload()

    assert light != dark
    assert page.evaluate(background) == light
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) == light


def test_the_address_that_the_client_prints_opens_the_run(page, ran):
    printed = re.findall(r"View at (\S+)", ran)

    assert printed
    page.goto(printed[0])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Completed")
    page.goto(printed[0].replace("/runs/flow-run/", "/flow-runs/flow-run/"))
    assert page.url == printed[0]


def test_what_a_run_logged_cannot_become_a_part_of_the_page(page, find_run):
    page.goto(find_run("daily-etl"))

    expect(page.get_by_role("log")).to_contain_text("<b>0</b>")
    assert page.locator(".line b").count() == 0
