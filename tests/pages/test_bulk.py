"""What is done to many runs at once: those of the list's filter, fifty at most, after a word."""

import re

import pytest


def shown_runs(page):
    return re.findall('name="run" value="([^"]+)"', page.text)


def following(page):
    found = re.search('name="following" value="([^"]+)"', page.text)
    return found and found[1]


@pytest.fixture
def confirm(send, view):
    """Confirm what a page of many runs shows, and return the page that follows."""

    def press(url, **fields):
        page = view(url)
        said = {"run": shown_runs(page)} | fields
        if place := following(page):
            said["following"] = place
        done = send(url, **said)
        return done if done.status != 303 else view(done.headers["Location"])

    return press


def test_the_list_leads_there_with_its_filter(view, make_run):
    make_run(name="a", tags=["x"])
    make_run(name="b")

    page = view(view("/runs?tag=x").link("Delete…"))

    assert "<strong>1</strong> run matches." in page.text
    assert page.names == ["a"]


def test_runs_are_deleted_with_their_logs(confirm, view, make_run, log, client):
    kept, gone = make_run(name="a"), make_run("weekly", name="b")
    log(gone, "one")

    page = confirm("/runs/bulk/delete?flow=week")

    assert page.notice == "1 run deleted."
    assert client.get(f"/api/flow_runs/{gone['id']}").status_code == 404
    assert client.get(f"/api/flow_runs/{kept['id']}").status_code == 200
    wanted = {"logs": {"flow_run_id": {"any_": [gone["id"]]}}}
    assert client.post("/api/logs/filter", json=wanted).json == []


def test_only_what_runs_or_waits_is_cancelled(confirm, make_run, state_of, view):
    running, done = make_run(state="RUNNING"), make_run(state="COMPLETED")

    page = confirm("/runs/bulk/cancel?flow=daily")

    assert page.notice == "1 run cancelled."
    assert (state_of(running), state_of(done)) == ("Cancelling", "Completed")
    assert "No runs are left for this." in view("/runs/bulk/cancel?state=COMPLETED").text


def test_a_state_is_set_and_what_stays_as_it_was_is_told_with_the_reason(
    confirm, make_run, state_of
):
    one, two = make_run(state="RUNNING"), make_run(state="CANCELLING")

    page = confirm("/runs/bulk/state", type="FAILED", name="Given up", message="all of them")

    assert state_of(one) == "Given up"
    assert state_of(two) == "Cancelling"
    assert page.notice.startswith("1 run set. 1 run stayed as they were: Cannot transition flows")
    assert 'data-went="badly"' in page.text


def test_force_sets_them_all(confirm, make_run, state_of):
    two = make_run(state="CANCELLING")

    assert confirm("/runs/bulk/state", type="FAILED", force="on").notice == "1 run set."
    assert state_of(two) == "Failed"


@pytest.mark.parametrize("act", ["cancel", "delete", "state"])
def test_fifty_go_at_once_and_the_next_follow(confirm, view, make_run, monkeypatch, act):
    monkeypatch.setattr("headwater_panel_runs.bulk.MOST_AT_ONCE", 3)
    for number in range(7):
        make_run(name=f"run-{number}", state="RUNNING")
    url = f"/runs/bulk/{act}?flow=daily"
    first = view(url)
    assert "<strong>7</strong> runs match. At most 3 go at once" in first.text
    assert first.names == ["run-6", "run-5", "run-4"]

    second = confirm(url, type="FAILED")

    assert re.match(r"3 runs (cancelled|deleted|set)\.", second.notice)
    assert second.names == ["run-3", "run-2", "run-1"]
    assert "<strong>4</strong> runs are left." in second.text


def test_what_was_confirmed_is_what_is_done(send, view, make_run, client):
    shown = make_run(name="shown")
    url = "/runs/bulk/delete?flow=daily"
    runs = shown_runs(view(url))
    later = make_run(name="later")

    send(url, run=runs)

    assert client.get(f"/api/flow_runs/{shown['id']}").status_code == 404
    assert client.get(f"/api/flow_runs/{later['id']}").status_code == 200


def test_without_a_filter_it_says_so(view, make_run):
    make_run()

    assert "No filter is set: these are any runs." in view("/runs/bulk/delete").text


def test_a_run_that_went_meanwhile_is_told(send, view, make_run, client):
    run = make_run()
    url = "/runs/bulk/state"
    runs = shown_runs(view(url))
    make_run(name="another, for there to be a form")
    client.delete(f"/api/flow_runs/{run['id']}")

    done = send(url, run=runs, type="FAILED")

    assert "It is gone. (1)" in view(done.headers["Location"]).notice


def test_nothing_is_done_without_the_token(client, make_run):
    run = make_run()

    refused = client.post("/runs/bulk/delete", data={"run": run["id"]})

    assert refused.status_code == 403
    assert client.get(f"/api/flow_runs/{run['id']}").status_code == 200


@pytest.mark.parametrize("runs", [[], ["x"], ["00000000-0000-0000-0000-000000000000"] * 51])
def test_a_form_of_no_or_of_too_many_runs_is_a_400(send, make_run, runs):
    make_run()

    assert send("/runs/bulk/delete", run=runs).status == 400


@pytest.mark.parametrize("url", ["/runs/bulk/explode", "/runs/bulk/delete?state=NONSENSE"])
def test_what_cannot_be_meant_is_refused(view, url):
    assert view(url).status in (400, 404)


def test_a_state_that_is_none_leads_back_to_the_form(send, view, make_run):
    make_run()
    url = "/runs/bulk/state"

    page = send(url, run=shown_runs(view(url)), type="NONSENSE", message="kept")

    assert page.status == 422
    assert ">kept</textarea>" in page.text


def test_the_page_takes_two_statements(view, make_run, statements):
    for _ in range(5):
        make_run()
    statements.clear()

    view("/runs/bulk/delete?flow=daily&state=PENDING")

    assert len(statements) == 2, statements
