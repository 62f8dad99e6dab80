"""The pages of notifications: the ledger, one delivery, channels and their forms."""

import re

import pytest

from headwater import clock
from headwater.notifications.loop import Mailroom
from headwater.notifications.routes.channels import KINDS
from headwater.settings import Settings
from headwater.web.context import VAULT

LEDGER, CHANNELS = "/notifications", "/notifications/channels"
POLICIES = "/notifications/policies"
CANARY = "T0000/B0000/canary"


@pytest.fixture
def make_channel(client, slack):
    """Make a channel over Slack, and a policy that tells of failed runs over it; return its id."""

    def make(name="ops", path=""):
        settings = {"url": f"{slack.url}/{path}"}
        body = {"type": "slack", "name": name, "settings": settings}
        channel = client.post("/api/headwater/channels/", json=body).json["id"]
        policy = {"block_document_id": channel, "state_names": ["Failed"], "tags": []}
        client.post("/api/flow_run_notification_policies/", json=policy)
        return channel

    return make


@pytest.fixture
def deliver(app):
    """Try once what is due."""

    def tick():
        mailroom = Mailroom(Settings.load(), app.extensions[KINDS], app.extensions[VAULT])
        mailroom.tick(clock.now())
        assert mailroom.wait(20)

    return tick


@pytest.fixture
def dead(client, make_channel, make_run, deliver, slack):
    """The id of a delivery that was given up, of a run called fuzzy."""
    make_channel()
    make_run(state="FAILED", name="fuzzy")
    slack.status, slack.text = 404, "<b>no_service</b>"
    deliver()
    slack.status, slack.text = 200, "ok"
    return client.post("/api/headwater/notifications/filter", json={}).json[0]["id"]


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


def test_a_channel_is_made_by_the_form_of_its_kind_and_its_secret_stays_away(
    view, send, client, slack
):
    form = view(CHANNELS).link("New channel")
    url = view(form).link("<strong>Slack Webhook</strong>")
    assert 'type="password"' in view(url).text

    wrong = send(url, name="Ops!", **{"input:url": f"{slack.url}/{CANARY}"})
    assert wrong.status == 422
    assert 'id="error-name"' in wrong.text
    empty = send(url, name="ops")
    assert "This is needed." in empty.text
    made = send(url, name="ops", **{"input:url": f"{slack.url}/{CANARY}"})
    page = view(made.headers["Location"])
    edit = view(page.link("Change…"))

    assert "The channel ops is made." in page.notice
    assert "kept secret" in page.text
    assert CANARY not in wrong.text + page.text + edit.text
    assert "exists already" in send(url, name="ops", **{"input:url": "http://x"}).text


def test_a_channel_is_changed_and_keeps_the_secret_that_is_not_given(
    view, send, client, make_channel, slack
):
    channel = make_channel()
    url = f"/notifications/channel/{channel}/edit"

    done = send(url, **{"input:notify_type": "failure", "input:allow_private_urls": "on"})
    assert done.status == 303
    data = client.get(f"/api/block_documents/{channel}?include_secrets=true").json["data"]
    assert data == {"url": f"{slack.url}/", "notify_type": "failure"}


def test_a_test_message_says_how_it_went_in_the_services_words(view, send, make_channel, slack):
    url = f"/notifications/channel/{make_channel()}"
    good = view(send(url, f"{url}/test").headers["Location"])
    slack.status, slack.text = 404, "no_service"
    bad = view(send(url, f"{url}/test").headers["Location"])

    assert "The service took the test message" in good.notice
    assert bad.notice.endswith("s): Slack answered 404: no_service")
    assert 'data-went="badly"' in bad.text


def test_a_channel_is_deleted_after_a_question(view, send, make_channel):
    url = f"/notifications/channel/{make_channel()}"
    form = view(url).link("Delete…")
    assert "with the policies that use it" in view(form).text
    done = send(form)

    assert view(done.headers["Location"]).notice == "The channel ops is deleted."
    assert view(url).status == 404


@pytest.mark.parametrize("act", ["delivery/{}/resend", "resend", "channels/new"])
def test_nothing_is_done_without_the_token_of_a_form(client, act):
    path = f"/notifications/{act}".format("00000000-0000-0000-0000-000000000000")

    assert client.post(path).status_code == 403


def test_each_kind_has_a_form(view):
    kinds = re.findall(r'channels/new\?type=([^"]+)"', view(f"{CHANNELS}/new").text)

    assert len(kinds) > 10
    for kind in kinds:
        assert view(f"{CHANNELS}/new?type={kind}").status == 200


def test_the_page_of_a_run_shows_what_was_told_of_it(view, dead):
    run = re.search(r"/runs/flow-run/([0-9a-f-]+)", view(f"{LEDGER}/delivery/{dead}").text)[0]
    page = view(run)

    assert f'href="{LEDGER}/delivery/{dead}">ops</a>' in page.text
    assert "of Failed" in page.text
    assert view(page.link("All</a>").replace("&amp;", "&")).status == 200


@pytest.fixture
def policy_id(client, make_channel):
    make_channel()
    return client.post("/api/headwater/policies/filter", json={}).json[0]["id"]


