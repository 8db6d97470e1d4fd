"""How files are shared out among processes, and what becomes of those that would bring the parser down."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

import torchmodlint.engine.pool as pool_module
from tests.engine.fakes import BadCall
from torchmodlint.engine.checking import Done, Job, check_all
from torchmodlint.engine.files import SourceFile

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, texts: dict[str, str]) -> list[Job]:
    """The jobs of files with these texts."""
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [Job(SourceFile(str(folder / name), name), (BadCall,)) for name in texts]


def test_the_largest_files_are_handed_out_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = (3, 700, 1, 300, 2, 400, 500, 200, 5)
    jobs = write(tmp_path, {f"file{size}.py": "bad()\n" + "x = 1\n" * size for size in sizes})
    handed: list[Job] = []

    class Watched(ProcessPoolExecutor):
        def submit(self, function, /, *arguments, **keywords):  # type: ignore[no-untyped-def]
            for one in arguments:
                handed.extend(each for each in (one if isinstance(one, (list, tuple)) else [one]))
            return super().submit(function, *arguments, **keywords)

    monkeypatch.setattr(pool_module, "ProcessPoolExecutor", Watched)
    found = list(check_all(jobs, tmp_path, (), 2))
    assert sorted(job.file.display_path for job, _ in found) == sorted(job.file.display_path for job in jobs)
    assert all(len(done.linted.findings) == 1 for _, done in found)
    order = [job.file.path.stat().st_size for job in handed]
    assert len(order) == len(jobs)
    assert order == sorted(order, reverse=True)


def test_the_largest_file_comes_first_in_one_process(tmp_path: Path) -> None:
    jobs = write(tmp_path, {f"file{size}.py": "bad()\n" + "x = 1\n" * size for size in (3, 70, 1, 30)})
    found = [job.file.display_path for job, _ in check_all(jobs, tmp_path, (), 1)]
    assert found == ["file70.py", "file30.py", "file3.py", "file1.py"]


@pytest.mark.parametrize("processes", [1, 2])
def test_code_that_would_bring_the_parser_down_costs_one_file(tmp_path: Path, processes: int) -> None:
    jobs = write(
        tmp_path,
        {
            "brackets.py": "bad()\nx = " + "[" * 5_000 + "]" * 5_000 + "\n",
            "chain.py": "bad()\nx = " + "a + " * 20_000 + "a\n",
            "elif.py": "bad()\nif a:\n    pass\n" + "elif b:\n    pass\n" * 20_000,
            "good.py": "bad()\n",
            "other.py": "bad()\n",
        },
    )
    found: dict[str, Done] = {job.file.display_path: done for job, done in check_all(jobs, tmp_path, (), processes)}
    messages = {path: [problem.message for problem in done.linted.problems] for path, done in found.items()}
    assert messages.pop("good.py") == messages.pop("other.py") == []
    assert all(len(found[name].linted.findings) == 1 for name in ("good.py", "other.py"))
    words = {"brackets.py": "nested brackets", "chain.py": "nested operations", "elif.py": "elif"}
    assert messages.keys() == words.keys()
    for path, (message,) in messages.items():
        assert words[path] in message
