"""Jinja's filters that make long texts of short ones: each says first how long."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, filters, pass_environment, pass_eval_context
from jinja2.nodes import EvalContext

from headwater.sandbox.formats import check_percent
from headwater.sandbox.strict import bounded, budget, note_work


@pass_environment
def _join(sandbox: Environment, value: Any, d: Any = "", attribute: Any = None) -> str:
    if attribute is not None:
        value = map(filters.make_attrgetter(sandbox, attribute), value)
    between, texts = str(d), []
    for each in value:
        texts.append(str(each))
        note_work(texts[-1], between)
    return between.join(texts)


@pass_eval_context
def _replace(context: EvalContext, s: Any, old: Any, new: Any, count: int | None = None) -> str:
    text = str(s)
    _spend(text.count(str(old)) * len(str(new)))
    return filters.do_replace(context, text, str(old), str(new), count)


def _center(value: Any, width: int = 80) -> str:
    _spend(width)
    return filters.do_center(value, width)


def _indent(s: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    text = str(s)
    _spend((len(text.splitlines()) + 1) * (width if isinstance(width, int) else len(width)))
    return filters.do_indent(text, width, first, blank)


@pass_environment
def _wordwrap(
    sandbox: Environment,
    s: Any,
    width: int = 79,
    break_long_words: bool = True,
    wrapstring: str | None = None,
    break_on_hyphens: bool = True,
) -> str:
    text = str(s)
    _spend(len(text) * len(wrapstring or "\n"))
    return filters.do_wordwrap(sandbox, text, width, break_long_words, wrapstring, break_on_hyphens)


def _format(value: Any, *args: Any, **named: Any) -> str:
    form = str(value)
    texts = [str(one) for one in (*args, *named.values())]
    _spend(form.count("%") * max(map(len, texts), default=0))
    check_percent(form)
    return form % (named or args)


def _batch(value: Any, linecount: int, fill_with: Any = None) -> Any:
    _spend(linecount)
    return filters.do_batch(value, linecount, fill_with)


def _slice(value: Any, slices: int, fill_with: Any = None) -> Any:
    _spend(slices)
    return filters.sync_do_slice(value, slices, fill_with)


def _spend(work: int) -> None:
    budget.get().spend(max(work, 0))


_FILTERS: dict[str, Callable[..., Any]] = {
    "batch": _batch,
    "center": _center,
    "format": _format,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "slice": _slice,
    "wordwrap": _wordwrap,
    "xmlattr": filters.do_xmlattr,
}
MEASURED: Mapping[str, Callable[..., Any]] = {
    name: bounded(change) for name, change in _FILTERS.items()
}
