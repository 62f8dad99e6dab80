"""The start page and its cards, the plugins' page, the pages of errors."""

import re
from uuid import uuid4

import pytest
from flask import Blueprint, Flask, abort

from headwater import hookspecs
from headwater.errors import UnavailableError
from headwater.plugins import Plugins, PluginState, Report
from headwater.web import panels as panels_module
from headwater.web.pages import POLICY
from headwater.web.panels import Card, NavigationEntry, Panel, ResourcePage, find_page

FAILURES = "headwater_panel_runs.show_failures_card"
CARDS = ["/runs/cards/states", "/runs/cards/failures", "/runs/cards/running", "/flows/cards/flows"]


def raise_error():
    return 1 / 0


@pytest.fixture
def broken_card(app, monkeypatch, report):
    monkeypatch.setitem(app.view_functions, FAILURES, raise_error)
    return report


def test_the_navigation_goes_from_what_happens_to_who_is_told(view):
    shown = re.findall(r'<a href="/(\w*)"', view("/").text.split("</nav>")[0])

    assert shown == ["", "runs", "flows", "events", "automations", "notifications", "plugins"]


def test_the_start_page_loads_each_card_from_an_address_of_its_own(view):
    page = view("/")

    assert re.findall('class="card-body" hx-get="([^"]+)"', page.text) == CARDS
    assert '<meta http-equiv="refresh" content="0; url=/?whole=1">' in page.text


def test_without_scripts_all_cards_stand_in_the_page(view, make_run):
    make_run("weekly", "FAILED", name="fuzzy", message="no such table")

    page = view("/?whole=1")

    assert page.names == ["fuzzy"]
    assert "no such table" in page.text
    assert "Nothing runs just now" in page.text
    assert "Loading" not in page.text


def test_the_card_of_states_counts_runs_and_leads_to_them(fetch, make_run):
    for state in ("FAILED", "COMPLETED", "COMPLETED"):
        make_run(state=state)

    card = fetch(CARDS[0])

    assert "<strong>3</strong> runs" in card.text
    assert 'href="/runs?state=COMPLETED&amp;since=24h"' in card.text
    assert re.search(r"UTC: 3 runs, 2 Completed, 1 Failed</title>", card.text)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_sends_nothing_while_nothing_is_new(fetch, make_run, card):
    make_run(state="RUNNING")
    make_run(state="FAILED")
    asked = re.search('hx-get="([^"]+)"', fetch(card).text)[1]

    assert fetch(asked).status == 204
    make_run(state="RUNNING")
    make_run(state="FAILED")
    assert fetch(asked).status == 200


@pytest.mark.parametrize("card", CARDS)
def test_a_card_takes_one_statement(fetch, make_run, statements, card):
    make_run(state="FAILED")
    statements.clear()

    fetch(card)

    assert len(statements) == 1, statements


def test_an_empty_server_says_how_to_send_it_runs(fetch):
    assert "export PREFECT_API_URL=http://localhost/api" in fetch(CARDS[0]).text


def test_a_broken_card_shows_its_own_error_and_its_plugin(fetch, broken_card, caplog):
    card = fetch(CARDS[1])

    assert card.status == 500
    assert "Plugin runs" in card.text
    assert "<html" not in card.text
    assert "ZeroDivisionError" in caplog.text


def test_a_broken_card_leaves_the_others_in_the_page(view, broken_card, make_run):
    make_run(state="RUNNING", name="fuzzy")

    page = view("/?whole=1")

    assert page.status == 200
    assert page.names == ["fuzzy"]
    assert page.text.count('role="alert"') == 1
    assert "Plugin runs" in page.text


def test_a_card_that_refuses_is_no_fault_of_its_plugin(view, app, monkeypatch, report):
    monkeypatch.setitem(app.view_functions, FAILURES, lambda: abort(403, "Not for you"))

    page = view("/?whole=1")

    assert "Not for you" in page.text
    assert report.state is PluginState.ACTIVE


def test_a_failed_page_is_put_down_to_its_plugin_and_harms_no_other(
    view, app, monkeypatch, report, caplog
):
    monkeypatch.setitem(app.view_functions, "headwater_panel_runs.show_runs", raise_error)

    page = view("/runs")

    assert page.status == 500
    assert "the plugin <strong>runs</strong>" in page.text
    assert "ZeroDivisionError" in caplog.text
    assert view("/").status == 200
    assert report.state is PluginState.IMPAIRED
    assert "GET /runs: ZeroDivisionError: division by zero" in view("/plugins").text


