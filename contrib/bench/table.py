"""The records as tables for people to read: what was reached, and what was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrib.bench.measures import MEASURES, Bar, Figure, Measure, figure
from contrib.bench.rounds import Record
from contrib.bench.servers import FLOOR, HEADWATER, PREFECT, SERVERS
from contrib.bench.workloads import FEW

BEGIN, END = "<!-- made by `make bench`: begin -->", "<!-- end -->"
HEAD = ("what", *(server.title for server in SERVERS.values()), "ratio", "bar")


@dataclass(frozen=True)
class Database:
    """A kind of database, and the settings that it was measured with."""

    name: str
    title: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A measure on one database, with the servers' figures by name, and ours of few runs."""

    measure: Measure
    figures: Mapping[str, Figure]
    bar: Bar
    few: Figure | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better Headwater is than the real server; below 1 it is worse."""
        return self._better_than(PREFECT.name)

    def _better_than(self, other: str) -> float | None:
        ours, theirs = self.figures.get(HEADWATER.name), self.figures.get(other)
        if ours is None or theirs is None:
            return None
        pair = ours.median, theirs.median
        above, below = pair if self.measure.more_is_better else reversed(pair)
        return above / below if below else None

    def is_lost(self) -> bool:
        return self.ratio is not None and self.ratio < 1

    def is_met(self) -> bool | None:
        """Say if the bar is reached, as far as it can be seen; None where it cannot."""
        ours = self.figures.get(HEADWATER.name)
        met = []
        if self.bar.times is not None and self.ratio is not None:
            share = self._better_than(FLOOR.name) if self.bar.of_floor else None
            met.append(
                self.ratio >= self.bar.times
                or (share is not None and share >= (self.bar.of_floor or 1))
            )
        if self.bar.most is not None and ours is not None:
            met.append(ours.median <= self.bar.most)
        if self.bar.of_few is not None and ours is not None and self.few is not None:
            met.append(ours.median <= self.bar.of_few * self.few.median)
        return all(met) if met else None

    def cells(self) -> list[str]:
        figures = (self.figures.get(name) for name in SERVERS)
        shown = [show_figure(each, self.measure.unit) for each in figures]
        return [self.measure.title, *shown, _show_ratio(self.ratio), self._show_bar()]

    def _show_bar(self) -> str:
        parts = []
        if self.bar.times is not None:
            parts.append(f"{self.bar.times:g}x")
        if self.bar.of_floor is not None:
            parts[-1] += f" or {self.bar.of_floor:.0%} of the floor"
        if self.bar.most is not None:
            parts.append(f"at most {self.bar.most:g} {self.measure.unit}")
        if self.bar.of_few is not None:
            parts.append(f"at most {self.bar.of_few:g} times its cost with {FEW:,} runs")
        sign = {True: "✓ ", False: "✗ ", None: ""}[self.is_met()]
        return sign + ", ".join(parts) if parts else ""


def lines_of(database: str, records: Sequence[Record]) -> list[Line]:
    lines = []
    for measure in MEASURES:
        figures = {}
        for server in SERVERS:
            mine = [one for one in records if (one.database, one.server) == (database, server)]
            if (found := figure(measure, mine)) is not None:
                figures[server] = found
        ours = [one for one in records if (one.database, one.server) == (database, HEADWATER.name)]
        few = figure(measure, ours, measure.few) if measure.few else None
        if figures:
            lines.append(Line(measure, figures, measure.bar(database), few))
    return lines


def render(
    databases: Sequence[Database], records: Sequence[Record], facts: Mapping[str, str]
) -> str:
    """Return the whole part of the page that is made anew each time."""
    parts = [_table(("", ""), [[name, value] for name, value in facts.items()])]
    for database in databases:
        lines = lines_of(database.name, records)
        parts += [f"### {database.title}", _table(HEAD, [line.cells() for line in lines])]
        parts += ["\n".join(f"- {name}: {value}" for name, value in database.facts.items())]
        parts += [_shortcomings(database.title, lines, _missing(database.name, records))]
    return "\n\n".join(parts)


def _shortcomings(title: str, lines: Sequence[Line], missing: Sequence[str]) -> str:
    said = [f"- {name}: a route that Headwater does not have yet" for name in missing]
    for line in lines:
        ratio = _show_ratio(line.ratio)
        if line.is_lost():
            said.append(f"- {line.measure.title}: worse than the real server ({ratio})")
        elif line.is_met() is False:
            said.append(f"- {line.measure.title}: the bar is not reached ({ratio})")
    return f"What falls short on {title}:\n\n" + ("\n".join(said) or "- nothing that is measured")


def _missing(database: str, records: Sequence[Record]) -> list[str]:
    mine = [one for one in records if (one.database, one.server) == (database, HEADWATER.name)]
    return sorted({name for record in mine for name in record.report.get("missing", ())})


def show_figure(value: Figure | None, unit: str) -> str:
    if value is None:
        return ""
    spread = f" [{_short(value.least)}-{_short(value.most)}]"
    return f"{_short(value.median)}{spread if value.least != value.most else ''} {unit}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 or value == int(value) else f"{value:.2g}"


def _show_ratio(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{_short(ratio)}x"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, rows)])


def put_into(page: Path, made: str) -> None:
    """Put what was made between the page's marks; the words around them are people's."""
    before, _, rest = page.read_text().partition(BEGIN)
    if END not in rest:
        raise SystemExit(f"{page} lacks the marks {BEGIN} and {END}")
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}")
