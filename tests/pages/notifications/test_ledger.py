"""The pages of what was told: the ledger, and one delivery."""

import re

import pytest

LEDGER = "/notifications"


def test_the_ledger_says_how_it_begins(view, make_channel):
    assert "It begins with a channel" in view(LEDGER).text
    make_channel()
    assert "A policy says which runs" in view(LEDGER).text


def test_the_ledger_shows_what_was_told_and_is_filtered_by_its_address(
    view, fetch, dead, make_channel, make_run
):
    other = make_channel("other")
    make_run("hourly", state="FAILED", name="late")

    assert view(LEDGER).names[0] == "late"
    assert view(f"{LEDGER}?state=dead").names == ["fuzzy"]
    assert view(f"{LEDGER}?channel={other}&since=day").names == ["late"]
    assert "No deliveries match" in view(f"{LEDGER}?state=sent").text
    assert view(f"{LEDGER}?state=x&channel=x&skip=x&since=x").status == 200
    assert fetch(view(LEDGER).asks("ledger")).status == 204


def test_long_ledgers_have_pages(view, dead, make_run, monkeypatch):
    monkeypatch.setattr("headwater_panel_notifications.ledger.PAGE", 1)
    make_run(state="FAILED", name="late")
    first = view(LEDGER)
    second = view(first.link("Older"))

    assert (first.names, second.names) == (["late"], ["fuzzy"])
    assert view(second.link("Newer")).names == ["late"]


def test_a_delivery_shows_each_attempt_with_the_services_words(view, dead):
    page = view(f"{LEDGER}/delivery/{dead}")

    assert "answered 404" in page.text
    assert "Slack answered 404: &lt;b&gt;no_service&lt;/b&gt;" in page.text
    assert "<b>no_service" not in page.text


def test_what_is_dead_is_sent_again_from_its_page(view, send, dead, deliver, slack):
    url = f"{LEDGER}/delivery/{dead}"
    before = len(slack.received)
    done = send(url, f"{url}/resend")
    assert (done.status, view(url).text.count("Waiting")) == (303, 1)
    deliver()

    page = view(url)
    assert len(slack.received) == before + 1
    assert "Send again" not in page.text
    refused = send("/notifications/channels/new?type=slack-webhook", f"{url}/resend")
    assert "cannot be sent again" in view(refused.headers["Location"]).notice


def test_all_dead_ones_of_a_filter_are_sent_again(view, send, dead, client):
    page = view(view(f"{LEDGER}?since=day").link("Send dead ones of this filter again…"))
    assert page.names == ["fuzzy"]

    done = send(f"{LEDGER}/resend?since=day")
    assert view(done.headers["Location"]).notice == "1 is sent again."
    assert "No dead ones are here" in view(f"{LEDGER}/resend").text


@pytest.mark.parametrize("act", ["delivery/{}/resend", "resend", "channels/new"])
def test_nothing_is_done_without_the_token_of_a_form(client, act):
    path = f"/notifications/{act}".format("00000000-0000-0000-0000-000000000000")

    assert client.post(path).status_code == 403


def test_the_page_of_a_run_shows_what_was_told_of_it(view, dead):
    run = re.search(r"/runs/flow-run/([0-9a-f-]+)", view(f"{LEDGER}/delivery/{dead}").text)[0]
    page = view(run)

    assert f'href="{LEDGER}/delivery/{dead}">ops</a>' in page.text
    assert "of Failed" in page.text
    assert view(page.link("All</a>").replace("&amp;", "&")).status == 200
