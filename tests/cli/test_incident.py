"""`headwater incident`, over HTTP to a server."""

import pytest

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import write
from headwater.ids import uuid7
from headwater.incidents import service
from headwater.incidents.schemas.severity import Severity


@pytest.fixture
def declared(client):
    """An incident's id."""
    flow = {"prefect.resource.id": "prefect.flow.a", "prefect.resource.role": "flow"}
    return str(
        write(
            lambda session: service.declare(
                session,
                DEFAULT_WORKSPACE,
                title="the shop is late",
                description="",
                severity=Severity.MAJOR,
                automation_id=uuid7(),
                related=[flow],
                labels={},
                now=clock.now(),
            )
        )
    )


def test_incidents_that_are_open_are_listed(asking, told, declared):
    assert [one["id"] for one in told("incident", "ls")] == [declared]
    titles, row = asking("incident", "ls").stdout.splitlines()
    assert titles.split() == ["ID", "DECLARED", "SEVERITY", "CLOSED", "TITLE"]
    assert row.endswith("the shop is late")


def test_incidents_are_listed_by_their_severity(told, refusal, declared):
    by = ("incident", "ls", "--severity")

    assert told(*by, "minor") == []
    assert [one["id"] for one in told(*by, "minor", "--severity", "major")] == [declared]
    line, code = refusal(*by, "bad")
    assert "'minor', 'major', 'critical'" in line
    assert code == 2


def test_an_incident_is_closed(asking, told, declared):
    done = asking("incident", "close", declared, "--note", "a full disk")

    assert done.said == "Closed the incident the shop is late.\n"
    assert told("incident", "ls") == []
    assert [one["note"] for one in told("incident", "ls", "--all")] == ["a full disk"]
    shown = asking("incident", "inspect", declared).stdout
    assert "About:       flow prefect.flow.a\n" in shown


def test_an_incident_is_closed_once(refusal, asking, declared):
    asking("incident", "close", declared)

    assert refusal("incident", "close", declared) == ("The incident is closed already.", 1)


@pytest.mark.parametrize("name", ["x", "00000000-0000-0000-0000-000000000001"])
def test_an_incident_that_is_not_there_is_named(refusal, client, name):
    line, code = refusal("incident", "inspect", name)

    assert (line, code) == (f"there is no incident {name!r}; see: headwater incident ls", 1)
