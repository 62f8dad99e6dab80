"""An async flow: gathered tasks, an async subflow, a timeout, a task that is submitted."""

import asyncio
import inspect
import json

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run, task_run

seen = {"runs": {}, "tasks": []}


@task(task_run_name="fetch-{page}")
async def fetch(page):
    seen["tasks"].append(task_run.id)
    get_run_logger().info("page %d", page)
    await asyncio.sleep(0.05)  # so that the pages overlap
    return page


@task(timeout_seconds=0.2)
async def slow():
    await asyncio.sleep(30)  # which its timeout ends


@flow(name="pages", flow_run_name="pages-of-{site}")
async def pages(site):
    seen["runs"][site] = flow_run.id
    return await asyncio.gather(*(fetch(page) for page in range(3)))


@flow(name="crawl")
async def crawl(sites):
    seen["runs"]["crawl"] = flow_run.id
    found = [await pages(site) for site in sites]
    late = await slow(return_state=True)
    future = fetch.submit(9)
    if inspect.isawaitable(future):  # 2.20 submits asynchronously
        future = await future
    last = future.result()
    if inspect.isawaitable(last):
        last = await last
    return {"found": found, "late": late.name, "last": last}


@flow(name="dawdle", timeout_seconds=0.3)
async def dawdle():
    seen["runs"]["dawdle"] = flow_run.id
    await asyncio.sleep(30)  # which its timeout ends


async def main():
    seen["result"] = await crawl(["a", "b"])
    dawdled = await dawdle(return_state=True)
    seen["dawdled"] = {"name": dawdled.name, "type": dawdled.type.value}


if __name__ == "__main__":
    asyncio.run(main())
    print(json.dumps(seen))