def sentences(page):
    texts = re.findall(r"<p>(If a run.*?)</p>", page.text, re.DOTALL)
    return [re.sub("<[^>]+>", "", text) for text in texts]


def test_policies_are_sentences_that_are_paused_and_deleted(view, send, policy_id):
    url = f"/notifications/policy/{policy_id}"
    assert sentences(view(POLICIES)) == ["If a run of any flow enters Failed, tell ops."]

    assert view(send(POLICIES, f"{url}/pause").headers["Location"]).notice.startswith("The policy")
    assert sentences(view(POLICIES)) == ["If a run of any flow enters Failed, tell ops. paused"]
    send(POLICIES, f"{url}/resume")
    assert "paused</span>" not in view(POLICIES).text
    send(f"{url}/delete")
    assert view(url).status == 404


def test_a_policy_is_made_after_its_sentence_was_seen(view, send, client, make_channel, make_run):
    run, channel = make_run("hourly"), make_channel()
    url = f"{POLICIES}/new"
    said = {"state": ["Failed", "Late"], "others": "Odd", "tags": "a, b", "match": "all"}
    said |= {"flow_ids": run["flow_id"], "channel": channel, "recovery": "on", "name": "Nightly"}

    preview = send(url, **said, preview="1")
    sentence = (
        "If a run of hourly with the tags a and b enters Failed, Late or Odd, tell ops, "
        "and say so when it works again."
    )
    assert sentence in re.sub("<[^>]+>", "", preview.text)
    assert "Nobody is told of this run." in preview.text
    assert len(sentences(view(POLICIES))) == 1
    assert send(url, **said).status == 303
    assert sentences(view(POLICIES))[1] == sentence

    made = client.post("/api/headwater/policies/filter", json={}).json[1]
    form = view(f"/notifications/policy/{made['id']}")
    assert 'value="Late" checked' in form.text
    done = send(f"/notifications/policy/{made['id']}", **said | {"tags": "c"})
    assert done.status == 303
    assert "with the tag c enters" in sentences(view(POLICIES))[1]


def test_what_is_wrong_with_a_policy_is_said(send, make_channel):
    url = f"{POLICIES}/new"
    nobody = send(url, state="Failed")
    broken = send(url, channel=make_channel(), message_template="{nonsense}")

    assert (nobody.status, broken.status) == (422, 422)
    assert "Choose a channel" in nobody.text
    assert "message_template: Invalid template variable provided" in broken.text


def test_what_a_policy_says_of_a_real_run_is_seen_before_it_is_kept(send, make_channel, make_run):
    make_run(state="FAILED", name="fuzzy", message="<boom>")
    said = {"channel": make_channel(), "state": "Failed", "preview": "1"}
    ours = send(f"{POLICIES}/new", **said)
    theirs = send(f"{POLICIES}/new", **said, templating="jinja", title_template="{{ flow_name }}!")
    broken = send(f"{POLICIES}/new", **said, message_template="{nonsense}")

    assert "<strong>daily-etl / fuzzy: Failed</strong>" in ours.text
    assert "&lt;boom&gt;" in ours.text
    assert "<strong>daily-etl!</strong>" in theirs.text
    assert broken.status == 200
    assert "Invalid template variable provided" in broken.text


def test_what_a_service_would_be_sent_is_seen_where_it_is_chosen(
    send, make_channel, make_run, slack
):
    make_run(state="FAILED", name="fuzzy", message="<boom>")
    one, two = make_channel("one"), make_channel("two")
    said = {"channel": one, "fallback": two, "state": "Failed", "preview": "1"}
    plain = send(f"{POLICIES}/new", **said)
    chosen = send(f"{POLICIES}/new", **said, over=two)

    assert 'class="rendering"' not in plain.text
    assert f'<option value="{two}" selected>two (slack)</option>' in chosen.text
    assert chosen.text.count('class="rendering"') == 1
    assert "&#34;attachments&#34;: [" in chosen.text
    assert slack.received == []


def test_how_long_a_policy_waits_for_a_channel_that_rests_is_kept(view, send, client, make_channel):
    one, two = make_channel("one"), make_channel("two")
    url, said = f"{POLICIES}/new", {"channel": one, "fallback": two, "state": "Failed"}
    assert send(url, **said, fallback_minutes="2.5").status == 303
    assert (
        "fallback_after: Input should be a valid number"
        in send(url, **said, fallback_minutes="soon").text
    )

    made = client.post("/api/headwater/policies/filter", json={}).json[-1]
    assert (made["fallback_channel_ids"], made["fallback_after"]) == ([two], 150)
    assert 'value="2.5"' in view(f"/notifications/policy/{made['id']}").text


def test_a_channel_shows_how_it_does_and_is_turned_off_and_on(view, send, dead, client):
    (channel,) = (one["id"] for one in client.post("/api/headwater/channels/filter", json={}).json)
    url = f"/notifications/channel/{channel}"
    assert "no_service" in view(CHANNELS).text

    off = send(f"{url}/disable", reason="moving house")
    page = view(off.headers["Location"])
    assert page.notice.startswith("It is off")
    assert "moving house" in page.text
    on = send(url, f"{url}/enable")
    assert view(on.headers["Location"]).notice.startswith("It is on.")
    assert "moving house" not in view(url).text
