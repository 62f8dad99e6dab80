"""The clients' own commands for pools and queues."""

import pytest

from tests.clients.commands import Shell

COMMANDS = {
    "create": "work-pool create shed-{major} --type process",
    "list": "work-pool ls",
    "pause": "work-pool pause shed-{major}",
    "inspect paused": "work-pool inspect shed-{major}",
    "resume": "work-pool resume shed-{major}",
    "limit": "work-pool set-concurrency-limit shed-{major} 3",
    "create queue": "work-queue create fast --pool shed-{major} --limit 2 --priority 1",
    "pause queue": "work-queue pause fast --pool shed-{major}",
    "resume queue": "work-queue resume fast --pool shed-{major}",
    "list queues": "work-queue ls --pool shed-{major}",
    "inspect queue": "work-queue inspect fast --pool shed-{major}",
    "inspect": "work-pool inspect shed-{major}",
    "limit queue": "work-queue set-concurrency-limit fast 4 --pool shed-{major}",
    "inspect limited": "work-queue inspect fast --pool shed-{major}",
    "clear queue": "work-queue clear-concurrency-limit fast --pool shed-{major}",
    "inspect cleared": "work-queue inspect fast --pool shed-{major}",
    "preview": "work-queue preview fast --pool shed-{major}",
    "read runs": "work-queue read-runs fast --pool shed-{major}",
    "delete queue": "--no-prompt work-queue delete fast --pool shed-{major}",
    "list deleted": "work-queue ls --pool shed-{major}",
}


@pytest.fixture(scope="module")
def printed(shell: Shell, major: str) -> dict[str, str]:
    """Return what each command printed; all ended well."""
    return {name: shell(*command.format(major=major).split()) for name, command in COMMANDS.items()}


def test_a_pool_is_made_listed_and_changed(printed: dict[str, str], major: str) -> None:
    assert f"shed-{major}" in printed["list"]
    assert "is_paused=True" in printed["inspect paused"]
    assert "is_paused=True" not in printed["inspect"]
    assert "concurrency_limit=3" in printed["inspect"]


def test_a_queue_is_made_listed_and_changed(printed: dict[str, str]) -> None:
    assert "fast" in printed["list queues"]
    assert "concurrency_limit=2" in printed["inspect queue"]
    assert "concurrency_limit=4" in printed["inspect limited"]
    assert "concurrency_limit=4" not in printed["inspect cleared"]
    assert "fast" not in printed["list deleted"]


def test_the_runs_of_a_queue_are_shown(printed: dict[str, str]) -> None:
    assert "Read 0 runs" in printed["read runs"]
    assert "No runs found" in printed["preview"]
