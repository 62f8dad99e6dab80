"""Runs the fake services in a process of their own, and asks them what they saw."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

SERVER = Path(__file__).parent / "server.py"


class Fakes:
    """The stand-ins of tests/fakes, in a process of their own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.discord = f"{url}/discord/api"
        self.mattermost = f"{url}/mattermost/hooks"
        self.teams = f"{url}/teams"
        self.opsgenie, self.pagerduty = f"{url}/opsgenie", f"{url}/pagerduty"
        self.slack = f"{url}/slack/services/T00000000/B00000000/"  # and a token of 8 signs or more
        self.sendgrid, self.twilio = f"{url}/sendgrid", f"{url}/twilio"
        self.webhook = f"{url}/webhook"
        self.googlechat, self.rocketchat = f"{url}/googlechat", f"{url}/rocketchat"
        self.zulip, self.matrix = f"{url}/zulip", f"{url}/matrix"
        self.ntfy, self.gotify = f"{url}/ntfy", f"{url}/gotify"
        self.sns = f"{url}/sns"
        self.telegram, self.pushover = f"{url}/telegram", f"{url}/pushover"

    def log(self) -> list[dict[str, Any]]:
        """Return what was asked and answered."""
        entries: list[dict[str, Any]] = requests.get(f"{self.url}/_log", timeout=10).json()
        return entries

    def answers(self) -> list[tuple[int, list[str]]]:
        """Return how each request was answered: the status, and what was noted of it."""
        return [(entry["status"], entry["notes"]) for entry in self.log()]

    def open_alerts(self, service: str) -> dict[str, int]:
        """Return how often each alert that is open was told of, by its key."""
        alerts: dict[str, dict[str, int]] = requests.get(f"{self.url}/_open", timeout=10).json()
        return alerts.get(service, {})

    def control(self, service: str, **order: Any) -> None:
        """Order the next answers and the like: `_control` in tests/fakes/README.md."""
        requests.post(f"{self.url}/_control", json={"service": service, **order}, timeout=10)

    def reset(self) -> None:
        """Have them forget all."""
        requests.post(f"{self.url}/_reset", timeout=10)


@contextmanager
def running_fakes() -> Iterator[Fakes]:
    command = [sys.executable, SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Fakes(process.stdout.readline().strip())
        finally:
            process.terminate()
