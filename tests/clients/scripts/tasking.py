"""A task in the background: `serve` runs it, `ask X` hands it in, `wait X` waits for it, too.

The last line that is printed names the task run, and what it gave.
"""

import asyncio
import json
import sys

import prefect
from prefect import get_client, task

IS_OLD = prefect.__version__.startswith("2.")


@task(log_prints=True, persist_result=True)
def doubles(x):
    print(f"x is {x}")
    return 2 * x


@task
def breaks(x):
    raise ValueError(f"no {x}")


TASKS = {"doubles": doubles, "breaks": breaks}


def serve():
    if IS_OLD:
        from prefect.task_server import serve
    else:
        from prefect.task_worker import serve
    serve(doubles, breaks)


async def find_result(run_id):
    async with get_client() as client:
        while not (run := await client.read_task_run(run_id)).state.is_final():
            await asyncio.sleep(0.2)
        return await run.state.result(raise_on_failure=False, fetch=True)


def ask(name, x, *, waits):
    one = TASKS[name]
    handed_in = one.submit(x) if IS_OLD else one.delay(x)
    run_id = handed_in.id if IS_OLD else handed_in.task_run_id
    found = None
    if waits and IS_OLD:
        found = asyncio.run(find_result(run_id))
    elif waits:
        found = handed_in.result(timeout=300, raise_on_failure=False)
    print(json.dumps({"id": str(run_id), "result": found}, default=str))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case [how, name, x]:
            ask(name, int(x), waits=how == "wait")
