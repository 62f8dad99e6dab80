"""What the tests of what is held share: times, flows, and looks at what became of it."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from headwater import clock
from headwater.db.session import reading
from headwater.notifications.models import NewsGroup

WAIT, INTERVAL, REPEAT = (timedelta(seconds=s) for s in (30, 300, 3600))
GROUPED = {"by": [], "wait": 30, "interval": 300, "repeat": 3600}
ONE, TWO = uuid4(), uuid4()  # flows
START = clock.now()


def find_groups():
    with reading() as session:
        return session.execute(select(NewsGroup.__table__)).all()


def titles(slack):
    return [payload["text"].split("\n")[0] for payload in slack.received]


def states(deliveries):
    return [one["state"] for one in deliveries()]
