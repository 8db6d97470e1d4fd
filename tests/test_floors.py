"""The house: a room imports only from floors below its own, never from a neighbour; and no file grows too long."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.paths import PACKAGE, ROOT

WORKER = ("verify", "worker")

FLOORS = {
    "core": 0,
    "analysis": 1,
    "rules": 2,
    "engine": 3,
    "report": 3,
    "verify": 3,
    "pages": 3,
    "config": 3,
    "cli": 4,
    "flake8_plugin": 4,
    "__main__": 5,
}
STDLIB = frozenset(sys.stdlib_module_names) | {"tomllib"}  # which Python 3.10 does not have yet
LIBRARIES = {0: STDLIB, 1: STDLIB | {"libcst"}, 2: STDLIB | {"libcst"}}
ABOVE = STDLIB | {"libcst", "pathspec", "tomli"}
EXTRA = {"cli": {"click"}, "report": {"click"}, "flake8_plugin": {"flake8"}, "config": {"click"}}
LONGEST = 300


class Import(NamedTuple):
    """One imported module, and the line of the statement."""

    line: int
    module: str


def _sources(*rooms: str) -> list[object]:
    """The files of these rooms, or all; what the worker does behind its wall is its own affair."""
    return [
        pytest.param(file, id=file.relative_to(ROOT).as_posix())
        for file in sorted(PACKAGE.rglob("*.py"))
        if file.relative_to(PACKAGE).parts[:2] != WORKER and (not rooms or file.relative_to(PACKAGE).parts[0] in rooms)
    ]


def _imports(file: Path) -> list[Import]:
    """Every import in the file; `from torchmodlint import x` counts as importing `torchmodlint.x`."""
    found = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            found += [Import(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides which floor it comes from"
            module = node.module or ""
            if module == "torchmodlint":
                found += [
                    Import(node.lineno, module if alias.name == "__version__" else f"{module}.{alias.name}")
                    for alias in node.names
                ]
            else:
                found.append(Import(node.lineno, module))
    return found


def _room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py") if parts else "__init__"


@pytest.mark.parametrize("file", _sources())
def test_imports_come_from_below(file: Path) -> None:
    parts = file.relative_to(PACKAGE).parts
    room = _room(parts)
    for line, module in _imports(file):
        if module.split(".")[0] != "torchmodlint" or module == "torchmodlint":
            continue
        where = f"{file.relative_to(ROOT)}:{line} imports {module}"
        target = module.split(".")[1:]
        assert room != "__init__", f"{where}: the package itself imports nothing"
        assert tuple(target[:2]) != WORKER, f"{where}: nobody imports the worker"
        if target[0] == room:
            # Within rules/, base.py serves all families, and the families do not know each other.
            families = (target[1], parts[1]) if room == "rules" and len(target) > 2 and len(parts) > 2 else ("", "")
            assert families[0] == families[1], f"{where}: another family of rules"
        else:
            assert FLOORS[target[0]] < FLOORS[room], f"{where}: not a floor below {room}"


@pytest.mark.parametrize("file", _sources())
def test_libraries_are_those_of_the_floor(file: Path) -> None:
    room = _room(file.relative_to(PACKAGE).parts)
    allowed = LIBRARIES.get(FLOORS.get(room, 0), ABOVE) | EXTRA.get(room, set()) | {"torchmodlint"}
    for line, module in _imports(file):
        assert module.split(".")[0] in allowed, f"{file.relative_to(ROOT)}:{line} imports {module}"


@pytest.mark.parametrize("file", _sources("analysis", "rules"))
def test_costly_parts_of_libcst_stay_out(file: Path) -> None:
    """Matchers, scope metadata and `node.visit` cost several times what the rest of a run does."""
    tree = ast.parse(file.read_bytes())
    assert not [each for each in _imports(file) if each.module.startswith("libcst.matchers")]
    names = {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(tree)}
    assert not names & {"ScopeProvider", "QualifiedNameProvider", "FullyQualifiedNameProvider", "MetadataWrapper"}


def test_every_room_has_a_floor() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__"} <= FLOORS.keys()


@pytest.mark.parametrize("folder", ["torchmodlint", "tests", "tools"])
def test_no_file_is_too_long(folder: str) -> None:
    lengths = {file: len(file.read_text("utf-8").split("\n")) for file in (ROOT / folder).rglob("*.py")}
    assert {str(file): length for file, length in lengths.items() if length > LONGEST} == {}
