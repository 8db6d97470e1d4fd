"""What a terminal or a file is given."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from torchmodlint.core.writing import write_atomically
from torchmodlint.report.terminal import Progress, fitting, wants_color

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "stream", "environment", "wanted"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_wants_color(choice: str, stream: io.StringIO, environment: dict[str, str], wanted: bool) -> None:
    assert wants_color(choice, stream, environment) is wanted


def test_fitting_replaces_what_the_encoding_lacks() -> None:
    assert fitting("größe 日 \udce9", "cp1252") == "größe ? ?"
    assert fitting("größe 日 \udce9", "utf-8") == "größe 日 ?"
    assert fitting("größe", None) == "größe"


def test_write_atomically(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    write_atomically(file, "größe\n")
    write_atomically(file, "kleiner\n")
    assert file.read_bytes() == b"kleiner\n"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="a directory cannot be replaced anywhere, but errors differ")
def test_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "out", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_waits_a_second_counts_and_clears() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(stream, on=True, clock=clock) as progress:
        progress.update(1, 300)
        assert stream.getvalue() == ""
        clock.now = 1.0
        progress.update(2, 300)
        progress.update(3, 300)
        assert stream.getvalue() == "\r2/300 files", "a tenth of a second lies between two lines"
    assert stream.getvalue() == "\r2/300 files\r" + " " * len("2/300 files") + "\r"


@pytest.mark.parametrize(("stream", "on"), [(io.StringIO(), True), (Terminal(), False)])
def test_progress_is_for_terminals_and_can_be_switched_off(stream: io.StringIO, on: bool) -> None:
    clock = Clock()
    with Progress(stream, on=on, clock=clock) as progress:
        clock.now = 5.0
        progress.update(1, 2)
    assert stream.getvalue() == ""


def test_progress_of_what_is_known_to_take_long() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(stream, on=True, unit="findings", patience=0.0, clock=clock) as progress:
        progress.update(0, 4)
        assert stream.getvalue() == "\r0/4 findings"
