"""Files that hang, crash, fork, leak, write, connect, kill and forge, under all layers, and what is left of them.

The first line of each file in `hostile/` says how the finding about its class `Net` must end, and how else it may;
each is asked about together with a sound file of the same package, which must not suffer from it. Files with a note
"needs" would do harm without that layer, and are not run where it is missing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.verify.processes import SOUND, file_job, running
from torchmodlint.verify.pool import ask
from torchmodlint.verify.wire import Options, PackageJob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torchmodlint.core.verdict import Verdict
    from torchmodlint.verify.pool import Answers

pytestmark = [pytest.mark.torch, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

HOSTILE = sorted((Path(__file__).parent / "hostile").glob("*.py"))
OPTIONS = Options(timeout=2.0, memory=3.0)


def _note(file: Path, word: str) -> str | None:
    """What a comment at the top of the file says."""
    for line in file.read_text().splitlines():
        if not line.startswith("# "):
            return None
        if line.startswith(f"# {word}: "):
            return line.removeprefix(f"# {word}: ")
    return None


def _is_safe(file: Path, layers: tuple[str, ...]) -> bool:
    needs = _note(file, "needs")
    return needs is None or any(layer.startswith(needs) for layer in layers)


def _below(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Name, mode and content of each file."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (path.stat().st_mode, path.read_bytes()) for path in files}


@dataclass
class Run:
    """All hostile files, asked about once. `verdicts` are of the file's class and of the sound one after it."""

    answers: Answers
    verdicts: dict[str, tuple[Verdict, Verdict]]
    before: dict[str, tuple[int, bytes]]
    after: dict[str, tuple[int, bytes]]
    scratch: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    layers = ask([], sys.executable, OPTIONS).layers
    root, scratch = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("scratch")
    packages: list[PackageJob] = []
    ids: dict[str, int] = {}
    for file in HOSTILE:
        if not _is_safe(file, layers):
            continue
        folder = root / file.stem
        folder.mkdir()
        shutil.copy(file, folder)
        first = 2 * len(ids)
        jobs = [file_job(folder / file.name, first), file_job(folder / "sound.py", first + 1, SOUND)]
        packages.append(PackageJob(file.stem, (str(folder),), tuple(jobs)))
        ids[file.stem] = first
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        patch.setenv("TORCHMODLINT_TEST_SECRET", "hunter2")
        patch.setattr(tempfile, "tempdir", None)
        before = _below(root)
        answers = ask(packages, sys.executable, OPTIONS, processes=4)
        verdicts = {name: (answers.verdicts[first], answers.verdicts[first + 1]) for name, first in ids.items()}
        yield Run(answers, verdicts, before, _below(root), scratch)


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_ends_as_it_must(run: Run, file: Path) -> None:
    if not _is_safe(file, run.answers.layers):
        pytest.skip(f"this system has no {_note(file, 'needs')}, and without it this would do harm")
    verdict, sound = run.verdicts[file.stem]
    assert f"{verdict.outcome} {verdict.reason}" in (_note(file, "expect") or "").split(", "), verdict.message
    assert sound.outcome == "refuted", sound.message


def test_the_worker_lived_on(run: Run) -> None:
    assert not [verdict for verdict in run.answers.verdicts.values() if "worker was lost" in verdict.message]


def test_no_file_was_touched(run: Run) -> None:
    assert run.after == run.before


def test_nothing_is_left(run: Run) -> None:
    assert running(run.scratch) == []
    assert list(run.scratch.iterdir()) == []
