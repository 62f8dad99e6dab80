"""Templates over the wire: what is wrong with one is told before it is kept."""

import pytest
from flask.testing import FlaskClient

PATHS = ["templates/validate", "automations/templates/validate"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "template",
    [
        "{{ a }}",
        "",
        "{% for a in b %}{{ a }}{% endfor %}",
        "{{ a | nothing }}",  # which filters there are is known when it is rendered
    ],
)
def test_a_template_is_taken(client: FlaskClient, path: str, template: str) -> None:
    assert client.post(f"/api/{path}", json=template).status_code == 204


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ("a\n{{ a }", {2}),
        ("{% for a in b %}" * 3 + "{% endfor %}" * 3, {None}),
        ("{% for a in b %}{% endfor %}" * 11, {None}),
        ("x" * 100_001, {None}),
        ("{{ " + "(" * 5000 + "}}", {1, None}),  # how deep Python goes is the machine's affair
    ],
)
def test_what_is_wrong_with_a_template_is_told(
    client: FlaskClient, path: str, template: str, lines: set[int | None]
) -> None:
    response = client.post(f"/api/{path}", json=template)

    assert response.status_code == 422
    fault = response.json["error"]
    assert fault["line"] in lines
    assert fault["source"] == template
    assert fault["message"]


@pytest.mark.parametrize("body", ["1", "{}", "null", '"\\u0000"', "["])
def test_what_is_no_template_is_refused(client: FlaskClient, body: str) -> None:
    response = client.post("/api/templates/validate", data=body)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body"]
