"""`headwater webhook`: addresses at which others tell what happened, kept by a running server."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import parse_id, require
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_deleted,
    show_fields,
    show_json,
    show_table,
)
from headwater.cli.values import Text

ROUTE = "/headwater/webhooks"
CLOUD_EVENTS = "{{ body|from_cloud_event(headers) }}"
SIGNATURES = ("standard-webhooks", "github", "hmac-sha256")


@click.group()
def webhook() -> None:
    """Keep addresses at which other systems tell what happened, each call an event.

    WEBHOOK is a name, a slug or an id.
    """


@webhook.command()
@click.argument("name")
@click.option("-t", "--template", type=Text(), help="The event's JSON, with Jinja; or @FILE.")
@click.option("--cloudevents", is_flag=True, help="Take CloudEvents, and need no template.")
@click.option("--slug", help="The end of its address; else it is made of the name.")
@click.option("-d", "--description", default="", help="What it is for.")
@click.option("--signature", type=click.Choice(SIGNATURES), help="How its sender signs.")
@click.option("--signature-header", help="Where the digits of hmac-sha256 stand.")
@click.option("--secret", type=Text(), help="What is signed with, or @FILE; else one is made.")
@json_option
def create(
    name: str,
    template: str | None,
    cloudevents: bool,
    slug: str | None,
    description: str,
    signature: str | None,
    signature_header: str | None,
    secret: str | None,
    as_json: bool,
) -> None:
    """Make a webhook, and show its token, which is not shown again."""
    if (template is not None) == cloudevents:
        raise click.UsageError("Give either --template or --cloudevents.")
    if signature is None and (signature_header or secret):
        raise click.UsageError("--signature-header and --secret go with --signature.")
    body: dict[str, Any] = {"name": name, "description": description, "slug": slug}
    body["template"] = CLOUD_EVENTS if template is None else template
    if signature is not None:
        body["signature"] = {"kind": signature, "header": signature_header}
        body["signature"]["secret"] = None if secret is None else secret.rstrip("\r\n")
    made = Api().post(f"{ROUTE}/", body)
    if as_json:
        show_json(made)
        return
    click.echo(f"Made the webhook {plain(made['name'])}.")
    _show_once(made)


@webhook.command()
@json_option
def ls(as_json: bool) -> None:
    """List the webhooks."""
    found = Api().list_all(f"{ROUTE}/filter")
    if as_json:
        show_json(found)
        return
    show_table(
        ["NAME", "ADDRESS", "SIGNED", "STATE"],
        [[one["name"], one["url"], _signed(one), _state(one)] for one in found],
        "There are no webhooks.",
    )


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show a webhook. Its token and its secret stay with the server."""
    found = _find(Api(), name)
    if as_json:
        show_json(found)
        return
    show_fields(
        {
            "Name": found["name"],
            "Id": found["id"],
            "Address": found["url"],
            "Description": found["description"] or None,
            "State": _state(found),
            "Signed": _signed(found),
            "Created": moment(found["created"]),
            "Updated": moment(found["updated"]),
            "Template": found["template"],
        }
    )


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@yes_option
@json_option
def rotate(name: str, yes: bool, as_json: bool) -> None:
    """Give a webhook a new token; who calls with the old one is refused from then on."""
    api = Api()
    found = _find(api, name)
    ask(f"Void the token of the webhook {plain(found['name'])}?", yes=yes)
    made = api.post(f"{ROUTE}/{found['id']}/rotate")
    if as_json:
        show_json(made)
        return
    click.echo(f"The webhook {plain(made['name'])} has a new token.")
    _show_once(made)


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Refuse all calls, until it is resumed."""
    _switch(name, enabled=False, as_json=as_json)


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Take calls again."""
    _switch(name, enabled=True, as_json=as_json)


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a webhook; the events that it made stay."""
    api = Api()
    found = _find(api, name)
    ask(f"Delete the webhook {plain(found['name'])}?", yes=yes)
    api.delete(f"{ROUTE}/{found['id']}")
    show_deleted("webhook", found["name"], found["id"], as_json=as_json)


@webhook.command()
@click.argument("name", metavar="WEBHOOK")
@click.option("--body", type=Text(), default="", help="What is sent, or @FILE.")
@click.option("-H", "--header", "headers", multiple=True, help="Name: value; there may be several.")
@click.option("--query", multiple=True, help="name=value; there may be several.")
@click.option("--method", default="POST", show_default=True, help="The method of the call.")
@click.option("-t", "--template", type=Text(), help="Try this one, or @FILE, in its place.")
@json_option
def test(
    name: str,
    body: str,
    headers: tuple[str, ...],
    query: tuple[str, ...],
    method: str,
    template: str | None,
    as_json: bool,
) -> None:
    """Show the event that a call would make; none is kept. No signature is asked for."""
    told = {
        "method": method.upper(),
        "headers": _pairs(headers, ":", "--header"),
        "query_params": _pairs(query, "=", "--query"),
        "body": body,
        "template": template,
    }
    api = Api()
    tried = api.post(f"{ROUTE}/{_find(api, name)['id']}/test", told)
    if as_json:
        show_json(tried)
    elif tried["event"] is not None:
        show_json(tried["event"])
    if tried["fault"] is not None:
        raise click.ClickException(plain(tried["fault"]))


def _switch(name: str, *, enabled: bool, as_json: bool) -> None:
    api = Api()
    found = _find(api, name)
    api.patch(f"{ROUTE}/{found['id']}", {"enabled": enabled})
    if as_json:
        show_json(_find(api, found["id"]))
        return
    click.echo(f"{'Resumed' if enabled else 'Paused'} the webhook {plain(found['name'])}.")


def _find(api: Api, name: str) -> Any:
    """Return the webhook of an id, a name or a slug; end the command where there is none."""
    if (own_id := parse_id(name)) is not None:
        return require(api.find(ROUTE + "/{}", own_id), "webhook", name)
    found = api.list_all(f"{ROUTE}/filter")
    named = [one for field in ("name", "slug") for one in found if one[field] == name]
    return require(named[0] if named else None, "webhook", name)


def _pairs(given: tuple[str, ...], sign: str, option: str) -> dict[str, str]:
    pairs = [one.partition(sign) for one in given]
    if wrong := [
        one for one, (name, found, _) in zip(given, pairs, strict=True) if not (name and found)
    ]:
        raise click.UsageError(f"{option} is written name{sign}value, not {wrong[0]!r}.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _show_once(made: Any) -> None:
    shown = {"Address": made["url"], "Token": made["token"]}
    if made["secret"] is not None:
        shown["Secret"] = made["secret"]
    show_fields(shown)
    click.echo("This is not shown again. Senders that can set no header call the address with")
    click.echo("a slash and the token at its end; others send: Authorization: Bearer TOKEN")


def _signed(found: Any) -> str | None:
    return None if found["signature"] is None else str(found["signature"]["kind"])


def _state(found: Any) -> str:
    return "active" if found["enabled"] else "paused"
