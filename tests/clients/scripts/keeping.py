"""Results that are kept: a cached task, a flow whose result is written, inputs of all kinds."""

import json
from datetime import timedelta

import prefect
from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run

seen = {"runs": {}, "computed": 0}

if prefect.__version__.startswith("2."):
    from prefect.tasks import task_input_hash

    CACHE = {"cache_key_fn": task_input_hash}
else:
    from prefect.cache_policies import INPUTS

    CACHE = {"cache_policy": INPUTS}


@task(persist_result=True, cache_expiration=timedelta(minutes=5), **CACHE)
def costly(number):
    seen["computed"] += 1
    return number + 1


@task(retries=1, retry_delay_seconds=[1, 2], retry_jitter_factor=0.1, version="v7")
def shaky(rows, *, options):
    if not seen.get("shaken"):
        seen["shaken"] = True
        raise TimeoutError
    return len(rows)


@flow(name="keep", persist_result=True, version="abc", description="Keeps all.")
def keep(number, text="ü ✓ \\ \" ' <b>", nested=None):
    seen["runs"]["keep"] = flow_run.id
    first, again = costly(number), costly(number)
    get_run_logger().info("x" * 5_000)
    get_run_logger().info("line one\nline two\n\n  indented")
    return {"first": first, "again": again, "shaky": shaky([1, 2], options={"deep": [1, None]})}


if __name__ == "__main__":
    seen["result"] = keep(1, nested={"a": [1, 2.5, None, True], "empty": {}})
    print(json.dumps(seen))
