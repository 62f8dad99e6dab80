"""Groups of commands that are imported when one of them is called, not before."""

from collections.abc import Callable
from typing import Any

import click

from headwater.errors import HeadwaterError


class LazyGroup(click.Group):
    """Stands in for the group that *load* returns; shows our own errors in one line."""

    def __init__(self, name: str, load: Callable[[], click.Group], about: str) -> None:
        super().__init__(name, help=about)
        self._load = load

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        context = self._load().make_context(*arguments, **options)
        context.command = self
        return context

    def invoke(self, context: click.Context) -> Any:
        try:
            return self._load().invoke(context)
        except HeadwaterError as error:
            raise click.ClickException(str(error)) from None
