"""How tries ended is kept for many at once, and what cannot be kept takes none along."""

from contextvars import copy_context
from dataclasses import replace
from threading import Thread

import pytest

from headwater import clock
from headwater.db.session import write
from headwater.errors import UnavailableError
from headwater.notifications.loop import recorder as module
from headwater.notifications.loop.recorder import Recorder
from headwater.notifications.service import deliveries as service
from headwater.notifications.service.health import Operators
from headwater.notifications.service.results import Ended
from headwater.notifications.service.sending import Tried
from tests.waiting import wait_until

TOO_LARGE = 2**70  # for any column


@pytest.fixture
def transactions(monkeypatch):
    """Grows by one with each transaction of the recorder."""
    seen, real = [], module.write

    def count(work):
        seen.append(work)
        return real(work)

    monkeypatch.setattr(module, "write", count)
    return seen


@pytest.fixture
def jobs(policy, tell):
    tell(*[{}] * 4)
    now = clock.now()
    return write(lambda session: service.claim(session, {}, 16, now=now, skip_locked=False))


@pytest.fixture
def keep_all():
    """Keep results that end while another one is being kept; return the errors, None for none."""

    def keep(several):
        recorder = Recorder(Operators(None, None, ""))
        errors = [None] * len(several)

        def run(place):
            try:
                recorder.keep(several[place], None)
            except Exception as error:  # noqa: BLE001  # it is what is asked for
                errors[place] = error

        threads = [
            Thread(target=copy_context().run, args=(run, place)) for place in range(len(several))
        ]
        with recorder._turn:
            for thread in threads:
                thread.start()
            wait_until(lambda: len(recorder._waiting) == len(several))
        for thread in threads:
            thread.join()
        return errors

    return keep


def ended(job, **changes):
    return Ended(job, replace(Tried(None, 0.1, 200, "ok"), **changes), clock.now(), 0.5)


def states(deliveries):
    return sorted((one["state"], one["tries"][0]["outcome"]) for one in deliveries())


def test_those_that_end_together_are_kept_in_one_transaction(
    jobs, keep_all, transactions, deliveries
):
    assert keep_all([ended(job) for job in jobs]) == [None] * 4

    assert len(transactions) == 1
    assert states(deliveries) == [("sent", "sent")] * 4


def test_one_that_cannot_be_kept_leaves_the_others_kept(jobs, keep_all, deliveries):
    first, *others = jobs
    errors = keep_all([ended(first, status=TOO_LARGE), *map(ended, others)])

    assert errors[0] is not None
    assert errors[1:] == [None] * 3
    assert states(deliveries) == [("sending", "unseen"), *[("sent", "sent")] * 3]


def test_while_the_database_is_away_it_is_asked_once_for_all(jobs, keep_all, monkeypatch):
    asked = []

    def fail(work):
        asked.append(work)
        raise UnavailableError("away")

    monkeypatch.setattr(module, "write", fail)
    errors = keep_all([ended(job) for job in jobs])

    assert [type(error) for error in errors] == [UnavailableError] * 4
    assert len(asked) == 1


def test_of_two_results_of_one_delivery_the_one_that_holds_the_claim_counts(
    jobs, keep_all, deliveries, caplog
):
    late, *_ = jobs
    now = clock.now() + service.CLAIM
    anew = write(lambda session: service.claim(session, {}, 16, now=now, skip_locked=False))
    (taken,) = [job for job in anew if job.delivery_id == late.delivery_id]
    assert keep_all([ended(late, status=500), ended(taken)]) == [None, None]

    (delivery,) = [one for one in deliveries() if one["state"] == "sent"]
    assert [tried["status"] for tried in delivery["tries"]] == [500, 200]
    assert caplog.text.count("was taken over before it ended") == 1
