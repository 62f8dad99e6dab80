"""A flow whose deployments have triggers; it is deployed twice under a name, or served.

Deploying prints the deployment's id as JSON, each time.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from prefect import flow
from prefect.events import (
    DeploymentCompoundTrigger,
    DeploymentEventTrigger,
    DeploymentMetricTrigger,
    DeploymentSequenceTrigger,
)
from prefect.events.schemas.automations import EventTrigger, MetricTriggerQuery

HERE = Path(__file__).parent


@flow(name="fills", log_prints=True)
def fills(rows: int = 0, of: str = "", sizes: list = ()):
    print(f"{rows} rows of {of}")


def list_triggers(name: str) -> list:
    """Return one of each kind; the first runs at `NAME.one`, the others as their names say."""
    one, two = (EventTrigger(expect={f"{name}.{event}"}) for event in ("one", "two"))
    slow = MetricTriggerQuery(name="duration", threshold=60, operator=">")
    return [
        DeploymentEventTrigger(
            name=f"{name}-event",
            expect={f"{name}.one"},
            parameters={"rows": "{{ event.payload.rows }}", "of": "event"},
            job_variables={"env": {"A": "1"}},
        ),
        DeploymentCompoundTrigger(
            triggers=[one, two],
            require="all",
            within=timedelta(minutes=5),
            parameters={"of": "compound"},
        ),
        DeploymentSequenceTrigger(
            triggers=[two, one], within=timedelta(minutes=5), parameters={"of": "sequence"}
        ),
        DeploymentMetricTrigger(metric=slow, enabled=False, description="slow"),
    ]


def deploy(name: str, pool: str):
    loaded = flow.from_source(source=str(HERE), entrypoint="triggering.py:fills")
    return loaded.deploy(
        name=name,
        work_pool_name=pool,
        triggers=list_triggers(name),
        build=False,
        print_next_steps=False,
    )


if __name__ == "__main__":
    how, name, *pool = sys.argv[1:]
    os.chdir(HERE)  # 2.20 serves what lies below the working folder
    if how == "serve":
        fills.serve(name=name, triggers=list_triggers(name))
    else:
        first, second = (deploy(name, pool[0]) for _ in range(2))
        sys.stdout.write("\n" + json.dumps([str(first), str(second)]))
