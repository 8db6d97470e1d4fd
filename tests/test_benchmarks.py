"""The benchmarks themselves: what they make of figures, and that they still find the functions that they time."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pytest

from tests.benchmarks import flake8_files, stages, table
from tests.benchmarks.processes import Cost, cost, linting, passed
from tests.benchmarks.results import FLOOR, Results, Round, Size
from tests.benchmarks.stages import Clocks
from tests.benchmarks.tools import LINTER, TORCHFIX
from tests.paths import ROOT

pytestmark = pytest.mark.thorough

SIZE = Size(10, 2.0, 5, 1.0)


def cold(package: str, **seconds: float) -> Round:
    names = {"linter": LINTER, "torchfix": TORCHFIX}
    return Round(
        "cold", package, {names.get(name, name): Cost(value, value, 90.0) for name, value in seconds.items()}, SIZE
    )


@pytest.fixture
def results(tmp_path: Path) -> Results:
    made = Results(tmp_path / "figures.json")
    made.know({"Python": "3"})
    made.add(cold("fine", floor=1.0, linter=1.1))
    made.add(cold("fine", floor=2.0, linter=2.6))
    made.add(cold("fine", floor=1.0, linter=1.2))
    made.add(cold("fine", floor=4.0, torchfix=240.0))
    made.add(cold("slow", floor=1.0, linter=2.0, torchfix=20.0))
    return made


def test_results_are_on_disk_after_every_round(results: Results) -> None:
    assert Results.load(results.path) == results
    other = Results.load(results.path)
    other.add(cold("third", floor=1.0))
    results.add(cold("fourth", floor=1.0))
    assert results.packages("cold") == ["fine", "slow", "third", "fourth"]


def test_ratios_are_taken_within_a_round(results: Results) -> None:
    assert results.ratio("cold", "fine", LINTER, FLOOR) == pytest.approx(1.2)
    assert results.seconds("cold", "fine", LINTER) == pytest.approx(1.2)
    assert results.ratio("cold", "fine", TORCHFIX, LINTER) is None
    assert results.work("fine", TORCHFIX) == pytest.approx(60)
    assert results.work("fine", LINTER) == pytest.approx(1.2)


def test_what_is_forgotten_is_measured_again(results: Results) -> None:
    results.forget("cold", "fine", [LINTER])
    assert results.count("cold", "fine", LINTER) == 0
    assert results.count("cold", "fine", TORCHFIX) == results.count("cold", "slow", LINTER) == 1


def test_what_misses_a_goal_is_in_bold(results: Results) -> None:
    text = table.show(results)
    assert "| fine 50.0x, slow **10.0x** | **no** |" in text
    assert "| fine 1.20x, slow **2.00x** | **no** |" in text
    assert "| fine 90 MB, slow 90 MB | yes |" in text
    assert "| not measured | - |" in text


def test_tables_replace_those_of_a_page(results: Results, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    for _ in range(2):
        assert table.main(argparse.Namespace(results=results.path, into=page)) == 0
    text = page.read_text("utf-8")
    assert text == f"before\n{table.BEGIN}\n\n{table.show(results)}\n\n{table.END}\nafter\n"
    page.write_text("no place for them\n")
    with pytest.raises(SystemExit, match="figures: begin"):
        table.main(argparse.Namespace(results=results.path, into=page))


def test_the_page_of_the_documentation_has_a_place_for_the_tables() -> None:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert text.index(table.BEGIN) < text.index(table.END)


def test_a_stage_is_timed_without_those_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "process_time", lambda: now[0])
    clocks = Clocks()

    def inner() -> None:
        now[0] += 2

    def outer() -> None:
        now[0] += 1
        timed_inner()
        now[0] += 1

    timed_inner = clocks.timed(inner, stages.PARSE, within=stages.WALK)
    timed_outer = clocks.timed(outer, stages.WALK)
    timed_outer()
    timed_inner()
    assert clocks.seconds[stages.WALK] == 2
    assert clocks.seconds[stages.OTHERS] == 2
    assert clocks.seconds[stages.PARSE] == 2


def test_stages_are_those_of_the_linter() -> None:
    costs = stages.measured(ROOT / "examples")
    assert costs.keys() == {*stages.STAGES, stages.UNIT}
    assert all(costs[stage].seconds > 0 for stage in (stages.START, stages.SCAN, stages.PARSE, stages.WALK))


def test_the_floor_parses_what_the_prefilter_passes(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from torch import nn\nclass Net(nn.Module): ...\n")
    (tmp_path / "plain.py").write_text("x = 1\n")
    assert passed(tmp_path) == (tmp_path / "net.py",)


def test_flake8_is_timed_for_files_that_do_not_pass(tmp_path: Path) -> None:
    pytest.importorskip("flake8")
    for number in range(3):
        (tmp_path / f"plain{number}.py").write_text("x = 1\n")
    costs = flake8_files.measured(tmp_path)
    assert 0 < costs[flake8_files.MEDIAN].seconds <= costs[flake8_files.MOST].seconds


def test_a_command_that_was_not_understood_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="No such option"):
        cost([*linting(), "--no-such-option"], tmp_path)
