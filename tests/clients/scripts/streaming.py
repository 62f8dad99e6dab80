"""Emits events and listens to them, with either major of the client.

Prints one JSON object: what each listener heard.
"""

import asyncio
import inspect
import json

import prefect
from prefect.events import Event, emit_event
from prefect.events.clients import get_events_client, get_events_subscriber
from prefect.events.filters import (
    EventFilter,
    EventNameFilter,
    EventRelatedFilter,
    EventResourceFilter,
)

MAJOR = prefect.__version__.partition(".")[0]
COUNTED, SHOP = f"counted-{MAJOR}", f"shop-{MAJOR}"
STORED, ALL = 60, 120
LONGEST = 120  # seconds


async def hear(events: EventFilter, last: str, entered=None) -> list[Event]:
    heard = []
    async with get_events_subscriber(filter=events) as subscriber:
        if entered:
            entered.set()
        async for event in subscriber:
            heard.append(event)
            if event.event == last:
                break
    return heard


async def count(begin: int, end: int) -> None:
    """Emit numbered events; all are stored when it returns."""
    client = get_events_client(checkpoint_every=1)
    client = await client if inspect.isawaitable(client) else client
    async with client:
        for number in range(begin, end):
            resource = {"prefect.resource.id": f"{COUNTED}.{number}"}
            await client.emit(Event(event=f"{COUNTED}.{number}", resource=resource))


async def hear_counted() -> list[str]:
    """Have some stored before, the others come while one begins to listen and later."""
    await count(0, STORED)
    counted = EventFilter(event=EventNameFilter(prefix=[f"{COUNTED}."]))
    last = f"{COUNTED}.{ALL - 1}"
    heard, _ = await asyncio.gather(hear(counted, last), count(STORED, ALL))
    return [event.event.rpartition(".")[2] for event in heard]


def sell() -> list[Event]:
    customer = {"prefect.resource.id": f"{SHOP}.ada", "prefect.resource.role": "customer"}
    clerk = {"prefect.resource.id": f"{SHOP}.bob", "prefect.resource.role": "clerk"}
    order = {
        "prefect.resource.id": f"{SHOP}.order.1",
        "prefect.resource.name": "first",
        "size": "L",
    }
    placed = emit_event(event=f"{SHOP}.placed", resource=order, related=[customer])
    sent = emit_event(
        event=f"{SHOP}.sent",
        resource=order | {"size": "S"},
        related=[clerk],
        payload={"weight": 1.5, "parts": [{"no": 1}]},
        follows=placed,
    )
    closed = emit_event(
        event=f"{SHOP}.closed", resource={"prefect.resource.id": SHOP}, related=[customer]
    )
    return [placed, sent, closed]


async def hear_shop() -> dict[str, object]:
    filters = {
        "all": EventFilter(event=EventNameFilter(prefix=[SHOP])),
        "name": EventFilter(event=EventNameFilter(name=[f"{SHOP}.placed", f"{SHOP}.closed"])),
        "resource": EventFilter(resource=EventResourceFilter(id_prefix=[SHOP])),
        "large": EventFilter(
            event=EventNameFilter(prefix=[SHOP]),
            resource=EventResourceFilter(labels={"size": ["L"]}),
        ),
        "customers": EventFilter(
            event=EventNameFilter(prefix=[SHOP]), related=EventRelatedFilter(role=["customer"])
        ),
    }
    lasts = {"large": f"{SHOP}.placed"}
    entered = {name: asyncio.Event() for name in filters}
    heard = [
        hear(one, lasts.get(name, f"{SHOP}.closed"), entered[name]) for name, one in filters.items()
    ]
    listening = asyncio.gather(*heard)
    await asyncio.gather(*(one.wait() for one in entered.values()))
    # In a thread, whose worker for events ends with it: what it has is sent by then.
    placed, sent, closed = await asyncio.to_thread(sell)
    told = dict(zip(filters, await listening, strict=True))
    seen = next(event for event in told["all"] if event.id == sent.id)
    return {
        "heard": {
            name: [event.event.rpartition(".")[2] for event in events]
            for name, events in told.items()
        },
        "ids": [event.id for event in told["all"]] == [placed.id, sent.id, closed.id],
        "follows": seen.follows == placed.id,
        "payload": seen.payload,
        "related": [[one.id, one.role] for one in seen.related],
        "size": seen.resource["size"],
    }


async def main() -> None:
    counted, shop = await asyncio.gather(hear_counted(), hear_shop())
    print(json.dumps({"counted": counted, **shop}))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), LONGEST))
