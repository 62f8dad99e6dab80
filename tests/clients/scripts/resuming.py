"""Resumes the run that is named, with the input that is given as JSON."""

import asyncio
import json
import sys

from prefect import get_client


async def resume(run_id, given):
    async with get_client() as client:
        return await client.resume_flow_run(run_id, run_input=given)


if __name__ == "__main__":
    result = asyncio.run(resume(sys.argv[1], json.loads(sys.argv[2])))
    print(json.dumps(result.status.value))
