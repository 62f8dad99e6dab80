"""The list of automations, and the page of one: what it says, what it did."""

from uuid import uuid4

from headwater.db.json import fragment
from tests.pages.automations.watching import FAILED, LIST, page_of, read


def test_the_list_shows_each_as_a_sentence_with_its_last_firing(view, fetch, make, fire):
    assert "There is no automation yet" in view(LIST).text
    first = make("b", tags=["mine"])
    make("a", enabled=False)
    page = view(LIST)
    assert page.names == ["a", "b"]
    assert page.text.count("never fired") == 2

    assert fetch(page.asks("automations")).status == 204
    fire(first, ago=3600)
    news = fetch(page.asks("automations")).text
    assert "1 hour ago" in news
    assert "<strong>any flow</strong> enters <strong>Failed</strong>" in news


def test_long_lists_have_pages(view, make, monkeypatch):
    monkeypatch.setattr("headwater_panel_automations.overview.PAGE", 1)
    make("a"), make("b")
    first = view(LIST)
    second = view(first.link("Further"))

    assert (first.names, second.names) == (["a"], ["b"])
    assert view(second.link("Earlier")).names == ["a"]
    assert view(f"{LIST}?skip=x").names == ["a"]


def test_names_stand_for_what_an_automation_is_about(view, client, make, make_run):
    flow = make_run("daily-etl")["flow_id"]
    pool = client.post("/api/work_pools/", json={"name": "k8s", "type": "process"}).json["id"]
    of_flow = {"prefect.resource.role": "flow", "prefect.resource.id": f"prefect.flow.{flow}"}
    pause = [{"type": "pause-work-pool", "work_pool_id": one} for one in (pool, str(uuid4()))]
    one = make(trigger=FAILED | {"match_related": of_flow}, actions=pause)
    pause_it = {"type": "pause-automation", "automation_id": one}

    assert "<strong>daily-etl</strong> enters" in view(page_of(one)).text
    assert "<strong>k8s</strong>" in view(page_of(one)).text
    assert "<strong>one that is gone</strong>" in view(page_of(one)).text
    other = view(page_of(make("other", actions=[pause_it]))).text
    assert "the automation <strong>watch</strong>" in other


def test_a_page_shows_how_each_action_of_each_firing_went(view, fetch, make, fire):
    one = make("watch", description="looks <b>hard</b>")
    page = view(page_of(one))
    assert "It has not fired" in page.text
    assert "looks &lt;b&gt;hard&lt;/b&gt;" in page.text

    run = str(uuid4())
    fire(one, {"state": "failed", "reason": "No flow run could be <inferred>"}, ago=7200)
    made = {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
    made |= {"prefect.resource.name": "popular-muskox"}
    fire(one, {"state": "executed", "details": fragment({"related": [made]})}, {"attempts": 2})
    fire(one, event=None, ago=30)
    fire(one, of=f"prefect.flow-run.{run}", ago=9000)
    news = fetch(page.asks("automation")).text
    assert news.index("Nothing came in time") < news.index(run) < news.index("&lt;inferred")
    assert f'href="/runs/flow-run/{run}">popular-muskox' in news
    assert "tried 2 times" in news
    assert f'of <a href="/runs/flow-run/{run}">prefect.flow-run.{run}</a>' in news
    assert "There was nothing to do" in news
    assert "The metric was" not in news


def test_a_page_shows_what_a_metric_was(view, make, fire):
    one = make("watch")
    fire(one, event=None, value=1 / 3)

    shown = view(page_of(one)).text

    assert "The metric was 0.3333" in shown
    assert "Nothing came in time" not in shown
    assert "Resolved" not in shown


def test_a_page_shows_what_was_resolved_and_calls_it_no_firing(view, make, fire):
    one = make("watch")
    fire(one, event=None, value=2 / 3, resolved=True)
    fire(one, event=None, resolved=True, ago=30)

    page = view(page_of(one)).text

    assert page.index("There was nothing to measure") < page.index("The metric was 0.6667")
    assert page.count("Resolved") == 2
    assert "never" in page
    assert "never fired" in view(LIST).text


def test_an_automation_is_turned_off_and_on(view, send, client, make):
    one = make()
    done = send(page_of(one), f"{page_of(one)}/disable")
    assert view(done.headers["Location"]).notice == "The automation is off: it does nothing."
    assert not read(client, page_of(one))["enabled"]
    assert "will not while it is off" in view(page_of(one)).text

    send(LIST, f"{page_of(one)}/enable")
    assert read(client, page_of(one))["enabled"]


def test_one_that_would_never_end_is_not_turned_on(view, send, client, make):
    endless = FAILED | {"expect": ["prefect.flow-run.*"]}
    again = {"type": "run-deployment", "source": "inferred"}
    one = make(enabled=False, trigger=endless, actions=[again])

    done = send(page_of(one), f"{page_of(one)}/enable")
    assert "infinite loop" in view(done.headers["Location"]).notice
    assert not read(client, page_of(one))["enabled"]


def test_an_automation_is_deleted_after_a_word(view, send, client, make):
    one = make()
    assert "cancel</strong> the run" in view(view(page_of(one)).link("Delete…")).text

    done = send(f"{page_of(one)}/delete")
    assert view(done.headers["Location"]).notice == "The automation is deleted."
    assert client.get(f"/api/automations/{one}").status_code == 404
    assert view(page_of(one)).status == 404
