"""`headwater server stop` and `status`: about a server that runs already."""

from dataclasses import asdict
from typing import Any

import click

from headwater.cli import background
from headwater.cli.api import Api, Refusal
from headwater.cli.showing import json_option, show_fields, show_json
from headwater.errors import ConfigError
from headwater.settings import Settings

NONE = "no server runs in the background of {}; to start one: headwater server start --background"


@click.command()
@json_option
def stop(as_json: bool) -> None:
    """Stop the server that runs in the background, once it has finished what it does."""
    home = Settings.load().home
    stopped = background.stop(home)
    if stopped is None:
        raise ConfigError(NONE.format(home))
    if as_json:
        show_json({"stopped": asdict(stopped)})
        return
    click.echo(f"Stopped the server at {stopped.url} (pid {stopped.pid}).")


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Say whether the server serves; exit with 1 if it does not."""
    settings = Settings.load()
    there = background.find(settings.home)
    api = Api(f"{there.url}/api" if there and settings.api_url is None else None)
    state, problem = _ask(api)
    shown: dict[str, Any] = {"url": api.url, "state": state, "problem": problem}
    shown["background"] = None if there is None else asdict(there)
    if as_json:
        show_json(shown)
    else:
        show_fields(
            {
                "API": api.url,
                "State": state if problem is None else f"{state}: {problem}",
                "In background": f"pid {there.pid}" if there else "no",
            }
        )
    if problem is not None:
        click.get_current_context().exit(1)


def _ask(api: Api) -> tuple[str, str | None]:
    try:
        api.get("/ready")
    except Refusal as refusal:
        return "not ready", refusal.message
    except click.ClickException as error:
        return "not reached", error.message
    return "ready", None
