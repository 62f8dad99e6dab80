"""An ordinary flow script, the same for both majors: retries, maps, a subflow, logs, a failure.

Prints what the client itself saw, as JSON.
"""

import json

from prefect import flow, get_run_logger, task, unmapped
from prefect.runtime import flow_run

seen = {"attempts": 0, "runs": {}}


@task(retries=2, retry_delay_seconds=0.1, tags=["source", "flaky"])
def extract(day):
    """Fails twice, as a source does that is just waking up."""
    seen["attempts"] += 1
    get_run_logger().info("attempt %d for %s", seen["attempts"], day)
    if seen["attempts"] < 3:
        raise ConnectionError(f"no answer for {day}")
    return [1, 2, 3]


@task(task_run_name="scale-{row}-by-{factor}")
def scale(row, factor):
    return row * factor


@task
def total(rows):
    return sum(rows)


@task
def audit(rows):
    raise ValueError(f"{len(rows)} rows do not add up")


@flow(name="load", flow_run_name="load-{table}")
def load(table, rows):
    get_run_logger().info("into %s", table)
    return total(rows)


@flow(name="etl", log_prints=True, flow_run_name="etl-of-{day}")
def etl(day, factor=10):
    seen["runs"]["etl"] = flow_run.id
    print(f"for {day}")
    logger = get_run_logger()
    logger.debug("a detail")
    rows = extract(day)
    scaled = scale.map(rows, factor=unmapped(factor))
    logger.warning("%d rows, ünïcode ✓", len(rows))
    loaded = load("facts", scaled)
    audited = audit(rows, return_state=True)
    logger.error("audit: %s", audited.name)
    late = total.submit(rows, wait_for=scaled)
    logger.critical("done")
    return {"loaded": loaded, "audit": audited.name, "late": late.result()}


@task(name="clean up")
def clean_up():
    return "clean"


@flow(name="second-chance", retries=1, retry_delay_seconds=0.1)
def second_chance():
    """Fails once as a whole."""
    seen["runs"]["second-chance"] = flow_run.id
    clean_up()
    if flow_run.run_count < 2:
        raise RuntimeError("not yet")
    return flow_run.run_count


@flow(name="daily-etl")
def failing():
    seen["runs"]["daily-etl"] = flow_run.id
    audit([])


if __name__ == "__main__":
    from prefect import tags

    seen["result"] = etl("2026-01-02")
    seen["second"] = second_chance()
    with tags("daily-etl", "nightly"):
        failed = failing(return_state=True)
    seen["failed"] = {"name": failed.name, "type": failed.type.value, "message": failed.message}
    print(json.dumps(seen))
