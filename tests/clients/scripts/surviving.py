"""Emits numbered events and listens to them until it is told to stop, whatever the server does.

Prints one JSON object: how many it emitted, and which it heard.
"""

import asyncio
import json

from prefect.events import Event
from prefect.events.clients import get_events_client, get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter

PATIENT = {"reconnection_attempts": 600}  # of a second each, but for the first
LONGEST = 600  # seconds


async def emit(stopped: asyncio.Event) -> int:
    number = 0
    async with get_events_client(checkpoint_every=10, **PATIENT) as client:
        while not stopped.is_set():
            resource = {"prefect.resource.id": f"number.{number}"}
            await client.emit(Event(event="survived.number", resource=resource))
            number += 1
            await asyncio.sleep(0.02)
        last = Event(event="survived.last", resource={"prefect.resource.id": "last"})
        await client.emit(last)
    return number


async def listen(stopped: asyncio.Event) -> list[str]:
    heard: list[str] = []
    events = EventFilter(event=EventNameFilter(prefix=["survived."]))
    async with get_events_subscriber(filter=events, **PATIENT) as subscriber:
        async for event in subscriber:
            if event.event == "survived.stop":
                stopped.set()
            elif event.event == "survived.last":
                break
            else:
                heard.append(event.resource.id.rpartition(".")[2])
                if len(heard) == 50:
                    print("going", flush=True)
    return heard


async def main() -> None:
    stopped = asyncio.Event()
    emitted, heard = await asyncio.gather(emit(stopped), listen(stopped))
    print(json.dumps({"emitted": emitted, "heard": heard}))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), LONGEST))
