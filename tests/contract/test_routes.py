"""Every route and socket of the contract's two lists: `routes.tsv`."""

import csv
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from headwater.web.caller import Major
from headwater.web.openapi.document import list_operations
from headwater.web.sockets.routes import SOCKETS

with (Path(__file__).parent / "routes.tsv").open(newline="") as file:
    LISTED = {
        (row["method"], re.sub("{[^}]*}", "{}", row["path"])): set(row["majors"].split())
        for row in csv.DictReader(file, delimiter="\t")
    }


def test_every_route_of_both_lists_is_there(app: Flask) -> None:
    assert sorted(set(LISTED) - list_ours(app)) == []


def test_routes_that_only_one_major_has_say_so(app: Flask) -> None:
    of_major = {Major.TWO: {"2.20"}, Major.THREE: {"3.9"}}
    wrong = []
    for one in list_operations(app):
        listed = LISTED.get((one.method, "/api" + re.sub("{[^}]*}", "{}", one.path)))
        only = one.description.only
        if listed is not None and (only is not None or listed == {"2.20"}):
            wrong += [(one.method, one.path)] if listed != of_major.get(only) else []

    assert wrong == []


def test_a_route_answers_without_a_redirect(client: FlaskClient, app: Flask) -> None:
    there = sorted(set(LISTED) & list_ours(app) - {key for key in LISTED if key[0] == "WS"})

    assert len(there) > 80
    for method, path in there:
        address = path.replace("{}", "00000000-0000-0000-0000-000000000001")
        response = client.open(address, method=method)
        assert response.status_code not in (301, 307, 308, 405), (method, path)


def list_ours(app: Flask) -> set[tuple[str, str]]:
    sockets = {("WS", re.sub("<[^>]*>", "{}", path)) for path in app.extensions[SOCKETS]}
    return sockets | {
        (method, re.sub("<[^>]*>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
