"""Waits for a run, whose id is its argument, in all ways that the SDK has.

Prints `waiting` when it does, then one JSON object of what it saw.
"""

import asyncio
import json
import sys
from uuid import UUID

import prefect
from prefect.flow_runs import wait_for_flow_run

MAJOR = int(prefect.__version__.partition(".")[0])
LONGEST = 600  # seconds


async def hear_lines(run_id: UUID, listening: asyncio.Event) -> list[str]:
    """Return the run's own lines, as they come, to the last of them."""
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
    from prefect.logging.clients import get_logs_subscriber

    lines = []
    of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
    async with get_logs_subscriber(filter=of_run) as subscriber:
        listening.set()
        async for log in subscriber:
            if log.message.startswith("line "):
                lines.append(log.message)
            if log.message.startswith("Finished in state"):
                break
    return lines


async def main(run_id: UUID) -> None:
    listening = asyncio.Event()
    waiting = [wait_for_flow_run(run_id, timeout=LONGEST, poll_interval=1)]
    if MAJOR > 2:
        from prefect.futures import PrefectFlowRunFuture

        # By the FlowRunWaiter, which listens for the ends of all runs of its process.
        waiting.append(asyncio.to_thread(PrefectFlowRunFuture(run_id).wait, LONGEST))
        waiting.append(hear_lines(run_id, listening))
    else:
        listening.set()
    all_of_them = asyncio.gather(*waiting)
    await listening.wait()
    print("waiting", flush=True)
    run, *others = await all_of_them
    print(json.dumps({"state": run.state.name, "lines": others[-1] if others else None}))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(UUID(sys.argv[1])), LONGEST))
