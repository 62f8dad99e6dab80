"""A flow that is served under the name given: a run of its schedule comes soon, then hourly."""

import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from prefect import flow
from prefect.client.schemas.schedules import IntervalSchedule

SOON = timedelta(seconds=10)


@flow(name="served", log_prints=True)
def served(x: int = 1):
    print(f"x is {x}")
    return x


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)  # 2.20 serves what lies below the working folder
    begin = datetime.now(timezone.utc) + SOON  # noqa: UP017  # as 2.20's Pythons have it
    hourly = IntervalSchedule(interval=timedelta(hours=1), anchor_date=begin)
    served.serve(name=sys.argv[1], schedule=hourly, parameters={"x": 2}, tags=["srv"], limit=1)
