"""Channels that are changed by our own route: single settings, and the name."""

import pytest

from headwater import clock

URL = "/api/headwater/channels/"
KEY = "e93facc04764012d7bfb002500d5d1a6"
RETIRED = "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"


@pytest.fixture
def make(client):
    """Make a channel of any kind; return its id."""

    def make(kind, name="ops", **settings):
        answer = client.post(URL, json={"type": kind, "name": name, "settings": settings})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    return make


@pytest.fixture
def change(client):
    def change(reference, **wanted):
        return client.patch(f"{URL}{reference}", json=wanted)

    return change


@pytest.fixture
def kept(client):
    """Return what is kept of a channel, its secrets in clear."""

    def look(channel):
        return client.get(f"/api/block_documents/{channel}?include_secrets=true").json["data"]

    return look


def test_what_was_not_sent_stays_secrets_too(make, change, kept):
    pager = make("pagerduty", integration_key=KEY, region_name="eu", source="here")
    answer = change("ops", settings={"source": "there", "region_name": None})

    assert answer.status_code == 200
    assert answer.json == {
        "id": pager,
        "name": "ops",
        "type": "pager-duty-webhook",
        "plugin": "pagerduty",
        "warnings": [],
    }
    assert kept(pager) == {"integration_key": KEY, "source": "there"}


def test_a_secret_is_changed_and_its_mask_changes_nothing(make, change, kept):
    pager = make("pagerduty", integration_key=KEY)
    change("ops", settings={"integration_key": "********", "source": "here"})
    assert kept(pager)["integration_key"] == KEY

    change("ops", settings={"integration_key": KEY[::-1]})
    assert kept(pager) == {"integration_key": KEY[::-1], "source": "here"}


def test_what_several_change_at_the_same_moment_is_all_kept(patch_at_once, make, kept):
    channel = make("pagerduty", integration_key=KEY)
    names = ["source", "component", "group", "class_id"]
    for value in "abcde":
        patch_at_once(f"{URL}ops", *({"settings": {name: value}} for name in names))

        assert {name: kept(channel)[name] for name in names} == dict.fromkeys(names, value)


@pytest.mark.parametrize(
    ("settings", "place", "said"),
    [
        ({"url": None}, "url", "Field required"),
        ({"ulr": "x"}, "ulr", "is no setting; see: headwater channel types"),
        ({"ulr": None}, "ulr", "is no setting; see: headwater channel types"),
        ({"allow_private_urls": "perhaps"}, "allow_private_urls", "boolean"),
    ],
)
def test_what_is_not_right_is_refused_by_name_and_changes_nothing(
    make_channel, change, kept, settings, place, said
):
    channel = make_channel()
    before = kept(channel)
    answer = change("ops", name="other", settings={"notify_type": "failure"} | settings)

    assert answer.status_code == 422
    (wrong,) = answer.json["exception_detail"]
    assert wrong["loc"] == ["body", "settings", place]
    assert said in wrong["msg"]
    assert kept(channel) == before
    assert change("other").status_code == 404


@pytest.mark.parametrize("body", [{"name": "Ops"}, {"settings": []}, {"type": "slack"}])
def test_a_body_that_is_none_is_refused(make_channel, change, body):
    make_channel()

    assert change("ops", **body).status_code == 422


def test_what_will_likely_not_work_is_kept_and_told(make, change):
    make("msteams", url="https://example.com/workflows/1/triggers/manual/paths/invoke?sig=x")
    (warning,) = change("ops", settings={"url": RETIRED}).json["warnings"]

    assert warning.startswith("Microsoft has retired the connectors")


def test_a_whole_url_takes_the_place_of_all_its_parts(make, change, kept):
    channel = make("mattermost", url="https://chat.example/sub/hooks/abc1", botname="flows")
    change("ops", settings={"url": "http://other.example:8065/hooks/def2"})

    assert kept(channel) == {
        "hostname": "other.example",
        "secure": False,
        "port": 8065,
        "token": "def2",
        "botname": "flows",
    }


def test_what_a_client_keeps_beside_the_settings_stays(client, make_channel, change, kept):
    channel = make_channel()
    document = {"data": {"of_the_client": 1}}
    client.patch(f"/api/block_documents/{channel}", json=document)
    change("ops", settings={"notify_type": "failure"})

    assert kept(channel)["of_the_client"] == 1
    assert kept(channel)["notify_type"] == "failure"


def test_what_waits_goes_where_the_channel_leads_then(policy, tell, send_due, change, slack):
    tell()
    send_due()
    change("ops", settings={"url": f"{slack.url}/moved"})
    tell()
    send_due()

    assert [request.path.endswith("/moved") for request in slack.requests] == [False, True]


def test_a_renamed_channel_is_the_same_one(
    client, make_channel, make_policy, change, tell, send_due, slack, kept
):
    channel = make_channel()
    make_policy(channel)
    before = kept(channel)
    tell()
    answer = change("ops", name="on-call")
    send_due(clock.now())

    assert (answer.status_code, answer.json["name"]) == (200, "on-call")
    assert client.get(f"{URL}on-call").json["id"] == channel
    assert client.get(f"{URL}ops").status_code == 404
    assert len(slack.received) == 1
    assert kept(channel) == before


def test_a_name_that_another_of_its_type_has_is_refused(make, make_channel, change):
    for name in ("ops", "taken"):
        make_channel(name)
    make("pagerduty", "free", integration_key=KEY)
    answer = change("ops", name="taken", settings={"notify_type": "failure"})

    assert answer.status_code == 409
    assert answer.json == {"detail": "A slack-webhook block called 'taken' exists already."}
    assert change("slack/ops", name="free").status_code == 200


def test_its_own_name_or_nothing_changes_nothing(make_channel, change, kept):
    channel = make_channel()
    before = kept(channel)

    assert change("ops", name="ops").status_code == 200
    assert change("ops").json["name"] == "ops"
    assert kept(channel) == before


@pytest.mark.parametrize("reference", ["other", "x/ops", "00000000-0000-0000-0000-000000000001"])
def test_an_unknown_channel_is_not_changed(make_channel, change, reference):
    make_channel()
    answer = change(reference, settings={"notify_type": "failure"})

    assert answer.status_code == 404
    assert answer.json == {"detail": f"There is no channel {reference!r}."}
