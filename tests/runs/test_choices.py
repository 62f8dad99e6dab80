"""The names of what forms choose among."""

from uuid import UUID, uuid4

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import reading
from headwater.runs.queries.choices import find_names


def test_names_are_found_among_more_ids_than_a_statement_takes(client):
    flow = UUID(client.post("/api/flows/", json={"name": "etl"}).json["id"])
    ids = [*(uuid4() for _ in range(66_000)), flow]

    with reading() as session:
        assert find_names(session, DEFAULT_WORKSPACE, "flow", ids) == {flow: "etl"}
