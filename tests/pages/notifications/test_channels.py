"""The pages of channels, and their forms."""

import re

CHANNELS = "/notifications/channels"
CANARY = "T0000/B0000/canary"


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


def test_each_kind_has_a_form(view):
    kinds = re.findall(r'channels/new\?type=([^"]+)"', view(f"{CHANNELS}/new").text)

    assert len(kinds) > 10
    for kind in kinds:
        assert view(f"{CHANNELS}/new?type={kind}").status == 200


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
