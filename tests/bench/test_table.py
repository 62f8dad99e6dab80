"""What is made of the records: figures, ratios, bars and losses."""

from pathlib import Path
from typing import Any

import pytest

from contrib.bench.fill import SPREAD, moved_id, moved_time
from contrib.bench.processes import Usage
from contrib.bench.rounds import Record
from contrib.bench.soak import Part, find_faults
from contrib.bench.table import BEGIN, END, Database, Line, lines_of, put_into, render

FACTS = {"machine": "a laptop"}
USED = Usage(cpu=1.0, memory=100.0, processes=5, threads=50, files=80, own=90.0)
SQLITE = Database("sqlite", "SQLite", {"SQLite": "3.40"})


def record(server: str, workload: str, number: int = 0, **report: Any) -> Record:
    return Record("sqlite", server, number, workload, cpu=2.0, report=report)


def line(title: str, *records: Record) -> Line:
    (found,) = (one for one in lines_of("sqlite", records) if one.measure.title == title)
    return found


def test_a_figure_is_the_median_of_the_rounds_with_its_spread() -> None:
    rounds = [record("headwater", "logs", n, lines_per_s=rate) for n, rate in enumerate((9, 5, 6))]
    assert line("logs", *rounds).cells()[3] == "6 [5-9] lines/s"


def test_what_is_better_when_more_and_when_less_both_count_as_times_better() -> None:
    records = [
        record("prefect", "logs", lines_per_s=100, lines=10),
        record("headwater", "logs", lines_per_s=1000, lines=40),
    ]
    assert line("logs", *records).ratio == 10
    assert line("logs: CPU of 1,000 lines", *records).ratio == 4


@pytest.mark.parametrize(("ours", "met"), [(70, True), (69, False)])
def test_a_bar_may_be_reached_by_being_near_the_floor(ours: float, met: bool) -> None:
    rates = {"prefect": 10.5, "floor": 100, "headwater": ours}
    records = [record(name, "lifecycle-1", runs_per_s=rate) for name, rate in rates.items()]
    assert line("lifecycle, 1 thread", *records).is_met() is met


def test_a_bar_that_is_a_limit_needs_nobody_beside() -> None:
    failed = line("lifecycle, 32 threads: failed", record("headwater", "lifecycle-32", failed=1))
    assert failed.is_met() is False
    assert failed.ratio is None


@pytest.mark.parametrize(("many", "met"), [(4.0, True), (4.1, False)])
def test_a_bar_may_say_what_size_may_cost(many: float, met: bool) -> None:
    took = {"reads": many, "reads-1000": 2.0}
    records = [
        record("headwater", name, latency_ms={"history": {"p95": p95}})
        for name, p95 in took.items()
    ]
    found = line("read history, p95", *records)
    assert found.is_met() is met
    assert found.cells()[-1].endswith("at most 2 times its cost with 1,000 runs")


def test_losses_and_missing_routes_are_named() -> None:
    page = render(
        [SQLITE],
        [
            record("prefect", "logs", lines_per_s=100),
            record("headwater", "logs", lines_per_s=50, missing=["history"]),
        ],
        FACTS,
    )
    assert "- logs: worse than the real server (0.5x)" in page
    assert "- history: a route that Headwater does not have yet" in page
    assert "| machine | a laptop |" in page
    assert "- SQLite: 3.40" in page


def test_a_page_keeps_the_words_around_the_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put_into(page, "new")
    assert page.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_the_page_in_docs_has_the_marks() -> None:
    text = (Path(__file__).parents[2] / "docs/performance.md").read_text()
    assert BEGIN in text
    assert END in text.partition(BEGIN)[2]


def test_a_copy_of_a_time_ordered_id_has_the_time_of_the_copy() -> None:
    kept = "01a2183e-5207-7e9d-94fa-03cca7a5b5cf"
    moved = moved_id(kept, now=1_000_000.0, step=10.0, copy=5)
    assert moved == f"{999_950_000:012x}"[:8] + "-" + f"{999_950_000:012x}"[8:] + kept[13:]


def test_a_copy_of_a_random_id_is_as_random_and_keeps_the_way_it_is_written() -> None:
    kept = "bdecd6bee29d4551a43b5f0a010fbcaf"
    moved = {moved_id(kept, now=0.0, step=1.0, copy=copy) for copy in range(1000)}
    assert len(moved) == 1000
    assert f"{SPREAD:08x}{kept[8:]}" in moved
    assert moved_id(None, 0.0, 1.0, 1) is None


def test_a_copied_time_lies_that_many_steps_before() -> None:
    assert moved_time("2026-11-26 14:24:26.824550", 60.0, 3) == "2026-11-26 14:21:26.824550"
    assert moved_time(None, 60.0, 3) is None


def test_a_soak_that_goes_well_finds_nothing() -> None:
    assert list(find_faults([part(), part()], stored=20)) == []


def test_a_soak_tells_of_all_that_grew_failed_or_got_lost() -> None:
    last = part(failed=1, busy=2, usage=Usage(9.0, 130.0, 6, 67, 140, 113.0))
    faults = list(find_faults([part(), last], stored=19))
    assert faults == [
        "20 runs were made, 19 are stored",
        "1 requests failed",
        "2 requests busy",
        "memory grew from 90 to 113 MB",
        "open files grew from 80 to 140",
        "threads grew from 50 to 67",
        "there were 5 processes, and are 6",
    ]


def test_pools_that_fill_and_files_that_are_mapped_are_no_growth() -> None:
    last = part(usage=Usage(9.0, 400.0, 5, 66, 136, 112.0))
    assert list(find_faults([part(), last], stored=20)) == []


def part(usage: Usage = USED, **report: int) -> Part:
    return Part({"runs": 10, "failed": 0, "busy": 0} | report, usage)
