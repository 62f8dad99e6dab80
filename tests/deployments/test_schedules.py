"""Schedules over the wire: kept, changed by id and by slug, removed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
HOURLY = {"interval": 3600}
ANCHORED = HOURLY | {"anchor_date": "2026-01-01T00:00:00Z", "timezone": "Europe/Berlin"}
DAILY = {"cron": "0 3 * * *", "timezone": "America/New_York"}
YEAR_ONE = {"interval": 86_400, "anchor_date": "0001-01-01T00:00:00Z"}


def slugs_of(deployment: Any) -> dict[str, Any]:
    return {one["slug"]: one for one in deployment["schedules"]}


def test_each_kind_is_kept_whole(make_deployment: Make) -> None:
    rule = {"rrule": "FREQ=DAILY"}
    schedules = [{"schedule": one} for one in (ANCHORED, DAILY, rule)]

    kept = [one["schedule"] for one in make_deployment(schedules=schedules)["schedules"]]

    assert kept == [
        {"rrule": "DTSTART:20200101T000000\nFREQ=DAILY", "timezone": "UTC"},
        DAILY | {"day_or": True},
        ANCHORED | {"interval": 3600.0},
    ]


def test_an_interval_without_an_anchor_begins_now(make_deployment: Make) -> None:
    made = make_deployment(schedules=[{"schedule": HOURLY}])

    kept = made["schedules"][0]["schedule"]
    assert kept["timezone"] == "UTC"
    assert kept["anchor_date"] == made["created"]


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        ({"interval": 0}, "interval"),
        ({"interval": -5}, "interval"),
        ({"interval": 0.5}, "interval"),
        ({"interval": 60, "timezone": ""}, "timezone"),
        ({"interval": 60, "timezone": "Mars/Olympus"}, "Mars/Olympus"),
        (YEAR_ONE | {"timezone": "America/New_York"}, "anchor_date"),
        ({"interval": 60, "anchor_date": "9999-12-31T23:00:00-14:00"}, "anchor_date"),
        ({"cron": "bad"}, "bad"),
        ({"cron": "R R * * *"}, "R R"),
        ({"cron": "H H * * *"}, "H H"),
        ({"cron": "@reboot"}, "@reboot"),
        ({"cron": "60 * * * *"}, "60"),
        ({"cron": "* * * *"}, "* * * *"),
        ({"cron": ""}, "cron"),
        ({"cron": "* * * * * * *"}, "cron"),
        ({"cron": "0 0 30 2 *"}, "never fires"),
        ({"rrule": "bogus"}, "bogus"),
        ({"rrule": "FREQ=DAILY;INTERVAL=0"}, "INTERVAL"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never fires"),
        ({"rrule": "FREQ=DAILY", "cron": "@daily"}, "rrule"),
        ({"rrule": "A" * 6501}, "6500"),
        ({}, "interval"),
    ],
)
def test_what_is_no_schedule_is_refused_with_its_reason(
    client: FlaskClient, make_deployment: Make, schedule: Any, field: str
) -> None:
    made = make_deployment()

    response = client.post(
        f"/api/deployments/{made['id']}/schedules", json=[{"schedule": schedule}]
    )

    assert response.status_code == 422
    detail = response.json["exception_detail"][0]
    assert detail["loc"][:3] == ["body", 0, "schedule"]
    assert field in f"{detail['loc']} {detail['msg']}"


@pytest.mark.parametrize(
    "cron", ["@daily", "* * * * * *", "0 0 L * *", "0 9 * * 1#1", "0 0 * * 7", "0 0 * * SUN"]
)
def test_what_the_clients_take_for_cron_is_taken(
    client: FlaskClient, make_deployment: Make, cron: str
) -> None:
    url = f"/api/deployments/{make_deployment()['id']}/schedules"

    assert client.post(url, json=[{"schedule": {"cron": cron}}]).status_code == 201


@pytest.mark.parametrize("schedule", ["daily", 1, 1.5, True, [], None])
def test_a_schedule_that_is_no_object_is_refused(client: FlaskClient, schedule: Any) -> None:
    body = [{"schedule": schedule}]

    response = client.post(f"/api/deployments/{uuid4()}/schedules", json=body)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"][:3] == ["body", 0, "schedule"]


def test_schedules_are_added_changed_listed_and_removed(
    client: FlaskClient, make_deployment: Make
) -> None:
    made = make_deployment()
    url = f"/api/deployments/{made['id']}/schedules"
    body = {"schedule": HOURLY, "parameters": {"x": 1}, "slug": "a", "max_scheduled_runs": 2}
    (one,) = client.post(url, json=[body]).json
    assert client.post(url, json=[]).json == []

    assert client.patch(f"{url}/{one['id']}", json={"active": False}).status_code == 204

    (after,) = client.get(url).json
    assert (after["active"], after["slug"], after["max_scheduled_runs"]) == (False, "a", 2)
    assert after["parameters"] == {}  # absent, and so emptied
    taken = client.post(url, json=[{"schedule": HOURLY, "slug": "a"}])
    assert (taken.status_code, "unique" in taken.json["detail"]) == (409, True)
    assert client.delete(f"{url}/{one['id']}").status_code == 204
    for response in (
        client.delete(f"{url}/{one['id']}"),
        client.patch(f"{url}/{one['id']}", json={}),
    ):
        assert (response.status_code, response.json) == (404, {"detail": "Schedule not found."})
    gone = client.get(f"/api/deployments/{uuid4()}/schedules")
    assert (gone.status_code, gone.json) == (404, {"detail": "Deployment not found."})
    assert client.post(url, json=body).status_code == 422
    assert client.post(url, json=[body | {"max_scheduled_runs": 51}]).status_code == 422


def test_the_older_clients_keys_are_taken_and_shown(
    client: FlaskClient, make_deployment: Make
) -> None:
    made = make_deployment()
    url = f"/api/deployments/{made['id']}/schedules"
    body = [{"schedule": HOURLY, "active": True, "max_active_runs": 1, "catchup": False}]

    response = client.post(url, json=body, headers=OLD)

    assert response.status_code == 201
    assert (response.json[0]["max_active_runs"], response.json[0]["catchup"]) == (1, False)
    assert client.post(url, json=body).status_code == 201  # of a 2.x client on any server


def test_schedules_with_slugs_are_changed_one_by_one(
    client: FlaskClient, make_deployment: Make, read_deployment: Make
) -> None:
    made = make_deployment(
        schedules=[{"schedule": HOURLY, "slug": "a"}, {"schedule": DAILY, "slug": "b"}]
    )
    url = f"/api/deployments/{made['id']}"
    before = slugs_of(made)

    def patch(*schedules: Any) -> int:
        return client.patch(url, json={"schedules": schedules}).status_code

    assert patch({"slug": "a", "active": False}, {"slug": "c", "schedule": HOURLY}) == 204
    after = slugs_of(read_deployment(made))
    assert set(after) == {"a", "b", "c"}
    assert (after["a"]["id"], after["a"]["active"]) == (before["a"]["id"], False)
    assert after["b"] == before["b"]
    assert patch() == 204
    assert set(slugs_of(read_deployment(made))) == {"a", "b", "c"}
    assert patch({"slug": "d"}) == 422
    assert patch({"schedule": HOURLY}) == 422
    assert patch({"slug": "a"}, {"slug": "a"}) == 422


def test_schedules_are_renamed_whatever_the_order(
    client: FlaskClient, make_deployment: Make, read_deployment: Make
) -> None:
    made = make_deployment(
        schedules=[{"schedule": HOURLY, "slug": "a"}, {"schedule": DAILY, "slug": "b"}]
    )
    url = f"/api/deployments/{made['id']}"
    ids = {slug: one["id"] for slug, one in slugs_of(made).items()}
    renames = [{"replaces": "a", "slug": "b"}, {"replaces": "b", "slug": "c"}]

    assert client.patch(url, json={"schedules": renames}).status_code == 204

    after = slugs_of(read_deployment(made))
    assert {slug: one["id"] for slug, one in after.items()} == {"b": ids["a"], "c": ids["b"]}
    assert after["b"]["schedule"]["interval"] == 3600
    for schedules, status in (
        ([{"replaces": "b", "slug": "c"}], 422),  # c is there
        ([{"replaces": "b", "slug": "x"}, {"replaces": "b", "slug": "y"}], 422),
        ([{"replaces": "gone", "slug": "x"}], 404),
        ([{"replaces": "gone", "slug": "x", "schedule": HOURLY}], 204),
    ):
        assert client.patch(url, json={"schedules": schedules}).status_code == status


def test_schedules_without_slugs_are_replaced(
    client: FlaskClient, make_deployment: Make, read_deployment: Make
) -> None:
    made = make_deployment(schedules=[{"schedule": HOURLY}, {"schedule": DAILY}])
    url = f"/api/deployments/{made['id']}"

    client.patch(url, json={"schedules": [{"schedule": DAILY}, {"active": False}]})

    (left,) = read_deployment(made)["schedules"]
    assert left["schedule"]["cron"] == "0 3 * * *"
    client.patch(url, json={"description": "untouched"})
    assert len(read_deployment(made)["schedules"]) == 1


def test_the_older_client_changes_the_one_schedule(
    client: FlaskClient, make_deployment: Make
) -> None:
    made = make_deployment(old=True, schedule=HOURLY)
    url = f"/api/deployments/{made['id']}"

    def read() -> Any:
        return client.get(url, headers=OLD).json

    client.patch(url, json={"schedule": DAILY}, headers=OLD)
    assert read()["schedule"]["cron"] == "0 3 * * *"
    client.patch(url, json={"is_schedule_active": False}, headers=OLD)
    assert (read()["paused"], read()["is_schedule_active"]) == (True, False)
    assert read()["schedules"][0]["active"] is False
    assert client.post(f"{url}/set_schedule_active", headers=OLD).json is None
    assert (read()["paused"], read()["schedules"][0]["active"]) == (False, True)
    client.patch(url, json={"schedule": None}, headers=OLD)
    assert read()["schedules"] == []


def test_of_several_schedules_the_older_client_is_told(
    client: FlaskClient, make_deployment: Make
) -> None:
    made = make_deployment(schedules=[{"schedule": HOURLY}, {"schedule": DAILY}])
    url = f"/api/deployments/{made['id']}"

    for path in ("pause_deployment", "set_schedule_active", "set_schedule_inactive"):
        response = client.post(f"{url}/{path}", headers=OLD)
        assert response.status_code == 422
        assert "multiple schedules" in str(response.json["detail"])
    assert client.patch(url, json={"schedule": HOURLY}, headers=OLD).status_code == 422
    assert client.post(f"{url}/pause_deployment").status_code == 200
