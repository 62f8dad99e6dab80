"""A services process that is killed: its lease goes to another, or to itself started anew."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import select, update

from headwater.db import migrations
from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.loops.models import Lease
from headwater.loops.runner import Runner
from headwater.testing.storage import make_app

HOLDER = """
import sys, threading
from headwater.app import create_app
from headwater.loops.loop import Loop
from headwater.loops.runner import Runner

Runner(create_app(), [Loop("alone", [], lambda now: print("tick", flush=True))], "one").start()
threading.Event().wait()
"""


def test_the_lease_of_a_killed_process_goes_to_another_when_it_ends(
    new_database: Callable[[], str],
) -> None:
    url, ticked = new_database(), Event()
    with make_app(url) as app:
        migrations.upgrade()
        environment = {"HEADWATER_API_DATABASE_CONNECTION_URL": url, "HEADWATER_HOME": "/nowhere"}
        command = [sys.executable, "-c", HOLDER]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"tick\n"
            holder.kill()
        runner = Runner(app, [Loop("alone", [], lambda _: ticked.set())], "two")
        runner.start()

        assert not ticked.wait(1)
        past = datetime.now(UTC) - timedelta(seconds=1)
        write(lambda session: session.execute(update(Lease).values(expires=past)))

        assert ticked.wait(10)
        with reading() as session:
            assert session.scalar(select(Lease.holder)) == "two"
        runner.stop()
