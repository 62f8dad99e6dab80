"""The routes of notification policies, as the 2.20 clients use them."""

from uuid import uuid4

import pytest

URL = "/api/flow_run_notification_policies/"


@pytest.fixture
def channel(make_channel):
    return make_channel()


def test_a_policy_reads_back_as_it_was_made(client, channel):
    body = {
        "is_active": True,
        "state_names": ["Completed", "Failed"],
        "tags": [],
        "block_document_id": channel,
        "message_template": "F {flow_run_name} {flow_run_state_name} {flow_run_url}",
    }
    made = client.post(URL, json=body)

    assert made.status_code == 201
    assert set(made.json) == {*body, "id", "created", "updated"}
    assert body.items() <= made.json.items()
    assert client.get(URL + made.json["id"]).json == made.json


def test_a_patch_changes_what_was_sent_and_answers_nothing(client, channel, make_policy):
    policy = make_policy(channel, message_template="{flow_name}")
    change = {"is_active": False, "tags": ["nn"]}
    answer = client.patch(URL + policy, json=change)

    assert (answer.status_code, answer.data) == (204, b"")
    read = client.get(URL + policy).json
    assert change.items() <= read.items()
    assert (read["state_names"], read["message_template"]) == (["Failed"], "{flow_name}")
    assert read["updated"] > read["created"]


def test_null_clears_the_template_alone(client, channel, make_policy):
    policy = make_policy(channel, message_template="{flow_name}")
    client.patch(URL + policy, json={"message_template": None, "tags": None, "is_active": None})

    read = client.get(URL + policy).json
    assert (read["message_template"], read["tags"], read["is_active"]) == (None, [], True)


def test_an_empty_patch_is_one_too(client, channel, make_policy):
    assert client.patch(URL + make_policy(channel), json={}).status_code == 204


def test_a_deleted_policy_is_gone(client, channel, make_policy):
    policy = make_policy(channel)

    assert client.delete(URL + policy).status_code == 204
    assert client.get(URL + policy).status_code == 404
    assert client.delete(URL + policy).json == {"detail": "flow run notification policy not found"}


def test_a_policy_goes_with_its_block(client, channel, make_policy):
    policy = make_policy(channel)
    client.delete(f"/api/block_documents/{channel}")

    assert client.get(URL + policy).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_policy_is_not_found(client, method):
    answer = client.open(f"{URL}{uuid4()}", method=method.upper(), json={})

    assert answer.status_code == 404
    assert "not found" in answer.json["detail"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "both"),
        ({"flow_run_notification_policy_filter": None}, "both"),
        ({"flow_run_notification_policy_filter": {"is_active": {"eq_": True}}}, "active"),
        ({"flow_run_notification_policy_filter": {"is_active": {"eq_": False}}}, "idle"),
        ({"flow_run_notification_policy_filter": {"is_active": {}}}, "both"),
        ({"flow_run_notification_policy_filter": {}}, "idle"),  # 2.20's default
        ({"limit": 1, "offset": 1}, "idle"),
        ({"limit": 0}, ""),
    ],
)
def test_policies_are_listed_by_whether_they_are_active(
    client, channel, make_policy, wanted, expected
):
    active, idle = make_policy(channel), make_policy(channel, is_active=False)
    found = [one["id"] for one in client.post(URL + "filter", json=wanted).json]

    ids = {"both": [active, idle], "active": [active], "idle": [idle], "": []}
    assert found == ids[expected]


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{nonsense}", "'nonsense'"),
        ("{flow_name} {flow_run.name}", "'flow_run.name'"),
        ("{flow_name.__class__}", "'flow_name.__class__'"),
        ("{flow_name:>999999999}", "'flow_name'"),
        ("{flow_name!r}", "'flow_name'"),
        ("{}", "''"),
        ("{0}", "'0'"),
        ("{flow_name", "expected '}'"),
        ("}", "Single '}'"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_no_placeholder_is_refused_by_name(
    client, channel, make_policy, template, names, method
):
    body = {"message_template": template}
    if method == "POST":
        body |= {"block_document_id": channel, "state_names": [], "tags": []}
    url = URL if method == "POST" else URL + make_policy(channel)
    answer = client.open(url, method=method, json=body)

    assert answer.status_code == 422
    (detail,) = answer.json["exception_detail"]
    assert detail["loc"][-1] == "message_template"
    assert names in detail["msg"]


@pytest.mark.parametrize(
    "template", ["", "no placeholder", "{{flow_name}}", "{flow_run_parameters} {flow_id}"]
)
def test_other_templates_are_taken_and_kept(client, channel, make_policy, template):
    policy = make_policy(channel, message_template=template)

    assert client.get(URL + policy).json["message_template"] == template


def test_a_policy_without_an_existing_block_is_a_conflict(client):
    body = {"block_document_id": str(uuid4()), "state_names": [], "tags": []}

    assert client.post(URL, json=body).status_code == 409


def test_what_is_missing_or_unknown_is_refused(client, channel):
    body = {"block_document_id": channel, "state_names": [], "extra": 1}
    answer = client.post(URL, json=body)

    assert answer.status_code == 422
    found = {(one["loc"][-1], one["type"]) for one in answer.json["exception_detail"]}
    assert found == {("tags", "missing"), ("extra", "extra_forbidden")}
