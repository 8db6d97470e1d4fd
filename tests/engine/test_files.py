"""Which files a run is about."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from torchmodlint.core.settings import PerFileIgnore, Settings
from torchmodlint.engine.files import from_stdin, gather, ignored_codes

if TYPE_CHECKING:
    from collections.abc import Iterable


def make(root: Path, files: Iterable[str], **texts: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(path.name, ""), encoding="utf-8")


def ignoring(folder: Path, *patterns: str) -> None:
    (folder / ".gitignore").write_text("\n".join(patterns) + "\n", encoding="utf-8")


def settings(root: Path, *exclude: str, force: bool = False) -> Settings:
    return Settings(root=root, base=root, exclude=exclude, force_exclude=force)


def found(root: Path, *paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[str]:
    gathered = gather(paths or (".",), settings(root, *exclude, force=force), root)
    assert gathered.problems == ()
    return [file.display_path for file in gathered.files]


def test_directories_are_walked_for_python_files(tmp_path: Path) -> None:
    make(tmp_path, ["b.py", "a/c.pyi", "a/deep/d.py", "a/notes.txt", "a/script", "e.pyc", ".hidden/f.py"])
    assert found(tmp_path) == [".hidden/f.py", "a/c.pyi", "a/deep/d.py", "b.py"]
    assert found(tmp_path, "a") == ["a/c.pyi", "a/deep/d.py"]


def test_named_files_are_taken_whatever_they_are_called_and_only_once(tmp_path: Path) -> None:
    make(tmp_path, ["a/script", "a/b.py"])
    assert found(tmp_path, "a/script", "a", "a/b.py", "./a/../a/b.py") == ["a/b.py", "a/script"]


@pytest.mark.parametrize("folder", [".venv", "venv", "node_modules", "__pycache__", "build", "dist", "site-packages"])
def test_directories_without_own_code_are_left_out(tmp_path: Path, folder: str) -> None:
    make(tmp_path, [f"{folder}/a.py", f"deep/{folder}/b.py", f"{folder}.py"])
    assert found(tmp_path) == [f"{folder}.py"]
    # What is asked for by name is meant.
    assert found(tmp_path, folder) == [f"{folder}/a.py"]
    assert found(tmp_path, f"{folder}/a.py") == [f"{folder}/a.py"]
    assert found(tmp_path, folder, f"{folder}/a.py", force=True) == []
    everything = sorted([f"{folder}.py", f"{folder}/a.py", f"deep/{folder}/b.py"])
    assert found(tmp_path, exclude=(f"!{folder}/",)) == everything


def test_exclude_patterns(tmp_path: Path) -> None:
    make(tmp_path, ["a.py", "gen/b.py", "src/gen/c.py", "src/d_pb2.py", "src/e.py"])
    assert found(tmp_path, exclude=("gen/",)) == ["a.py", "src/d_pb2.py", "src/e.py"]
    assert found(tmp_path, exclude=("/gen/", "*_pb2.py")) == ["a.py", "src/e.py", "src/gen/c.py"]
    assert found(tmp_path, "src", exclude=("src/gen",)) == ["src/d_pb2.py", "src/e.py"]
    assert found(tmp_path, "gen/b.py", exclude=("gen/",)) == ["gen/b.py"]
    assert found(tmp_path, "gen/b.py", "src", exclude=("gen/", "src"), force=True) == []


def test_gitignore_of_every_level(tmp_path: Path) -> None:
    make(
        tmp_path,
        [".git/info/exclude", "a.py", "out/b.py", "pkg/c.py", "pkg/gen_d.py", "pkg/sub/gen_e.py", "pkg/sub/f.py"],
    )
    ignoring(tmp_path, "/out/", "gen_*.py")
    ignoring(tmp_path / "pkg" / "sub", "!gen_e.py", "f.py")
    assert found(tmp_path) == ["a.py", "pkg/c.py", "pkg/sub/gen_e.py"]
    assert found(tmp_path, "pkg/sub") == ["pkg/sub/gen_e.py"], "parents up to the root of the repository count"
    assert found(tmp_path, "out") == ["out/b.py"], "a directory that is named was meant"
    assert found(tmp_path, "out/b.py", "pkg/sub/f.py") == ["out/b.py", "pkg/sub/f.py"]
    (tmp_path / ".git" / "info" / "exclude").write_text("a.py\n")
    assert found(tmp_path) == ["pkg/c.py", "pkg/sub/gen_e.py"]


def test_everything_ignored_but(tmp_path: Path) -> None:
    make(tmp_path, ["a.py", "pkg/b.py", "pkg/c.pyi"])
    ignoring(tmp_path, "*", "!*/", "!*.py")
    assert found(tmp_path) == ["a.py", "pkg/b.py"]


def test_ignored_directory_cannot_be_taken_back_from_within(tmp_path: Path) -> None:
    make(tmp_path, ["out/b.py"])
    ignoring(tmp_path, "out/")
    ignoring(tmp_path / "out", "!b.py")
    assert found(tmp_path) == []


def test_gitignore_above_the_repository_does_not_count(tmp_path: Path) -> None:
    make(tmp_path, ["repo/.git/HEAD", "repo/pkg/a.py"])
    ignoring(tmp_path, "*.py")
    assert found(tmp_path / "repo", "pkg") == ["pkg/a.py"]


def test_without_a_repository_only_ignore_files_below_count(tmp_path: Path) -> None:
    make(tmp_path, ["pkg/a.py", "pkg/b.py"])
    ignoring(tmp_path, "a.py")
    ignoring(tmp_path / "pkg", "b.py")
    assert found(tmp_path, "pkg") == ["pkg/a.py"]
    assert found(tmp_path) == []


def test_paths_outside_the_working_directory_are_shown_as_given(tmp_path: Path) -> None:
    make(tmp_path, ["work/a.py", "other/pkg/b.py"])
    work, other = tmp_path / "work", tmp_path / "other"
    shown = other.as_posix()
    assert found(work, "../other", str(work)) == ["../other/pkg/b.py", "a.py"]
    assert found(work, str(other), str(other / "pkg" / "b.py")) == [f"{shown}/pkg/b.py"]


def test_installed_packages_can_be_linted_from_anywhere(tmp_path: Path) -> None:
    make(tmp_path, ["work/a.py", "venv/lib/site-packages/pkg/b.py", "venv/lib/site-packages/pkg/build/c.py"])
    package = tmp_path / "venv" / "lib" / "site-packages" / "pkg"
    assert found(tmp_path / "work", str(package)) == [f"{package.as_posix()}/b.py"]
    assert found(tmp_path, "venv/lib/site-packages/pkg") == ["venv/lib/site-packages/pkg/b.py"]


def test_missing_paths_and_notebooks_are_problems(tmp_path: Path) -> None:
    make(tmp_path, ["a.py", "b.ipynb"])
    gathered = gather(("nowhere/x.py", "a.py", "b.ipynb", "x" * 5000), settings(tmp_path), tmp_path)
    assert [file.display_path for file in gathered.files] == ["a.py"]
    missing, notebook, impossible = gathered.problems
    assert (missing.path, missing.message) == ("nowhere/x.py", "no such file or directory")
    assert (notebook.path, notebook.message.split(";")[0]) == ("b.ipynb", "notebooks cannot be checked yet")
    assert impossible.path == "x" * 5000


@pytest.mark.skipif(sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root reads all")
def test_unreadable_directory_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, ["closed/a.py", "b.py"])
    (tmp_path / "closed").chmod(0)
    gathered = gather((".",), settings(tmp_path), tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert [file.display_path for file in gathered.files] == ["b.py"]
    assert [problem.message for problem in gathered.problems] == ["cannot be read: Permission denied"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_links_to_directories_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, ["pkg/a.py"])
    (tmp_path / "pkg" / "round").symlink_to(tmp_path)
    (tmp_path / "pkg" / "b.py").symlink_to(tmp_path / "pkg" / "a.py")
    (tmp_path / "pkg" / "broken.py").symlink_to(tmp_path / "nowhere.py")
    assert found(tmp_path) == ["pkg/a.py", "pkg/b.py"]


def test_stdin(tmp_path: Path) -> None:
    [file] = from_stdin(b"x", None, settings(tmp_path), tmp_path).files
    assert (file.display_path, file.read()) == ("-", b"x")
    [file] = from_stdin(b"x", "pkg/a.py", settings(tmp_path), tmp_path).files
    assert (file.display_path, file.path, file.read()) == ("pkg/a.py", tmp_path / "pkg" / "a.py", b"x")
    assert len(from_stdin(b"x", "build/a.py", settings(tmp_path), tmp_path).files) == 1
    assert from_stdin(b"x", "build/a.py", settings(tmp_path, force=True), tmp_path).files == ()


@pytest.mark.parametrize(
    ("pattern", "hit", "missed"),
    [
        ("tests/*", "tests/deep/a.py", "pkg/a.py"),
        ("tests/", "pkg/tests/a.py", "pkg/a.py"),
        ("__init__.py", "pkg/__init__.py", "pkg/a.py"),
        ("pkg/**/models/*.py", "pkg/a/b/models/m.py", "models/m.py"),
        ("!pkg/", "tests/a.py", "pkg/a.py"),
    ],
)
def test_per_file_ignores(tmp_path: Path, pattern: str, hit: str, missed: str) -> None:
    asked = Settings(
        root=tmp_path,
        base=tmp_path,
        per_file_ignores=(PerFileIgnore(pattern, frozenset({"A"})), PerFileIgnore("nowhere/", frozenset({"B"}))),
    )
    assert ignored_codes(str(tmp_path / hit), asked) == {"A"}
    assert ignored_codes(str(tmp_path / missed), asked) == frozenset()


def test_per_file_ignores_outside_of_the_base(tmp_path: Path) -> None:
    asked = Settings(root=tmp_path, base=tmp_path / "x", per_file_ignores=(PerFileIgnore("a.py", frozenset({"A"})),))
    assert ignored_codes(str(tmp_path / "y" / "a.py"), asked) == {"A"}


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")
@pytest.mark.parametrize(
    "patterns",
    [
        ["*.py", "!keep.py"],
        ["*", "!*/", "!*.py"],
        ["*", "!*/"],
        ["/*", "!/src/"],
        ["/*", "!/src/", "/src/*", "!/src/deep/"],
        ["src/", "!src/deep/"],
        ["*.py", "!src/"],
        ["deep", "!deep/keep.py"],
        ["**/deep/*.py", "!keep.py"],
        ["src/**", "!src/**/", "!src/**/keep.py"],
        ["dee?", "[s]rc/gen_[!a].py", "# comment", "", "\\!odd.py", "trailing.py  "],
        ["src/deep/", "src/deep", "!src/deep/"],
        ["!src/keep.py", "keep.py"],
    ],
    ids=" ".join,
)
def test_ignored_is_what_git_ignores(tmp_path: Path, patterns: list[str]) -> None:
    names = ["keep.py", "deep/a.py", "deep/keep.py", "src/keep.py", "src/gen_a.py", "src/gen_b.py", "!odd.py"]
    names += ["src/deep/a.py", "src/deep/keep.py", "src/deep/src/deep/a.py", "trailing.py", "src/deep/x/y/keep.py"]
    make(tmp_path, names)
    ignoring(tmp_path, *patterns)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    command = ["git", "ls-files", "--others", "--exclude-standard", "--", "*.py"]
    listed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert found(tmp_path) == sorted(listed.split())
