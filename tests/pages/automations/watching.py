"""Automations of tests, and where their pages are."""

LIST, NEW = "/automations", "/automations/new"
FAILED = {
    "type": "event",
    "posture": "Reactive",
    "match": {"prefect.resource.id": "prefect.flow-run.*"},
    "expect": ["prefect.flow-run.Failed"],
    "for_each": ["prefect.resource.id"],
}
REACTIVE_X = {"type": "event", "posture": "Reactive", "expect": ["x"]}
CANCEL = {"type": "cancel-flow-run"}
RUN_FORM = {"about": "run", "state": "Failed", "threshold": "1", "action-0-type": "cancel-flow-run"}


def page_of(automation):
    return f"{LIST}/automation/{automation}"


def read(client, url):
    return client.get(f"/api/automations/{url.rpartition('/')[2]}").json
