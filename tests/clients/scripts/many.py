"""Many task runs at once, each with lines of its own."""

import json
import sys

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run

LINES = 5
seen = {"runs": {}}


@task
def work(number):
    logger = get_run_logger()
    for line in range(LINES):
        logger.info("%d of task %d", line, number)
    return number


@flow(name="many")
def many(count):
    seen["runs"]["many"] = flow_run.id
    return sum(future.result() for future in work.map(range(count)))


if __name__ == "__main__":
    seen["result"] = many(int(sys.argv[1]))
    print(json.dumps(seen))
