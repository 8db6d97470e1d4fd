"""How the project's own modules are found and run: with the text that was linted, and with what they star-import."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import linecache
import os
import types
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

from torchmodlint.verify.wire import FileJob
from torchmodlint.verify.worker.importer.scripts import runs
from torchmodlint.verify.worker.importer.shallow import ShallowPackage
from torchmodlint.verify.worker.importer.stars import Stars
from torchmodlint.verify.worker.importer.stubs import Demand
from torchmodlint.verify.worker.importer.territory import Territory


class ProjectFinder(MetaPathFinder):
    """Finds the project's modules. `jobs` are the linted files by dotted name; `shallow` the packages not to run."""

    def __init__(self, territory: Territory) -> None:
        self.territory = territory
        self.jobs: dict[str, FileJob] = {}
        self.shallow: set[str] = set()

    def add(self, job: FileJob) -> None:
        """A linted file; its text is what every traceback and `inspect` will show."""
        self.jobs[job.module] = job
        remember(job.path, job.text)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        job = self.jobs.get(fullname)
        if job is not None:
            package = Path(job.path).name == "__init__.py"
            return importlib.util.spec_from_file_location(
                fullname,
                job.path,
                loader=ProjectLoader(fullname, job.path, job.text, fullname in self.shallow),
                submodule_search_locations=[os.path.dirname(job.path)] if package else None,
            )
        if not self.territory.owns_module(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and type(spec.loader) is SourceFileLoader and spec.origin is not None:
            spec.loader = ProjectLoader(fullname, spec.origin, None, fullname in self.shallow)
        return spec


class ProjectLoader(SourceFileLoader):
    """Runs a module of the project: never the working part of a script, nor a package that is to stay shallow."""

    def __init__(self, fullname: str, path: str, text: str | None, shallow: bool) -> None:
        super().__init__(fullname, path)
        self.text = text
        self.shallow = shallow

    def get_code(self, fullname: str) -> Any:
        if self.text is None:
            return super().get_code(fullname)
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str | None:
        return self.text if self.text is not None else super().get_source(fullname)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return ShallowPackage(spec.name) if self.shallow else None

    def exec_module(self, module: types.ModuleType) -> None:
        if self.shallow:
            return
        source = self.get_source(module.__name__) or ""
        tree = _parsed(source)
        if tree is not None and runs(tree):
            from torchmodlint.verify.worker.importer.slice import Slice

            Slice(tree, self.path, module).everything()
            return
        if "import *" in source:
            stars = Stars(module, tree)
            module.__dict__["__builtins__"] = Demand(vars(builtins), stars.find)
        super().exec_module(module)


def remember(path: str, text: str) -> None:
    """Let `inspect` and tracebacks read this text for the file, whatever lies on disk."""
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
