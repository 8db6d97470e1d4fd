"""Remembered results: taken up again when nothing that they rest on has changed, and never otherwise."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import torchmodlint.engine.cache as cache_module
import torchmodlint.engine.present as present_module
from tests.engine.remembering import DEFAULT, FILES, agree, all_of, asked, check, pack, write
from torchmodlint.analysis.grounds import Fact
from torchmodlint.core.result import Result
from torchmodlint.core.settings import PerFileIgnore
from torchmodlint.engine.cache import ResultCache
from torchmodlint.engine.files import Gathered, SourceFile, gather
from torchmodlint.engine.own_code import OwnCode, own_code
from torchmodlint.engine.registry import all_rules
from torchmodlint.engine.run import run

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("quick_clock")


def test_second_run_checks_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = check(project)
    assert cold.remembered == 0
    assert {finding.code for finding in cold.findings} >= {"TML101", "TML113"}
    assert cold.suppressed == 1
    assert [(problem.path, problem.line) for problem in cold.problems] == [("broken.py", 1)]

    def refuse() -> None:
        raise AssertionError("the rules were imported")

    settings = asked(project)
    warm = run(gather((".",), settings, project), settings, refuse, cache=project.parent / "cache")  # type: ignore[arg-type]
    assert warm.remembered == warm.files == len(FILES)
    assert all_of(warm) == all_of(cold)


def test_nothing_is_written_when_nothing_is_new(project: Path) -> None:
    for _ in range(3):
        check(project)
    before = pack(project).stat()
    check(project)
    after = pack(project).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_only_what_was_touched_is_asked_about_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        check(project)
    again: set[str] = set()
    holds = present_module.Present.holds

    def watched(present: present_module.Present, fact: Fact) -> bool:
        again.add(fact.path)
        return holds(present, fact)

    monkeypatch.setattr(present_module.Present, "holds", watched)
    write(project, {"pkg/parts.py": FILES["pkg/parts.py"] + "\n\ndef other():\n    pass\n"})
    assert 0 < agree(project).remembered < len(FILES)
    assert again == {str(project / "pkg/parts.py")}


def test_processes_fill_the_same_cache(project: Path) -> None:
    cold = check(project, processes=2)
    warm = agree(project)
    assert (cold.remembered, warm.remembered) == (0, len(FILES))


CHANGES: dict[str, Callable[[Path], object]] = {
    "own text": lambda root: write(
        root, {"pkg/net.py": FILES["pkg/net.py"].replace("self.layers = [", "self.rows = [")}
    ),
    "base class elsewhere": lambda root: write(
        root, {"pkg/base.py": FILES["pkg/base.py"].replace("nn.Module", "object")}
    ),
    "body of a helper": lambda root: write(
        root, {"pkg/parts.py": FILES["pkg/parts.py"].replace("nn.Linear(2, 2)", "3")}
    ),
    "__init__ of the package": lambda root: write(root, {"pkg/__init__.py": "Base = object\n"}),
    "module that shadows": lambda root: write(root, {"torch.py": "nn = None\n", "torch/__init__.py": ""}),
    "package that shadows": lambda root: write(root, {"pkg/parts/__init__.py": "def part():\n    return 3\n"}),
    "removed": lambda root: (root / "pkg/parts.py").unlink(),
    "no package any more": lambda root: (root / "pkg/__init__.py").unlink(),
    "mended": lambda root: write(root, {"broken.py": "def f():\n    pass\n"}),
    "a file more": lambda root: write(root, {"new.py": FILES["pkg/net.py"]}),
    "moved": lambda root: (root / "pkg/base.py").rename(root / "pkg/other.py"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_noticed(project: Path, change: str) -> None:
    before = agree(project)
    CHANGES[change](project)
    after = agree(project)
    assert all_of(before) != all_of(after) or change == "no package any more"
    assert agree(project).remembered == after.files


def test_package_that_is_none_any_more_renames_its_classes(project: Path) -> None:
    owners = {finding.subject.owner for finding in check(project).findings}
    (project / "pkg/__init__.py").unlink()
    assert owners != {finding.subject.owner for finding in agree(project).findings}


def test_everybody_who_was_told_is_told_again(project: Path) -> None:
    """An answer that is remembered within a run rests on the same for the second who asks for it."""
    user = "from late import Base\n\n\nclass User(Base):\n    def __init__(self):\n        self.x = 1\n"
    write(project, {"one.py": user, "two.py": user, "three.py": user})
    assert not {"one.py", "two.py", "three.py"} & {finding.path for finding in agree(project).findings}
    write(project, {"late.py": FILES["pkg/base.py"]})
    assert {"one.py", "two.py", "three.py"} <= {finding.path for finding in agree(project).findings}
    before = {finding.path for finding in agree(project).findings if finding.subject.attribute == "layers"}
    assert before == {"pkg/net.py", "pkg/twin.py"}
    CHANGES["body of a helper"](project)
    assert not any(finding.subject.attribute == "layers" for finding in agree(project).findings)


def test_caller_in_any_other_file_is_noticed(project: Path) -> None:
    (example,) = (one for rule in all_rules() if rule.code == "TML302" for one in rule.examples[:1])
    write(project, {"metrics.py": example.text})
    assert "TML302" in {finding.code for finding in agree(project).findings}
    assert agree(project).remembered == len(FILES) + 1
    caller = "import torch\nfrom metrics import accuracy\n\n\ndef f(model, loader):\n    with torch.no_grad():\n"
    write(project, {"deep/caller.py": f"{caller}        return accuracy(model, loader)\n"})
    assert "TML302" not in {finding.code for finding in agree(project).findings}
    write(project, {"deep/caller.py": "x = 1\n"})
    assert "TML302" in {finding.code for finding in agree(project).findings}


def test_library_that_is_upgraded_is_noticed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = project.parent / "site-packages"
    write(library, {"lib.py": FILES["pkg/base.py"]})
    write(project, {"user.py": FILES["pkg/net.py"].replace("from pkg import Base", "from lib import Base")})
    monkeypatch.setattr(sys, "path", [*sys.path, str(library)])
    first = {finding.path for finding in agree(project).findings}
    write(library, {"lib.py": FILES["pkg/base.py"].replace("nn.Module", "object")})
    assert "user.py" in first - {finding.path for finding in agree(project).findings}
    shutil.rmtree(library)
    agree(project)


def test_edit_of_a_body_leaves_those_alone_that_read_only_the_outline(project: Path) -> None:
    check(project)
    write(project, {"pkg/base.py": "\n\n" + FILES["pkg/base.py"].replace("return 1", "return 22")})
    remembered = agree(project).remembered
    assert remembered >= len(FILES) - 4
    write(project, {"plain.py": "x = 2\n"})
    assert agree(project).remembered == len(FILES) - 1


def test_touch_costs_no_check(project: Path) -> None:
    check(project)
    for name in FILES:
        os.utime(project / name)
    assert agree(project).remembered == len(FILES)
    assert agree(project).remembered == len(FILES)


def test_same_times_and_size_do_not_hide_a_change(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written in the tick of the clock in which it was read, a file keeps its stamp."""
    monkeypatch.setattr(present_module, "SETTLED", 2_000_000_000)
    stamps = present_module.stamp
    monkeypatch.setattr(present_module, "stamp", lambda path: (found := stamps(path)) and found._replace(changed=0))
    for module in (cache_module, sys.modules["torchmodlint.engine.pack"]):
        monkeypatch.setattr(module, "stamp", present_module.stamp)
    before = check(project)
    file = project / "pkg" / "net.py"
    times = file.stat()
    file.write_text(FILES["pkg/net.py"].replace("self.more", "self.most"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size == times.st_size
    assert all_of(agree(project)) != all_of(before)


def test_replaced_file_that_keeps_its_times_is_noticed(project: Path) -> None:
    before = check(project)
    file = project / "pkg" / "net.py"
    times = file.stat()
    file.write_text(FILES["pkg/net.py"].replace("self.more", "self.most"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert all_of(agree(project)) != all_of(before)


def test_results_are_told_with_the_path_of_this_run(project: Path) -> None:
    check(project)
    elsewhere = agree(project, cwd=project / "pkg")
    assert elsewhere.remembered == len(FILES)
    assert "net.py" in {finding.path for finding in elsewhere.findings}


def test_rules_asked_for_count(project: Path) -> None:
    check(project)
    assert agree(project, codes=frozenset({"TML113"})).remembered == 0
    assert agree(project, codes=frozenset({"TML113"})).remembered == len(FILES)
    assert agree(project).remembered == len(FILES)
    ignore = PerFileIgnore("pkg/net.py", frozenset({"TML113"}))
    assert agree(project, per_file_ignores=(ignore,)).remembered == len(FILES) - 1


def test_edited_rule_is_noticed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(project)
    monkeypatch.setattr(cache_module, "own_code", lambda: OwnCode("edited", own_code().rules))
    assert agree(project).remembered == 0


def test_libraries_and_noqa_count(project: Path, tmp_path: Path) -> None:
    def file(libraries: tuple[Path, ...] = (), noqa: bool = True) -> Path:
        return ResultCache(tmp_path, project, DEFAULT, libraries, noqa=noqa)._file

    assert len({file(), file((tmp_path,)), file(noqa=False)}) == 3


def test_text_from_stdin_is_remembered_by_its_text(project: Path) -> None:
    def result(source: bytes) -> Result:
        file = SourceFile(str(project / "pkg/net.py"), "pkg/net.py", source)
        return run(Gathered((file,), ()), asked(project), all_rules, cache=project.parent / "cache")

    text = FILES["pkg/net.py"].encode()
    agree(project)
    assert result(text).remembered == 1
    changed = result(text.replace(b"self.more", b"self.most"))
    assert changed.remembered == 0
    assert any(finding.subject.attribute == "most" for finding in changed.findings)
    assert all(finding.subject.attribute != "most" for finding in agree(project).findings)


def test_file_that_cannot_be_decoded_is_remembered_too(project: Path) -> None:
    (project / "latin.py").write_bytes(b"from pkg.net import Net\nx = '\xe9'\n")
    user = "from latin import x\nfrom pkg.net import Net\n\n\nclass User(Net, x):\n    y = 1\n"
    (project / "user.py").write_text(user)
    check(project)
    assert agree(project).remembered == len(FILES) + 2
    (project / "latin.py").write_bytes(b"from pkg.net import Net\nx = '\xe8'\n")
    agree(project)
