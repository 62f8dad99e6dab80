"""The commands of what was told and what was not, over HTTP to a server."""

import json

import pytest

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def dead(headwater, client, slack, tell, send_due):
    """Two notifications that were given up."""
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    headwater("policy", "create", "--channel", "ops", "--state", "Failed")
    slack.status, slack.text = 404, "no_service"
    tell({}, {})
    send_due()
    slack.status, slack.text = 200, "ok"
    return [one["id"] for one in client.post("/api/headwater/notifications/filter", json={}).json]


def test_notifications_are_listed_shown_and_sent_again(headwater, slack, dead, send_due):
    code, said = headwater("notification", "ls", "--state", "dead", "--channel", "ops")
    title, *rows = said.splitlines()
    assert (code, title.split()) == (0, ["ID", "WHEN", "STATE", "CHANNEL", "ABOUT", "REASON"])
    assert {row.split()[0] for row in rows} == set(dead)
    assert "daily-etl fuzzy-leopard Failed  Slack answered 404" in rows[0]
    assert headwater("notification", "ls", "--until", "1d")[1].startswith("There are no such")
    code, said = headwater("notification", "ls", "--state", "deda")
    assert (code, "'deda' is none of pending, sending, sent, dead" in said) == (1, True)

    shown = headwater("notification", "inspect", dead[0])[1]
    assert "Attempt 1, " in shown
    assert "answered 404: Slack answered 404: no_service" in shown

    resent = headwater("notification", "resend", dead[0])
    assert resent == (0, "1 notification will be sent again.\n")
    code, said = headwater("notification", "resend", "--since", "2h", typed="y\n")
    assert code == 0
    assert "Send 1 notification again?" in said
    send_due()
    assert headwater("notification", "ls", "--state", "dead")[0] == 0
    assert headwater("notification", "resend", "--all") == (0, "Nothing was sent again.\n")


def test_scripts_read_what_was_told_as_json(headwater, dead):
    listed = json.loads(headwater("notification", "ls", "--json")[1])
    shown = json.loads(headwater("notification", "inspect", dead[0], "--json")[1])
    resent = headwater("notification", "resend", "--all", "-y", "--json")[1]

    assert [one["id"] for one in listed] == dead
    assert shown["tries"][0]["status"] == 404
    assert json.loads(resent) == {"resent": 2}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["inspect", NOBODY], 1, f"there is no notification '{NOBODY}'; see: headwater notific"),
        (["inspect", "ops"], 1, "there is no notification 'ops'; see: headwater notification ls"),
        (["resend", NOBODY], 1, f"there is no notification '{NOBODY}'; see: headwater notific"),
        (["ls", "--channel", "other"], 1, "there is no channel 'other'; see: headwater channel"),
        (["ls", "--run", NOBODY], 1, f"there is no flow run '{NOBODY}'; see: headwater flow-run"),
        (["ls", "--since", "soon"], 2, "Invalid value for '--since': 'soon' is no time; write"),
        (["resend"], 2, "Give an ID, or options that choose, or --all for all dead ones."),
    ],
)
def test_what_notifications_there_are_not_is_one_line(headwater, arguments, code, said):
    done, output = headwater("notification", *arguments)

    assert (done, output.count("\n")) == (code, 1)
    assert output.startswith(f"Error: {said}")
