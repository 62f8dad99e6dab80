"""The routes of policies that the clients' routes have no words for."""

from uuid import uuid4

import pytest

URL = "/api/headwater/policies/"
OLD = "/api/flow_run_notification_policies/"


NAMED = ("flow_ids", "deployment_ids", "work_pool_ids")


def test_a_policy_reads_back_as_it_was_made(client, make_channel, make_own, make_named):
    one, two, three = map(make_channel, ("one", "two", "three"))
    body = {
        "name": "etl",
        "is_active": False,
        "state_names": ["Failed"],
        "tags": ["a", "b"],
        "match_all_tags": True,
        **{field: [make_named(field)] for field in NAMED},
        "fallback_channel_ids": [three],
        "fallback_after": 60.0,
        "recovery": False,
        "templating": "jinja",
        "title_template": "{{ flow_name }}",
        "message_template": "{% if tags %}x{% endif %}",
        "grouping": {"by": ["flow", "tags"], "wait": 1.5, "interval": 60, "repeat": None},
        "quiet_hours": {
            "timezone": "Europe/Berlin",
            "weekdays": ["saturday"],
            "start": "22:00",
            "end": "07:00",
            "breaks_through": "error",
            "then": "drop",
        },
    }
    made = make_own(one, two, **body)

    assert {key: made[key] for key in body} == body
    assert made["channel_ids"] == [one, two]
    assert client.get(URL + made["id"]).json == made
    assert client.post(URL + "filter", json={}).json == [made]


def test_recoveries_are_told_unless_one_says_otherwise_or_a_client_of_2_made_it(
    client, make_channel, make_own, make_policy
):
    channel = make_channel()
    old = make_policy(channel)

    assert make_own(channel)["recovery"]
    assert not client.get(URL + old).json["recovery"]


def test_both_routes_show_the_same_rows(client, make_channel, make_own, make_policy):
    channel = make_channel()
    own, old = make_own(channel)["id"], make_policy(channel)

    assert client.get(OLD + own).json["block_document_id"] == channel
    assert [one["id"] for one in client.post(URL + "filter", json={}).json] == [own, old]


def test_a_patch_changes_what_was_sent(client, make_channel, make_own):
    one, two = make_channel("one"), make_channel("two")
    made = make_own(one, title_template="{flow_name}", tags=["a"])
    change = {"channel_ids": [two, one], "title_template": None, "name": "n", "tags": None}
    answer = client.patch(URL + made["id"], json=change)

    assert (answer.status_code, answer.json) == (200, client.get(URL + made["id"]).json)
    assert answer.json == made | change | {"tags": ["a"], "updated": answer.json["updated"]}


def test_what_several_patches_change_at_the_same_moment_is_all_kept(
    client, make_channel, make_own, patch_at_once
):
    made = make_own(make_channel())
    names = ["name", "title_template", "message_template"]
    for value in "abcde":
        patch_at_once(URL + made["id"], *({name: value} for name in names))

        policy = client.get(URL + made["id"]).json
        assert {name: policy[name] for name in names} == dict.fromkeys(names, value)


def test_a_template_of_a_client_of_2_is_a_plain_one(client, make_channel, make_own):
    made = make_own(make_channel(), templating="jinja", title_template="{{ flow_name }}")
    client.patch(OLD + made["id"], json={"message_template": "{flow_name}"})

    changed = client.get(URL + made["id"]).json
    assert (changed["templating"], changed["title_template"]) == ("plain", None)


def test_policies_are_found_by_their_channels_and_whether_they_are_active(
    client, make_channel, make_own
):
    one, two, three = map(make_channel, ("one", "two", "three"))
    a, b = make_own(one, two)["id"], make_own(three, fallback_channel_ids=[two])["id"]
    c = make_own(one, is_active=False)["id"]

    def find(**wanted):
        return [found["id"] for found in client.post(URL + "filter", json=wanted).json]

    assert find(channel_id=one) == [a, c]
    assert find(channel_id=two) == [a, b]
    assert find(channel_id=one, is_active=True, limit=5) == [a]


