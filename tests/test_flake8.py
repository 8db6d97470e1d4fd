"""The real flake8, in a process of its own: the same findings as the command, under flake8's rules of choice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import CASES, ROOT

pytest.importorskip("flake8")

FORMAT = "--format=%(path)s %(row)d %(col)d %(code)s"
OTHERS = "--extend-ignore=E,F,W,C"  # what else is wrong with a case is not the question
NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        self.layer = None


class Late(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width)]
"""
MESSY = """\
# a line with \N{GREEK SMALL LETTER ALPHA}\N{PILE OF POO} before the finding, and a form feed
\f
from torch import nn
class Größe(nn.Module):
\tdef __init__(self, weite): super().__init__(); self.größe = "\N{PILE OF POO}"; self.lagen = [nn.Linear(3, 3)]
"""
AWKWARD = {
    "messy.py": MESSY.encode(),
    "crlf.py": NET.replace("\n", "\r\n").encode(),
    "bom.py": b"\xef\xbb\xbf" + NET.encode(),
    "latin.py": b"# coding: latin-1\n" + NET.replace("Late", "Sp\xe4t").encode("latin-1"),
    "no_newline.py": NET.rstrip("\n").encode(),
}


def _run(folder: Path, *command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _flake8(folder: Path, *arguments: str, stdin: str | None = None) -> set[tuple[str, int, int, str]]:
    """What flake8 says, as (file, line, column, code)."""
    done = _run(folder, "flake8", FORMAT, OTHERS, *arguments, stdin=stdin)
    assert done.stderr == ""
    found = set()
    for line in done.stdout.splitlines():
        path, row, column, code = line.rsplit(" ", 3)
        found.add((Path(path).as_posix(), int(row), int(column), code))
    assert done.returncode == bool(found)
    return found


def _command(folder: Path, *arguments: str) -> set[tuple[str, int, int, str]]:
    """What the command says, in the same form."""
    done = _run(folder, "torchmodlint", "check", "--output-format", "json", *arguments)
    assert done.returncode in {0, 1}, done.stderr
    findings = json.loads(done.stdout)["findings"]
    return {(each["path"], each["line"], each["column"], each["code"]) for each in findings}


def _codes(found: set[tuple[str, int, int, str]]) -> list[str]:
    return sorted(code for *_, code in found)


def _is_read_by_this_python(file: Path) -> bool:
    try:
        compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


@pytest.mark.thorough
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_same_findings_as_the_command(tmp_path: Path, jobs: str) -> None:
    shutil.copytree(CASES, tmp_path / "cases", ignore=shutil.ignore_patterns("*.pyi", "__pycache__"))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "awkward").mkdir()
    for name, source in AWKWARD.items():
        (tmp_path / "awkward" / name).write_bytes(source)
    for file in sorted((tmp_path / "cases").rglob("*.py")):
        if not _is_read_by_this_python(file):  # flake8 parses with the running Python, the command does not
            file.unlink()
    expected = _command(tmp_path, ".")
    assert {path.split("/")[0] for path, *_ in expected} >= {"examples", "awkward"}
    assert _flake8(tmp_path, "--jobs", jobs, ".") == expected


def test_text_is_that_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    found = json.loads(_run(tmp_path, "torchmodlint", "check", "--output-format", "json").stdout)["findings"]
    shown = _run(tmp_path, "flake8", "--format=%(code)s %(text)s", OTHERS, "net.py").stdout.splitlines()
    assert shown == [f"{each['code']} {each['message']}" for each in found]


def test_bases_in_other_files_are_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("from torch import nn\n\n\nclass Base(nn.Module):\n    pass\n")
    net = "from base import Base\n\n\nclass Net(Base):\n    def __init__(self):\n        self.x = None\n"
    (tmp_path / "net.py").write_text(net)
    assert _flake8(tmp_path, "net.py") == {("net.py", 5, 5, "TML101")}
    assert _flake8(tmp_path, "--stdin-display-name", "sub.py", "-", stdin=net) == {("sub.py", 5, 5, "TML101")}


def test_file_that_cannot_be_parsed_is_left_to_flake8(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("from torch import nn\n\n\nclass Net(nn.Module:\n")
    (tmp_path / "net.py").write_text(NET)
    done = _run(tmp_path, "flake8", FORMAT, "--select=E9,TML", ".")
    codes = sorted(line.rsplit(" ", 1)[1] for line in done.stdout.splitlines())
    assert (codes, done.stderr) == (["E999", "TML101", "TML113"], "")


class TestConfiguration:
    """Our own table is read within flake8, too, and flake8's options still decide what is shown."""

    @pytest.mark.parametrize(
        ("table", "codes"),
        [
            ('ignore = ["TML113"]', ["TML101"]),
            ('select = ["modules-in-plain-container"]', ["TML113"]),
            ('per-file-ignores = { "src/*" = ["TML1"] }', []),
            ('exclude = ["src/"]', []),
        ],
    )
    def test_table(self, tmp_path: Path, table: str, codes: list[str]) -> None:
        (tmp_path / "pyproject.toml").write_text(f"[tool.torchmodlint]\n{table}\n")
        (tmp_path / "src").mkdir()
        (tmp_path / "src" / "net.py").write_text(NET)
        assert _codes(_flake8(tmp_path, "src/net.py")) == codes
        assert _codes(_command(tmp_path, "--force-exclude", "src/net.py")) == codes

    def test_fault_ends_the_run_with_its_reason(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text('[tool.torchmodlint]\nextend_select = ["TML113"]\n')
        (tmp_path / "net.py").write_text(NET)
        done = _run(tmp_path, "flake8", "net.py")
        assert done.returncode == 1
        assert 'pyproject.toml: unknown key "extend_select"; did you mean "extend-select"?' in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr

    @pytest.mark.parametrize("option", ["--extend-ignore=TML113", "--per-file-ignores=net.py:TML113"])
    def test_flake8_has_the_last_word(self, tmp_path: Path, option: str) -> None:
        (tmp_path / "net.py").write_text(NET)
        assert _codes(_flake8(tmp_path, option, "net.py")) == ["TML101"]


class TestSuppression:
    """noqa is flake8's, the rest is ours."""

    @pytest.mark.parametrize(
        "comment", ["# noqa", "# noqa: TML113", "# noqa: TML1", "# torchmodlint: ignore[TML113] why"]
    )
    def test_comment(self, tmp_path: Path, comment: str) -> None:
        (tmp_path / "net.py").write_text(f"{NET.rstrip()}  {comment}\n")
        assert _codes(_flake8(tmp_path, "net.py")) == ["TML101"]

    def test_noqa_can_be_disabled_and_our_comment_cannot(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text(f"{NET.rstrip()}  # noqa: TML113\n")
        (tmp_path / "b.py").write_text(f"{NET.rstrip()}  # torchmodlint: ignore[TML113]\n")
        found = _flake8(tmp_path, "--disable-noqa", "a.py", "b.py")
        assert [path for path, *_, code in found if code == "TML113"] == ["a.py"]

    def test_skipped_file(self, tmp_path: Path) -> None:
        (tmp_path / "net.py").write_text(f"# torchmodlint: skip-file\n{NET}")
        assert _flake8(tmp_path, "net.py") == set()
