"""The parts of a policy's form that say when it tells, and the ledger's filter by policy."""

import re

import pytest

POLICIES = "/notifications/policies"
NEW = f"{POLICIES}/new"
GROUPED = {"group": "on", "group_by": ["flow", "tags"], "repeat": "4h"}
GROUPED |= {"group_wait": "10s", "group_interval": ""}
QUIET = {"quiet": "on", "quiet_start": "00:00", "quiet_end": "00:00", "quiet_zone": "Europe/Berlin"}
QUIET |= {"quiet_day": ["saturday", "sunday"], "quiet_then": "drop", "quiet_unless": "error"}
GROUPING = {"by": ["flow", "tags"], "wait": 10, "interval": 300, "repeat": 14400}
HOURS = {"timezone": "Europe/Berlin", "weekdays": ["saturday", "sunday"], "start": "00:00"}
HOURS |= {"end": "00:00", "breaks_through": "error", "then": "drop"}


@pytest.fixture
def said(client, slack):
    """What the form of a policy needs."""
    body = {"type": "slack", "name": "ops", "settings": {"url": slack.url}}
    channel = client.post("/api/headwater/channels/", json=body).json["id"]
    return {"channel": channel, "state": "Failed", "recovery": "on"}


@pytest.fixture
def kept(client):
    """Return the policies that are kept."""
    return lambda: client.post("/api/headwater/policies/filter", json={}).json


def fields_of(page):
    """Return what a browser sends of a form that nobody touches."""
    form = page.text[page.text.index("<form") :]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = (re.search(f'{one}="([^"]*)"', tag) for one in ("name", "value"))
        ticks = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and name[1] != "csrf_token" and (not ticks or " checked" in tag):
            found.setdefault(name[1], []).append(value[1] if value else "on")
    for name, options in re.findall(r'<select name="([^"]+)"(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)[:1]
        found[name] = chosen or ([] if " multiple" in options else first)
    return found


def errors_of(page):
    return dict(re.findall(r'<p class="wrong" id="error-([^"]+)">([^<]+)<', page.text))


def test_a_policy_is_made_changed_and_cleared_with_its_times(view, send, said, kept):
    assert send(NEW, **said, **GROUPED, **QUIET).status == 303
    (made,) = kept()
    assert (made["grouping"], made["quiet_hours"]) == (GROUPING, HOURS)
    page = re.sub("<[^>]+>", "", view(POLICIES).text)
    assert "News alike in flow and tags come together: the first after 10 seconds" in page
    assert "On Saturday and Sunday it is quiet from 00:00 to 00:00 the next day" in page

    url = f"/notifications/policy/{made['id']}"
    untouched = fields_of(view(url))
    assert send(url, **untouched | {"tags": "a"}).status == 303
    (changed,) = kept()
    same = {"grouping", "quiet_hours", "state_names", "channel_ids", "recovery"}
    assert {name: changed[name] for name in same} == {name: made[name] for name in same}
    assert changed["tags"] == ["a"]

    del untouched["group"], untouched["quiet"]
    send(url, **untouched)
    assert [(one["grouping"], one["quiet_hours"]) for one in kept()] == [(None, None)]


def test_times_are_typed_in_fields_of_their_kind(view):
    page = view(NEW).text

    assert re.search('name="quiet_start" [^>]*type="time" value="22:00"', page)
    assert re.search('name="repeat" [^>]*placeholder="never"', page)


def test_what_is_not_ticked_asks_for_nothing(view, send, said, kept):
    assert send(NEW, **fields_of(view(NEW)) | said).status == 303

    assert [(one["grouping"], one["quiet_hours"]) for one in kept()] == [(None, None)]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (GROUPED | {"group_wait": "soon"}, "group_wait", "is no length of time"),
        (GROUPED | {"group_wait": "8d"}, "group_wait", "7 days at most"),
        (GROUPED | {"repeat": "5s"}, "repeat", "1 minute at least"),
        (GROUPED | {"repeat": "2m"}, "repeat", "not shorter than"),
        (GROUPED | {"recovery": []}, "recovery", "until it works again"),
        (QUIET | {"quiet_zone": ""}, "quiet_zone", "by which clock"),
        (QUIET | {"quiet_zone": "Mars/North"}, "quiet_zone", "Invalid timezone"),
        (QUIET | {"quiet_start": ""}, "quiet_start", "when they begin"),
        (QUIET | {"quiet_end": "25:00"}, "quiet_end", "no such time"),
        (QUIET | {"quiet_day": []}, "quiet_day", "Choose a day"),
        (QUIET | {"quiet_then": "x"}, "quiet_then", "Input should be"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    send, said, kept, typed, field, words
):
    page = send(NEW, **said | typed)

    assert (page.status, kept()) == (422, [])
    assert list(errors_of(page)) == [field]
    assert words in errors_of(page)[field]
    assert f'aria-describedby="error-{field}"' in page.text
    assert "Not kept: 1 field is not right." in page.text
    given = fields_of(page)
    for name, value in typed.items():
        if name != "quiet_then":
            assert given.get(name, []) == (value if isinstance(value, list) else [value])


def test_the_preview_goes_on_while_times_are_typed(send, said, make_run):
    make_run(state="FAILED", name="fuzzy")
    page = send(NEW, **said, **QUIET | {"quiet_zone": "Eur"}, preview="1")

    assert page.status == 200
    assert "daily-etl / fuzzy: Failed" in page.text
    assert "Invalid timezone" in page.text


def test_the_ledger_is_filtered_by_a_policy_of_its_form(view, send, said, kept, make_run):
    send(NEW, **said, name="Nightly")
    send(NEW, **said)
    make_run(state="FAILED", name="fuzzy")
    first, second = (one["id"] for one in kept())

    page = view(f"/notifications?policy={first}")
    assert page.names == ["fuzzy"]
    assert f'<option value="{first}" selected>Nightly</option>' in page.text
    assert f'<option value="{second}">If a run of any flow enters Failed, tell ops' in page.text
    gone = "00000000-0000-0000-0000-000000000000"
    page = view(f"/notifications?policy={gone}")
    assert f'<option value="{gone}" selected>A deleted policy</option>' in page.text
