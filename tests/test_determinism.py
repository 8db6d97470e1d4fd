"""The same files give the same output, however they are looked at.

That is: whatever the hash seed, the order of files and the number of processes, remembered or not, with the prefilter
and without, in the command and in flake8. `python -m tests.benchmarks same` asks the same of whole packages.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.sources import INSTALLED, installed
from tests.benchmarks.same import COMMAND, FLAKE8, copied, ways
from tests.paths import CASES, ROOT

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("determinism")
    copied(CASES, base / "cases")
    copied(ROOT / "examples", base / "examples")
    return base


def _output(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "torchmodlint", "check", "-j1", "--output-format=json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_order_of_paths(folder: Path) -> None:
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    assert _output(folder, *paths) == _output(folder, *reversed(paths))


def test_one_file_at_a_time(folder: Path) -> None:
    """What a file gives does not depend on which others were passed: pre-commit splits its list of files."""
    whole = json.loads(_output(folder, "."))["findings"]
    for path in sorted({finding["path"] for finding in whole})[:12]:
        alone = json.loads(_output(folder, "--isolated", path))["findings"]
        assert alone == [finding for finding in whole if finding["path"] == path]


def test_every_way_finds_the_same_in_the_cases(folder: Path) -> None:
    assert_same(folder, at_least=100)


@pytest.mark.parametrize("part", INSTALLED)
def test_every_way_finds_the_same_in_installed_packages(part: str, tmp_path: Path) -> None:
    copied(installed(part), tmp_path / "package")
    assert_same(tmp_path, at_least=0)


def assert_same(folder: Path, at_least: int) -> None:
    looks = ways(folder)
    if importlib.util.find_spec("flake8") is None:
        del looks[FLAKE8]
    expected = looks.pop(COMMAND)()
    assert len(expected) >= at_least
    for name, look in looks.items():
        assert look() == expected, name
