"""`headwater block`: looks at blocks, and deletes them."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_by_id_or_pair
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_deleted,
    show_fields,
    show_json,
    show_table,
)


@click.group()
def block() -> None:
    """Look at blocks, and delete them. BLOCK is TYPE/NAME, such as slack-webhook/ops, or an id."""


@block.command()
@click.option("--type", "kind", metavar="SLUG", help="Only blocks of this type.")
@json_option
def ls(kind: str | None, as_json: bool) -> None:
    """List the blocks; their secrets stay with the server."""
    wanted: dict[str, Any] = {"sort": "BLOCK_TYPE_AND_NAME_ASC"}
    if kind is not None:
        wanted["block_types"] = {"slug": {"any_": [kind]}}
    blocks = Api().list_all("/block_documents/filter", wanted)
    if as_json:
        show_json(blocks)
        return
    show_table(
        ["BLOCK", "CHANGED", "ID"],
        [[_name(one), moment(one["updated"]), one["id"]] for one in blocks],
        "There are no blocks.",
    )


@block.command()
@click.argument("name", metavar="BLOCK")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show one block, its secrets masked."""
    found = _find(Api(), name)
    if as_json:
        show_json(found)
        return
    show_fields(
        {
            "ID": found["id"],
            "Name": found["name"],
            "Type": f"{found['block_type']['name']} ({found['block_type']['slug']})",
            "Created": moment(found["created"]),
            "Changed": moment(found["updated"]),
        }
        | {f"  {key}": value for key, value in found["data"].items()}
    )


@block.command()
@click.argument("name", metavar="BLOCK")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a block. Where other blocks refer to it, they lose that part."""
    api = Api()
    found = _find(api, name)
    ask(f"Delete the block {plain(_name(found))}?", yes=yes)
    api.delete(f"/block_documents/{found['id']}")
    show_deleted("block", _name(found), found["id"], as_json=as_json)


def _find(api: Api, name: str) -> Any:
    return find_by_id_or_pair(
        api,
        "block",
        name,
        by_id="/block_documents/{}",
        by_pair="/block_types/slug/{}/block_documents/name/{}",
        form="TYPE/NAME",
    )


def _name(block: Any) -> str:
    return f"{block['block_type']['slug']}/{block['name']}"
