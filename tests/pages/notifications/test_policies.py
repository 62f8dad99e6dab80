"""The pages of policies, and their form."""

import re

import pytest

POLICIES = "/notifications/policies"


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
    wrong = send(url, **said, fallback_minutes="soon")
    assert "This is no number." in wrong.text
    assert 'id="error-fallback_minutes"' in wrong.text

    made = client.post("/api/headwater/policies/filter", json={}).json[-1]
    assert (made["fallback_channel_ids"], made["fallback_after"]) == ([two], 150)
    assert 'value="2.5"' in view(f"/notifications/policy/{made['id']}").text
