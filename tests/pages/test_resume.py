"""The form of a run that waits for an input: made from its schema, held against it."""

import json

import pytest

SCHEMA = {
    "title": "Approval",
    "type": "object",
    "properties": {
        "approve": {"type": "boolean", "title": "Approve"},
        "reviewer": {"type": "string", "title": "Reviewer", "description": "Who <looked>"},
        "copies": {"type": "integer", "default": 3, "minimum": 1, "maximum": 9},
        "share": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
        "channel": {"enum": ["stable", "beta"], "default": "stable", "type": "string"},
        "emails": {"type": "array", "items": {"type": "string"}, "default": []},
        "place": {"$ref": "#/$defs/Place"},
    },
    "required": ["approve", "reviewer"],
    "$defs": {
        "Place": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        }
    },
}


@pytest.fixture
def ask(client, make_run):
    """Make a run that waits for an input of a schema; return it."""

    def begin(schema, description=None, **details):
        run = make_run(state="RUNNING", name="fuzzy")
        keys = {"schema": "paused-1-schema", "response": "paused-1-response"}
        kept = {"paused-1-schema": json.dumps(schema)}
        if description:
            keys["description"] = "paused-1-description"
            kept["paused-1-description"] = json.dumps(description)
        state = {"type": "PAUSED", "state_details": {"run_input_keyset": keys} | details}
        client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": state})
        for key, value in kept.items():
            body = {"key": key, "value": value}
            client.post(f"/api/flow_runs/{run['id']}/input", json=body)
        return run

    return begin


@pytest.fixture
def response_of(client):
    path = "/api/flow_runs/{}/input/paused-1-response"
    return lambda run: json.loads(client.get(path.format(run["id"])).text)


def url_of(run):
    return f"/runs/flow-run/{run['id']}/resume"


def fields(**said):
    return {f"input:{name}": value for name, value in said.items()}


def test_the_run_says_that_it_waits_and_leads_to_the_form(view, ask):
    run = ask(SCHEMA, "Look at the <report> first.")

    page = view(f"/runs/flow-run/{run['id']}")
    form = view(page.link("Resume…"))

    assert "This run waits for an input." in page.text
    assert "Look at the &lt;report&gt; first." in form.text
    assert "Who &lt;looked&gt;" in form.text
    assert 'type="checkbox" name="input:approve"' in form.text
    assert 'value="3" inputmode="numeric"' in form.text
    assert '<option value="&#34;stable&#34;" selected>stable</option>' in form.text
    assert '<textarea name="input:emails"' in form.text


def test_a_run_goes_on_with_what_was_filled_in(view, send, ask, state_of, response_of):
    run = ask(SCHEMA)
    said = fields(approve="on", reviewer="Ada", copies="5", share="0.5", channel='"beta"')
    said |= fields(emails="a@x.org\r\n\r\n b@x.org ", place='{"city": "Bern"}')

    done = send(url_of(run), **said)

    assert done.status == 303
    assert view(done.headers["Location"]).notice == "fuzzy is Running now."
    assert state_of(run) == "Running"
    assert response_of(run) == {
        "approve": True,
        "reviewer": "Ada",
        "copies": 5,
        "share": 0.5,
        "channel": "beta",
        "emails": ["a@x.org", "b@x.org"],
        "place": {"city": "Bern"},
    }


def test_what_was_left_blank_is_left_out(send, ask, response_of):
    run = ask(SCHEMA)

    send(url_of(run), **fields(reviewer="Ada"))

    assert response_of(run) == {"approve": False, "reviewer": "Ada"}


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("reviewer", " ", "This is needed."),
        ("copies", "many", "&#39;many&#39; is no whole number."),
        ("copies", "10", "10 is greater than the maximum of 9"),
        ("share", "nan", "&#39;nan&#39; is no number that JSON has."),
        ("place", "{", "This is no JSON"),
        ("place", "{}", "&#39;city&#39; is a required property"),
        ("place", '{"city": 3}', "city: 3 is not of type &#39;string&#39;"),
        ("channel", '"nightly"', "&#39;nightly&#39; is not one of"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_kept(
    send, ask, state_of, name, text, error
):
    run = ask(SCHEMA)
    said = {"reviewer": "Ada", "emails": "kept@x.org", "approve": "on"} | {name: text}

    page = send(url_of(run), **fields(**said))

    assert page.status == 422
    field = page.text[page.text.index(f'name="input:{name}"') :]
    assert 'aria-invalid="true"' in field[:120]
    assert error in field[: field.index("</div>")]
    assert "Not sent: 1 field is not as the run wants it." in page.text
    assert ">kept@x.org</textarea>" in page.text
    assert state_of(run) == "Paused"


@pytest.mark.parametrize(
    "schema", [{"type": "object"}, ["nonsense"], 3, {"properties": {"x": 3}}, {"properties": "x"}]
)
def test_a_schema_that_no_fields_can_be_made_of_gets_one_for_all(send, ask, view, schema):
    run = ask(schema)

    assert "An object, as JSON." in view(url_of(run)).text
    assert send(url_of(run), **{"input:": '["no object"]'}).status == 422


def test_an_input_as_a_whole_is_taken(send, ask, response_of):
    run = ask({"type": "object"})

    send(url_of(run), **{"input:": '{"free": ["form"]}'})

    assert response_of(run) == {"free": ["form"]}


def test_a_schema_that_is_wrong_is_told_and_the_run_waits_on(send, ask, state_of):
    run = ask({"properties": {"x": {"type": "no such type"}}})

    page = send(url_of(run), **fields(x='"1"'))

    assert page.status == 422
    assert "Invalid schema" in page.text
    assert state_of(run) == "Paused"


def test_a_run_that_is_not_paused_has_nothing_to_resume(view, send, make_run):
    run = make_run(state="RUNNING", name="fuzzy")

    page = view(url_of(run))
    told = view(send(f"/runs/flow-run/{run['id']}/state", url_of(run)).headers["Location"])

    assert "That is not possible now" in page.text
    assert told.notice == ("fuzzy was not resumed: Cannot resume a flow run that is not paused.")


def test_the_form_takes_three_statements(view, ask, statements):
    run = ask(SCHEMA, "why")
    statements.clear()

    view(url_of(run))

    assert len(statements) <= 3, statements
