"""The scoring itself: what counts as found, missed and false."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.evaluation.labels import Judgement, Label, LabelError, Place, read_labels
from tests.evaluation.reporting import as_data, as_markdown, as_text
from tests.evaluation.scoring import score, total

if TYPE_CHECKING:
    from pathlib import Path

TRUE, FALSE, DEBATABLE = Judgement.TRUE, Judgement.FALSE, Judgement.DEBATABLE


def _place(line: int, code: str = "TML113") -> Place:
    return Place("pkg-1.0", "pkg/net.py", line, code)


def test_each_judgement_is_counted_on_its_side() -> None:
    labels = [Label(_place(line), judgement, "") for line, judgement in enumerate([TRUE, TRUE, FALSE, FALSE], start=1)]
    result = score(labels, {_place(1), _place(3)}, {"TML113"})["TML113"]
    assert (len(result.hits), len(result.misses), len(result.false_alarms), result.quiet) == (1, 1, 1, 1)
    assert (result.precision, result.recall) == (0.5, 0.5)


def test_debatable_places_count_on_neither_side() -> None:
    labels = [Label(_place(1), DEBATABLE, ""), Label(_place(2), DEBATABLE, "")]
    result = score(labels, {_place(1)}, {"TML113"})["TML113"]
    assert (len(result.debatable_hits), result.debatable) == (1, 2)
    assert (result.precision, result.recall) == (None, None)


@pytest.mark.parametrize("found", [_place(9), _place(5, "TML114"), _place(9, "TML114")])
def test_other_lines_and_codes_are_as_good(found: Place) -> None:
    label = Label(_place(5), TRUE, "", alt_lines=(9,), alt_codes=("TML114",))
    result = score([label], {found}, {"TML113", "TML114"})
    assert result["TML113"].hits == [label]
    assert result["TML114"].unlabelled == []


def test_findings_without_a_label_are_kept_apart() -> None:
    label = Label(_place(5), TRUE, "")
    elsewhere = Place("pkg-1.0", "pkg/other.py", 5, "TML113")
    result = score([label], {_place(6), elsewhere}, {"TML113"})["TML113"]
    assert (result.misses, result.unlabelled) == ([label], [_place(6), elsewhere])
    assert result.precision is None


def test_total_adds_up_and_leaves_the_parts_alone() -> None:
    labels = [Label(_place(1), TRUE, ""), Label(_place(2, "TML101"), FALSE, "")]
    scores = score(labels, {_place(1), _place(2, "TML101")}, {"TML113", "TML101"})
    whole = total(scores)
    assert (len(whole.hits), len(whole.false_alarms), whole.precision) == (1, 1, 0.5)
    assert len(scores["TML113"].hits) == 1


def test_report_lists_misses_and_false_alarms_with_their_reason() -> None:
    labels = [Label(_place(1), TRUE, "appended in a loop"), Label(_place(2), FALSE, "registered later")]
    messages = {_place(2): "said so", _place(3): "also said"}
    scores = score(labels, messages, {"TML113"})
    text = as_text(scores, messages, show_unlabelled=True)
    assert "pkg-1.0/pkg/net.py:1  appended in a loop" in text
    assert "pkg-1.0/pkg/net.py:2  registered later" in text
    assert "pkg-1.0/pkg/net.py:3  also said" in text
    data = as_data(scores, messages, [])
    assert data["codes"]["TML113"]["missed"] == [{"at": "pkg-1.0/pkg/net.py:1", "why": "appended in a loop"}]
    assert json.loads(json.dumps(data))["all"]["misses"] == 1


def test_table_for_the_documentation_leaves_out_codes_without_labels() -> None:
    scores = score([Label(_place(1), TRUE, "")], {_place(1)}, {"TML101", "TML113"})
    lines = as_markdown(scores).splitlines()
    assert [line.split(" | ")[0] for line in lines] == ["| code", "| ---", "| TML113", "| all"]
    assert lines[2] == "| TML113 | 1 | 0 | 0 | 0 | 0/0 | 0 | 1.000 | 1.000 |"


def test_labels_are_read_with_their_alternatives(tmp_path: Path) -> None:
    line = {"package": "p", "version": "1", "path": "a.py", "line": 3, "code": "TML101", "label": "true", "why": "w"}
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps(line | {"alt_lines": [4]}) + "\n\n", encoding="utf-8")
    assert read_labels(file) == [Label(Place("p-1", "a.py", 3, "TML101"), TRUE, "w", alt_lines=(4,))]


@pytest.mark.parametrize("bad", ["{", "[]", '{"package": "p"}'])
def test_faulty_line_is_named(tmp_path: Path, bad: str) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(f"\n{bad}\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"labels\.jsonl:2: "):
        read_labels(file)
