"""What a policy would say of a real run, before it is kept."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from headwater.notifications.rules.wanting import list_obstacles
from headwater.notifications.schemas.drafts import OwnPolicyDraft

URL = "/api/headwater/policies/preview"


@pytest.fixture
def run(client):
    """A run that failed and was then tried again, with success."""
    flow = client.post("/api/flows/", json={"name": "daily-etl"}).json["id"]
    body = {"flow_id": flow, "name": "fuzzy", "tags": ["a"], "parameters": {"day": 3}}
    made = client.post("/api/flow_runs/", json=body).json["id"]
    for kind, message in (("RUNNING", None), ("FAILED", "boom"), ("COMPLETED", None)):
        state = {"type": kind, "message": message}
        body = {"state": state, "force": True}
        client.post(f"/api/flow_runs/{made}/set_state", json=body)
    return made


@pytest.fixture
def preview(client, run):
    def ask(**policy):
        answer = client.post(URL, json={"policy": policy, "flow_run_id": run})
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


def test_it_is_of_the_latest_state_that_is_wanted(preview, run, make_channel):
    one, two = make_channel("one"), make_channel("two")
    shown = preview(state_names=["Failed"], channel_ids=[one], fallback_channel_ids=[two])

    assert (shown["obstacles"], shown["error"], shown["state_name"]) == ([], None, "Failed")
    message = shown["message"]
    assert (message["title"], message["kind"]) == ("daily-etl / fuzzy: Failed", "problem")
    assert message["body"].endswith("UTC\n\nboom")
    assert message["link"].endswith(f"/runs/flow-run/{run}")
    assert [each["name"] for each in shown["channels"]] == ["one"]
    assert [each["name"] for each in shown["fallback_channels"]] == ["two"]


def test_it_has_the_recovery_where_the_run_completed(preview):
    assert preview()["recovery"]["title"] == "daily-etl / fuzzy: recovered"
    assert preview(recovery=False)["recovery"] is None
    assert preview(state_names=["Failed"])["recovery"] is None


def test_templates_are_filled_and_their_faults_are_said(preview):
    good = preview(templating="jinja", title_template="{{ flow_run_parameters.day + 1 }}")
    bad = preview(templating="jinja", message_template="{{ tags + 1 }}")

    assert (good["message"]["title"], good["error"]) == ("4", None)
    assert "list" in bad["error"]
    assert "could not be used" in bad["message"]["body"]


def test_a_template_that_cannot_be_kept_is_refused_by_its_place(client, run):
    policy = {"message_template": "{nonsense}"}
    answer = client.post(URL, json={"policy": policy, "flow_run_id": run})

    assert answer.status_code == 422
    assert answer.json["exception_detail"][0]["msg"].startswith("message_template: Invalid")


def test_a_run_that_is_not_there_is_not_found(client):
    answer = client.post(URL, json={"policy": {}, "flow_run_id": str(uuid4())})

    assert answer.status_code == 404


FLOW, DEPLOYMENT, POOL = uuid4(), uuid4(), uuid4()
NEWS = {
    "flow_id": FLOW,
    "deployment_id": DEPLOYMENT,
    "work_pool_id": POOL,
    "tags": ["a", "b"],
    "state_name": "Failed",
    "state_timestamp": datetime(2026, 11, 25, tzinfo=UTC),
}
DRAFTS = [
    ({}, None),
    ({"state_names": ["Failed", "Crashed"]}, None),
    ({"state_names": ["Crashed"]}, "Its state is Failed."),
    ({"tags": ["b", "c"]}, None),
    ({"tags": ["c"]}, "It has none of the tags."),
    ({"tags": ["a", "b"], "match_all_tags": True}, None),
    ({"tags": ["b", "c"], "match_all_tags": True}, "It lacks the tags c."),
    ({"match_all_tags": True}, None),
    ({"flow_ids": [FLOW, uuid4()], "deployment_ids": [DEPLOYMENT], "work_pool_ids": [POOL]}, None),
    ({"flow_ids": [uuid4()]}, "It is of another flow."),
    ({"deployment_ids": [uuid4()]}, "It is of no deployment that is meant."),
    ({"work_pool_ids": [uuid4()]}, "It is of no work pool that is meant."),
]


@pytest.mark.parametrize(("draft", "obstacle"), DRAFTS)
def test_why_a_run_is_not_told_of_is_said(make_news, draft, obstacle):
    found = list_obstacles(OwnPolicyDraft(**draft), make_news(**NEWS))

    assert found == ([obstacle] if obstacle else [])


def test_the_database_decides_as_the_preview_says(make_own, make_channel, make_named, tell, client):
    channel = make_channel()
    named, wanted = {}, []

    def find(field, one):
        if one not in named:
            named[one] = make_named(field)
        return named[one]

    for draft, obstacle in DRAFTS:
        ids = {name: [find(name, one) for one in v] for name, v in draft.items() if "_ids" in name}
        made = make_own(channel, **draft | ids)["id"]
        wanted += [] if obstacle else [made]
    tell(NEWS | {name: UUID(find(f"{name}s", NEWS[name])) for name in NEWS if name.endswith("_id")})

    told = client.post("/api/headwater/notifications/filter", json={}).json
    assert sorted(one["policy_id"] for one in told) == sorted(wanted)