def test_the_plugins_page_has_the_failed_ones_on_top(view, app):
    reports = app.extensions[panels_module.PANELS].plugins.reports
    reports["zz"] = Report("zz", "some-<dist>", "1.2", state=PluginState.FAILED, reasons=["<no>"])
    try:
        page = view("/plugins")
    finally:
        del reports["zz"]

    assert re.findall('tr data-plugin="(.*?)"', page.text)[0] == "zz"
    assert "1 with problems" in page.text
    assert "&lt;no&gt;" in page.text
    assert {"runs", "slack", "sqlite"} <= set(re.findall('tr data-plugin="(.*?)"', page.text))
    assert "panels: runs" in page.text


@pytest.fixture
def bare():
    """An app with one panel, whose navigation, card or pages lead nowhere."""

    def make(endpoint, card, *resources):
        app, blueprint = Flask("bare"), Blueprint("gong", "gong")
        blueprint.add_url_rule("/gong", "show", lambda: "gong")
        blueprint.add_url_rule("/gong/<name>", "show_one", lambda name: name)
        entry, cards = NavigationEntry("Gong", endpoint), [Card("C", card)]
        panel = Panel("gong", blueprint, entry, "x", cards, resources)
        plugins = Plugins(hookspecs, [])
        plugins.reports["gong"] = Report("gong", "gong", "1")
        plugins._owners[id(panel)] = "gong"
        panels_module.init_app(app, plugins, {"gong": panel})
        return app.extensions[panels_module.PANELS], plugins.reports["gong"]

    return make


@pytest.mark.parametrize("endpoint", ["missing", "show_one"])
def test_a_card_that_cannot_be_linked_is_left_out_alone(bare, endpoint):
    panels, report = bare("show", endpoint)

    assert [panel.name for panel in panels.shown] == ["gong"]
    assert panels.cards == []
    assert report.state is PluginState.IMPAIRED


@pytest.mark.parametrize("endpoint", ["missing", "show_one"])
def test_a_panel_that_cannot_be_linked_is_in_no_navigation(bare, endpoint):
    panels, report = bare(endpoint, "show")

    assert (panels.shown, panels.cards) == ([], [])
    assert len(report.reasons) == 1


@pytest.mark.parametrize(("endpoint", "parameter"), [("missing", "name"), ("show_one", "other")])
def test_a_page_of_resources_that_cannot_be_linked_is_left_out_alone(bare, endpoint, parameter):
    broken, sound = (ResourcePage("x", endpoint, parameter), ResourcePage("y", "show_one", "name"))
    panels, report = bare("show", "show", broken, sound)

    assert [panel.name for panel in panels.shown] == ["gong"]
    assert list(panels.resources) == ["y"]
    assert "pages of x of panel gong" in report.reasons[0]


def test_the_page_of_a_resource_is_found_where_a_panel_has_one(app):
    own = uuid4()
    with app.test_request_context():
        assert find_page(f"prefect.flow-run.{own}") == f"/runs/flow-run/{own}"
        assert find_page(f"prefect.event.{own}") == f"/events/event/{own}"
        for other in (f"prefect.variable.{own}", "prefect.flow.x", f"prefect.flow.{'-' * 36}", "x"):
            assert find_page(other) is None


@pytest.mark.parametrize("url", ["/", "/runs", "/plugins", "/nothing", "/assets/headwater.css"])
def test_pages_let_nothing_in_from_elsewhere(client, url):
    with client.get(url) as response:
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"


def test_pages_have_nothing_inline(view, make_run):
    run = make_run(state="FAILED", message="x")

    for url in ("/", "/?whole=1", "/runs", f"/runs/flow-run/{run['id']}", "/plugins", "/nothing"):
        text = view(url).text
        assert re.findall(r"<script(?! src=)[^>]*>|<style|\sstyle=|\son\w+=", text) == [], url


@pytest.mark.parametrize("name", ["headwater.css", "headwater.js", "theme.js", "icon.svg"])
def test_the_pages_own_files_are_served(client, name):
    with client.get(f"/assets/{name}") as response:
        assert response.status_code == 200


def test_what_is_not_there_is_a_page(view):
    page = view("/nothing")

    assert page.status == 404
    assert "Nothing is here" in page.text


def test_a_database_that_is_away_is_a_page_that_tries_again(view, app, monkeypatch):
    def go_away():
        raise UnavailableError("away")

    monkeypatch.setitem(app.view_functions, "headwater_panel_runs.show_runs", go_away)

    page = view("/runs")

    assert page.status == 503
    assert page.headers["Retry-After"]
    assert "database cannot be reached" in page.text
    assert '<meta http-equiv="refresh" content="5">' in page.text


def test_a_refused_page_says_so(view, app, monkeypatch):
    monkeypatch.setitem(app.view_functions, "headwater_panel_runs.show_runs", lambda: abort(403))

    page = view("/runs")

    assert page.status == 403
    assert "Not allowed" in page.text


def test_going_back_in_history_gets_the_whole_page(client):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<!doctype html>" in client.get("/runs", headers=headers).text
