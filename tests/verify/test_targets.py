"""Findings become jobs: what is imported under which name, from where, and who asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.harness import findings_in, rules_with
from torchmodlint.core.finding import Finding, Related, Severity, Span, Subject
from torchmodlint.verify.targets import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torchmodlint.verify.wire import FileJob, PackageJob

NET = "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.x = 1\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def about(path: str, owner: str | None = None, line: int = 5) -> Finding:
    subject = Subject(owner, None, None)
    return Finding(path, Span(line, 5, line, 9), "TML101", "missing-super-init", Severity.ERROR, "m", subject)


def only(packages: list[PackageJob]) -> tuple[PackageJob, FileJob]:
    (package,) = packages
    (file,) = package.files
    return package, file


def test_script(here: Path) -> None:
    written(here, {"scripts/train.py": NET})
    package, file = only(jobs([about("scripts/train.py", "train.Net")], here))
    assert (file.module, file.display, file.path) == ("train", "scripts/train.py", str(here / "scripts" / "train.py"))
    assert file.text == NET
    assert package.roots == (str(here / "scripts"), str(here))
    assert [(each.id, each.owner, each.line) for each in file.questions] == [(0, "Net", 5)]


def test_package(here: Path) -> None:
    written(here, {"src/pkg/__init__.py": "", "src/pkg/nets/__init__.py": NET, "src/pkg/nets/net.py": NET})
    found = [about("src/pkg/nets/net.py", "pkg.nets.net.Net"), about("src/pkg/nets/__init__.py", "pkg.nets.Net")]
    (package,) = jobs(found, here)
    assert package.name == "pkg"
    assert package.roots == (str(here / "src"), str(here))
    assert [(file.module, file.questions[0].owner, file.questions[0].id) for file in package.files] == [
        ("pkg.nets", "Net", 1),
        ("pkg.nets.net", "Net", 0),
    ]


def test_packages_and_scripts_are_apart(here: Path) -> None:
    written(here, {"pkg/__init__.py": "", "pkg/net.py": NET, "train.py": NET, "test.py": NET, "tools/x.py": NET})
    packages = jobs([about(path) for path in ("pkg/net.py", "test.py", "tools/x.py", "train.py")], here)
    assert [[file.display for file in package.files] for package in packages] == [
        ["pkg/net.py"],
        ["test.py", "train.py"],
        ["tools/x.py"],
    ]


@pytest.mark.parametrize(
    ("files", "path", "module", "root"),
    [
        ({"models/net.py": NET}, "models/net.py", "net", "models"),
        ({"models/net.py": f"from .base import Base\n{NET}"}, "models/net.py", "models.net", ""),
        ({"a/b/c/net.py": f"from ..base import Base\n{NET}"}, "a/b/c/net.py", "b.c.net", "a"),
        ({"pkg/__init__.py": "", "pkg/models/net.py": NET}, "pkg/models/net.py", "pkg.models.net", ""),
        ({"a/pkg/__init__.py": "", "a/pkg/b/c/net.py": NET}, "a/pkg/b/c/net.py", "pkg.b.c.net", "a"),
        (
            {"ns/pkg/__init__.py": "", "ns/pkg/net.py": f"from ..other import x\n{NET}"},
            "ns/pkg/net.py",
            "ns.pkg.net",
            "",
        ),
        ({"net.py": f"from ...base import Base\n{NET}"}, "net.py", "net", ""),
    ],
    ids=["plain", "relative", "two up", "in a package", "deep in one", "beside one", "impossible"],
)
def test_directories_without_init(here: Path, files: Mapping[str, str], path: str, module: str, root: str) -> None:
    written(here, files)
    (found,) = findings_in(files[path], rules_with("TML101"), here / path)
    package, file = only(jobs([replace(found, path=path)], here))
    assert (file.module, package.roots[0]) == (module, str(here / root))
    assert file.questions[0].owner == "Net"


def test_nested_and_local_classes_and_no_class(here: Path) -> None:
    written(here, {"pkg/__init__.py": "", "pkg/net.py": NET})
    owners = ["pkg.net.Outer.Inner", "pkg.net.make.<locals>.Net", None]
    _, file = only(jobs([about("pkg/net.py", owner) for owner in owners], here))
    assert [each.owner for each in file.questions] == ["Outer.Inner", "make.<locals>.Net", None]


def test_related_places_come_along(here: Path) -> None:
    written(here, {"net.py": NET})
    subject = Subject("net.Net", "layers", "run")
    found = Finding(
        "net.py", Span(4, 2, 6, 3), "TML301", "n", Severity.ERROR, "m", subject, None, (Related(2, 1, "a"),)
    )
    _, file = only(jobs([found], here))
    (question,) = file.questions
    assert (question.code, question.line, question.column, question.end_line, question.end_column) == (
        "TML301",
        4,
        2,
        6,
        3,
    )
    assert (question.attribute, question.function, question.related) == ("layers", "run", ((2, "a"),))


def test_text_from_an_editor_and_from_stdin(here: Path) -> None:
    written(here, {"net.py": "old\n"})
    found = [about("net.py", "net.Net"), about("-", "-.Net"), about("new/net.py", "net.Net")]
    packages = jobs(found, here, {"net.py": NET, "-": NET, "new/net.py": NET})
    files = [file for package in packages for file in package.files]
    assert {file.display: (file.module, file.text, file.questions[0].owner) for file in files} == {
        "net.py": ("net", NET, "Net"),
        "-": ("-", NET, "Net"),
        "new/net.py": ("net", NET, "Net"),
    }


def test_examples_go_to_their_class(here: Path) -> None:
    written(here, {"pkg/__init__.py": "", "pkg/net.py": NET, "models/net.py": f"from .x import y\n{NET}"})
    examples = {"pkg.net.Net": "Net(1)", "pkg.net.Outer.Inner": "Inner(2)", "pkg.network.Net": "no", "net.Net": "N(3)"}
    first, second = (
        file
        for package in jobs([about("pkg/net.py"), about("models/net.py")], here, None, examples)
        for file in package.files
    )
    assert (first.display, first.examples) == ("models/net.py", {"Net": "N(3)"})
    assert (second.display, second.examples) == ("pkg/net.py", {"Net": "Net(1)", "Outer.Inner": "Inner(2)"})
    written(here, {"pkg/net.py": "", "models/net.py": f"from .x import y\n{NET}"})
    _, full = only(jobs([about("models/net.py")], here, None, {"models.net.Net": "N(4)"}))
    assert full.examples == {"Net": "N(4)"}


def test_file_outside_of_the_project(here: Path) -> None:
    written(here, {"elsewhere/net.py": NET, "project/pyproject.toml": ""})
    package, file = only(jobs([about("elsewhere/net.py")], here / "project"))
    assert (file.module, package.roots) == ("net", (str(here / "elsewhere"),))


def test_file_that_is_gone(here: Path) -> None:
    with pytest.raises(FileNotFoundError):
        jobs([about("gone.py")], here)
