"""The form that takes any automation as JSON."""

import json

import pytest

from tests.pages.automations.watching import (
    CANCEL,
    FAILED,
    NEW,
    REACTIVE_X,
    RUN_FORM,
    page_of,
    read,
)


def test_what_the_form_cannot_show_is_changed_as_json(view, send, client, make):
    trigger = {"type": "sequence", "triggers": [FAILED, FAILED], "within": 60}
    one = make(trigger=trigger, actions_on_trigger=[CANCEL])
    moved = view(f"{page_of(one)}/edit")
    assert (moved.status, moved.headers["Location"]) == (303, f"{page_of(one)}/edit/json")

    actions = json.dumps([CANCEL, CANCEL])
    sent = {"trigger": json.dumps(trigger), "actions": actions, "tags": "a, b"}
    done = send(f"{page_of(one)}/edit/json", name="new", **sent)
    assert done.status == 303
    changed = read(client, page_of(one))
    assert (changed["name"], changed["tags"], len(changed["actions"])) == ("new", ["a", "b"], 2)


def test_json_is_refused_at_its_field(send):
    given = {"name": "", "trigger": "{", "actions": json.dumps([{"type": "run-deployment"}])}
    page = send(f"{NEW}/json", **given)
    assert page.status == 422
    assert "This is no JSON" in page.text
    assert 'id="error-name"' in page.text

    page = send(f"{NEW}/json", **given | {"name": "a", "trigger": json.dumps(FAILED)})
    assert "deployment_id is required" in page.text
    endless = FAILED | {"expect": ["prefect.flow-run.*"]}
    again = [{"type": "run-deployment", "source": "inferred"}]
    given = {"name": "a", "trigger": json.dumps(endless), "actions": json.dumps(again)}
    assert "infinite loop" in send(f"{NEW}/json", **given).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" * 300 + "]" * 300, "nested too deeply"),
        ('{"a": "\\ud800"}', "must not contain a lone surrogate"),
        ('{"a": "\\u0000"}', "must not contain a NUL character"),
        ("NaN", "This is no JSON"),
    ],
)
def test_json_that_could_not_be_kept_is_refused_at_its_field(send, typed, said):
    actions = f'[{{"type": "run-deployment", "source": "inferred", "parameters": {typed}}}]'
    trigger = json.dumps(REACTIVE_X)
    page = send(f"{NEW}/json", name="a", trigger=trigger, actions=actions)
    form = {"action-0-type": "run-deployment", "action-0-parameters": typed}

    assert page.status == 422
    assert said in page.text
    assert 'id="error-actions"' in page.text
    page = send(NEW, name="a", **RUN_FORM | form)
    assert page.status == 422
    assert 'id="error-action-0-parameters"' in page.text


def test_json_makes_an_automation(send, view, client):
    assert "prefect.flow-run.Failed" in view(f"{NEW}/json").text
    done = send(f"{NEW}/json", name="a", trigger=json.dumps(FAILED), actions="")

    assert read(client, done.headers["Location"])["actions"] == []
