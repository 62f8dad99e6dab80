"""Does the actions of what fired: each in a transaction of its own, webhooks in threads."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from headwater.automations.loop.calls import Calls
from headwater.automations.loop.faults import AWAY, put_off
from headwater.automations.queries import actions as queries
from headwater.automations.service import doing
from headwater.automations.service.acting import Means
from headwater.automations.service.firings import TOPIC
from headwater.automations.service.preparing import Job, prepare
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.db.vault import Vault
from headwater.loops.loop import Loop
from headwater.notifications.service.channels import Kinds
from headwater.runs.service.removals import delete_logs
from headwater.settings import Settings

MOST_AT_ONCE = 100  # actions of one tick, which a server that stops waits for
PAGE = 200  # actions looked at together
REST = 0.05  # seconds between two looks that news cause
logger = logging.getLogger(__name__)


class Executor:
    """The loop of one services process; any number of them share the actions."""

    def __init__(self, settings: Settings, kinds: Kinds, vault: Callable[[], Vault]) -> None:
        self._url = settings.public_url
        self._kinds = kinds
        self._vault = vault
        private = settings.notifications_allow_private_urls
        self._calls = Calls(vault, self._url, allow_private=private)

    def loop(self) -> Loop:
        finish = self._calls.close
        return Loop("actions", (TOPIC,), self.tick, rest=REST, exclusive=False, finish=finish)

    def tick(self, now: datetime) -> datetime | float | None:
        """Do what is due, begin the calls that there is room for; return when more will be."""
        done, after = 0, None
        while page := self._list_due(now, after):
            for row in page:
                if done == MOST_AT_ONCE:
                    return 0.0
                done += self._begin(row, now)
            after = (page[-1].due, page[-1].id)
        with reading() as session:
            return queries.find_next_due(session, now)

    def wait(self, seconds: float) -> bool:
        """Wait until no call is under way; say if that was so in time."""
        return self._calls.wait(seconds)

    def _list_due(self, now: datetime, after: tuple[datetime, UUID] | None) -> list[Row[Any]]:
        with reading() as session:
            return list(queries.list_due(session, now, PAGE, after))

    def _begin(self, row: Row[Any], now: datetime) -> bool:
        """Do an action, or have it called in a thread; say if it was ours to do."""
        action = parse(row.action)
        if action["type"] == "call-webhook":
            return self._calls.begin(row.id, UUID(action["block_document_id"]), now)
        job = None
        try:
            with reading() as session:
                job = prepare(session, row.id, self._url, now=now)
            return job is not None and self._do(job, now)
        except AWAY:
            raise
        except Exception as fault:
            logger.exception("action %s meets a fault", row.id)
            put_off(row.id, None, row.attempts + 1, job, fault, now)
            return True

    def _do(self, job: Job, now: datetime) -> bool:
        means = Means(self._vault(), self._kinds, self._url)
        result = write(lambda session: doing.do(session, job, means, now=now))
        if result is None:
            return False
        if run_id := doing.find_deleted_run(job, result):
            _remove_logs(job.workspace_id, run_id)
        return True


def _remove_logs(workspace: UUID, run_id: UUID) -> None:
    """Remove lines in parts, so that no other writer waits for all of them."""
    while write(lambda session: delete_logs(session, workspace, [run_id])):
        pass
