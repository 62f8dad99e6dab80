"""What clients print addresses of though no page is there: the commands that show it.

The addresses are those that `prefect` prints (`utilities/urls.py`, `cli`). A panel that has a page
at one of them has it to itself.
"""

import re
from shlex import quote

_COMMANDS = {
    "/deployments": "headwater deployment ls",
    "/deployments/deployment/([^/]+)": "headwater deployment inspect {}",
    "/work-pools": "headwater work-pool ls",
    "/work-pools/work-pool/([^/]+)(?:/.*)?": "headwater work-pool inspect {}",
    "/work-queues(?:/.*)?": "prefect work-queue ls",
    "/blocks": "headwater block ls",
    "/blocks/block/([^/]+)": "headwater block inspect {}",
    "(?:/settings)?/blocks/catalog(?:/.*)?": "prefect block type ls",
    "/variables": "headwater variable ls",
    "/concurrency-limits": "headwater concurrency-limit ls",
    "/concurrency-limits/concurrency-limit/([^/]+)": "headwater concurrency-limit inspect {}",
    "/automations": "headwater automation ls",
    "/automations/automation/([^/]+)": "headwater automation inspect {}",
    "/artifacts(?:/.*)?": "prefect artifact ls",
    "/events(?:/.*)?": "prefect event stream",
}


def find_command(path: str) -> str | None:
    """Return the command that shows what is meant by an address, None if nothing is known of it."""
    for address, command in _COMMANDS.items():
        if found := re.fullmatch(address, path):
            return command.format(*map(quote, found.groups()))
    return None
