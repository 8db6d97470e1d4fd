"""The wall: nothing but the verifier's worker imports torch, for a linter lives in environments without it."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import PACKAGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKER = PACKAGE / "verify" / "worker"

REFUSE = """
import importlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "flake8"}:
            raise AssertionError(f"somebody imports {name}")

sys.meta_path.insert(0, Refuse())
"""
IMPORT_ALL = """
import torchmodlint
for module in pkgutil.walk_packages(torchmodlint.__path__, "torchmodlint."):
    if not module.name.startswith("torchmodlint.verify.worker") and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""
LOADED = """
import sys
before = set(sys.modules)
import {module}
print(*sorted(name for name in set(sys.modules) - before if name.split(".")[0] in {unwanted!r}))
"""


def _python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_no_import_statement_names_torch() -> None:
    for file in PACKAGE.rglob("*.py"):
        if WORKER in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_bytes())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            assert "torch" not in {module.split(".")[0] for module in modules}, f"{file}:{node.lineno}"  # type: ignore[attr-defined]


def test_the_hook_refuses() -> None:
    done = _python(REFUSE + "import torch")
    assert done.returncode != 0
    assert "somebody imports torch" in done.stderr


def test_everything_imports_without_torch_and_flake8() -> None:
    done = _python(REFUSE + IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert {"torchmodlint.cli", "torchmodlint.flake8_plugin"} <= set(done.stdout.split())


def test_a_run_never_imports_torch(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    pass\n")
    code = f"{REFUSE}\nsys.path.insert(0, {str(ROOT)!r})\nfrom torchmodlint.cli import main\nmain()"
    done = _python(code, "check", "-j1", "net.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "module",
    ["torchmodlint", "torchmodlint.flake8_plugin", "torchmodlint.analysis.scan", "torchmodlint.analysis.project"],
)
def test_cheap_to_import(module: str) -> None:
    """flake8 imports every plugin at start; scan and class index must be able to spare a run the cost of LibCST."""
    done = _python(LOADED.format(module=module, unwanted=["libcst", "click", "yaml", "torch"]))
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