def test_a_channel_that_goes_leaves_the_others_in_their_order(client, make_channel, make_own):
    one, two, three, four = map(make_channel, ("one", "two", "three", "four"))
    policy = make_own(one, two, three, fallback_channel_ids=[four])["id"]

    def left_without(channel):
        client.delete(f"/api/block_documents/{channel}")
        found = client.get(URL + policy)
        return found.json.get("channel_ids"), found.json.get("fallback_channel_ids")

    assert left_without(two) == ([one, three], [four])
    assert left_without(one) == ([three], [four])
    assert left_without(three) == ([four], [])
    assert left_without(four) == (None, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"channel_ids": []}, "at least 1"),
        ({"channel_ids": ["00000000-0000-0000-0000-000000000000"]}, "there is no channel"),
        ({"fallback_channel_ids": ["CHANNEL"]}, "named twice"),
        ({"message_template": "{nonsense}"}, "message_template: Invalid template variable"),
        ({"templating": "jinja", "title_template": "{{ x"}, "title_template: "),
        ({"templating": "jinja", "message_template": "x" * 1001}, "1000 characters"),
        ({"templating": "jinja", "message_template": "{% for" + " x" * 9}, "message_template: "),
        ({"templating": "smarty"}, "'plain' or 'jinja'"),
        ({"fallback_after": -1}, "greater than or equal to 0"),
        ({"fallback_after": "soon"}, "valid number"),
        ({"name": "\0"}, "NUL"),
        ({"more": 1}, "Extra inputs"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_wrong_is_said_by_its_place(client, make_channel, make_own, change, said, method):
    channel = make_channel()
    change = {name: [channel] if value == ["CHANNEL"] else value for name, value in change.items()}
    url, body = URL, {"channel_ids": [channel]} | change
    if method == "PATCH":
        url, body = URL + make_own(channel)["id"], change
    answer = client.open(url, method=method, json=body)

    assert answer.status_code == 422, answer.text
    assert said in answer.json["exception_detail"][0]["msg"]
    assert len(client.post(URL + "filter", json={}).json) == (method == "PATCH")


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"grouping": {"by": ["weather"]}}, ["grouping", "by", 0], "'flow'"),
        ({"grouping": {"repeat": 600}, "recovery": False}, [], "repeat needs recovery"),
        (
            {"quiet_hours": {"timezone": "UTC", "start": "22:00"}},
            ["quiet_hours", "end"],
            "required",
        ),
        (
            {"quiet_hours": {"timezone": "Mars", "start": "22:00", "end": "07:00"}},
            ["quiet_hours", "timezone"],
            'Invalid timezone: "Mars"',
        ),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_wrong_with_its_times_is_refused_by_field(
    client, make_channel, make_own, change, place, words, method
):
    channel = make_channel()
    url = URL if method == "POST" else URL + make_own(channel)["id"]
    body = change if method == "PATCH" else {"channel_ids": [channel], **change}
    answer = client.open(url, method=method, json=body)

    assert answer.status_code == 422
    (detail,) = answer.json["exception_detail"]
    assert detail["loc"] == ["body", *place]
    assert words in detail["msg"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_each_id_that_is_nobodys_is_named_with_its_place(
    client, make_channel, make_own, make_named, method
):
    channel, nobody = make_channel(), str(uuid4())
    url = URL + make_own(channel)["id"] if method == "PATCH" else URL
    body = {field: [make_named(field), nobody] for field in NAMED}
    body |= {"channel_ids": [channel, str(uuid4())], "fallback_channel_ids": [nobody]}
    answer = client.open(url, method=method, json=body)

    assert answer.status_code == 422
    found = {".".join(map(str, one["loc"])): one["msg"] for one in answer.json["exception_detail"]}
    assert found == {
        "body.flow_ids.1": f"there is no flow {nobody}",
        "body.deployment_ids.1": f"there is no deployment {nobody}",
        "body.work_pool_ids.1": f"there is no work pool {nobody}",
        "body.channel_ids.1": f"there is no channel {body['channel_ids'][1]}",
        "body.fallback_channel_ids.0": f"there is no channel {nobody}",
    }
    assert len(client.post(URL + "filter", json={}).json) == (method == "PATCH")


def test_a_flow_is_no_channel_though_the_policy_names_it(
    client, make_channel, make_own, make_named
):
    flow = make_named("flow_ids")
    made = make_own(make_channel(), flow_ids=[flow])
    answer = client.patch(URL + made["id"], json={"fallback_channel_ids": [flow]})

    assert answer.status_code == 422
    assert answer.json["exception_detail"][0]["msg"] == f"there is no channel {flow}"


def test_what_a_policy_named_before_it_went_keeps_nobody_from_changing_it(
    client, make_channel, make_own, make_named
):
    flow, other = make_named("flow_ids"), make_named("flow_ids")
    made = make_own(make_channel(), flow_ids=[flow])
    client.delete(f"/api/flows/{flow}")

    for change in ({"name": "n"}, {"flow_ids": [flow, other]}):
        assert client.patch(URL + made["id"], json=change).status_code == 200
    assert client.patch(URL + made["id"], json={"flow_ids": [other]}).status_code == 200
    assert client.patch(URL + made["id"], json={"flow_ids": [flow]}).status_code == 422


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_policy_is_not_found(client, method):
    answer = client.open(f"{URL}{uuid4()}", method=method, json={})

    assert answer.status_code == 404


def test_a_deleted_policy_is_gone(client, make_channel, make_own):
    policy = make_own(make_channel())["id"]

    assert client.delete(URL + policy).status_code == 204
    assert client.get(URL + policy).status_code == 404
