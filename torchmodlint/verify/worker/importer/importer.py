"""The state of imports in one process, and the ways to import a file, from the most to the least faithful."""

from __future__ import annotations

import ast
import importlib
import os
import sys
import time
import tokenize
import types
from pathlib import Path

from torchmodlint.verify.wire import FileJob, PackageJob
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.compilers import NoCompilers
from torchmodlint.verify.worker.importer.finder import ProjectFinder
from torchmodlint.verify.worker.importer.index import elsewhere
from torchmodlint.verify.worker.importer.missing import FOUNDATIONS, Missing, broken_package, diagnose
from torchmodlint.verify.worker.importer.shims import as_script, without_cuda
from torchmodlint.verify.worker.importer.slice import Slice
from torchmodlint.verify.worker.importer.stubs import StubFinder, named
from torchmodlint.verify.worker.importer.territory import Territory

ROUNDS = 80  # of one import, each after something more was stood in for
BROKEN = 12  # packages of the project whose `__init__` raises
PATIENCE = 30.0  # seconds for those rounds


class Importer:
    """Imports the files of one package. One object for each package of a process: `importer_of` keeps them."""

    def __init__(self, package: PackageJob) -> None:
        self.territory = Territory.of(package)
        self.stubs = StubFinder()
        self.compilers = NoCompilers()
        self.project = ProjectFinder(self.territory)
        self.given: dict[tuple[str, str], None] = {}  # single names that a module lacked
        for job in package.files:
            self.project.add(job)
        sys.dont_write_bytecode = True
        self.enter()

    def enter(self) -> None:
        """Come first on the path and among the finders."""
        roots = self.territory.roots
        sys.path[:] = [*roots, *(entry for entry in sys.path if entry not in roots)]
        ours = [self.stubs, self.compilers, self.project]
        sys.meta_path[:] = [*ours, *(finder for finder in sys.meta_path if finder not in ours)]
        importlib.invalidate_caches()

    def whole(self, job: FileJob) -> types.ModuleType:
        """Import the file as Python would, standing in for a library only once it made the import fail."""
        started = time.monotonic()
        before = set(sys.modules)
        for _ in range(ROUNDS):
            try:
                with as_script(job.path), without_cuda():
                    importlib.import_module(job.module)
                    if not _on_disk(job):
                        # Packages that run their modules in a way of their own have run what lies on disk instead.
                        del sys.modules[job.module]
                    return importlib.import_module(job.module)
            except (Exception, SystemExit) as error:
                if isinstance(error, Inconclusive) or not self.mend(error):
                    raise
                if time.monotonic() - started > PATIENCE:
                    raise
            self.forget(before)
        raise ImportError(f"more than {ROUNDS} libraries are missing")

    def shallow(self, job: FileJob) -> types.ModuleType:
        """Import the file without running the `__init__` of the packages above it, and of others that raise."""
        self.forget(set())
        before = set(self.project.shallow)
        parts = job.module.split(".")
        self.project.shallow |= {".".join(parts[:count]) for count in range(1, len(parts))}
        try:
            for _ in range(BROKEN):
                try:
                    return self.whole(job)
                except (Exception, SystemExit) as error:
                    broken = broken_package(error, self.territory)
                    if broken is None or broken in self.project.shallow or broken == job.module:
                        raise
                    self.project.shallow.add(broken)
                    self.forget(set())
            raise ImportError(f"more than {BROKEN} packages are broken")
        finally:
            self.project.shallow = before

    def anyhow(self, module: str) -> types.ModuleType:
        """Import a module of the project, if need be without the packages above it."""
        before = set(sys.modules)
        try:
            return importlib.import_module(module)
        except (Exception, SystemExit):
            self.forget(before)
        parts = module.split(".")
        parents = {".".join(parts[:count]) for count in range(1, len(parts))} - set(sys.modules)
        self.project.shallow |= parents
        try:
            return importlib.import_module(module)
        finally:
            self.project.shallow -= parents

    def sliced(self, job: FileJob, tree: ast.Module, names: list[str]) -> tuple[types.ModuleType, Slice]:
        """Run only the definitions of `names` and what they need."""
        module = types.ModuleType(job.module)
        module.__file__ = job.path
        package = Path(job.path).name == "__init__.py"
        module.__package__ = job.module if package else job.module.rpartition(".")[0]
        if package:
            module.__path__ = [os.path.dirname(job.path)]
        sys.modules[job.module] = module
        parts = Slice(tree, job.path, module, self.mend, elsewhere(self.territory, job.path, self.anyhow))
        with as_script(job.path), without_cuda():
            for name in names:
                parts.try_for(name)
        return module, parts

    def mend(self, error: BaseException) -> bool:
        """Stand in for what an import lacked. False when nothing more can be done about this error."""
        return any(self._give(missing) for missing in diagnose(error, self.territory))

    def _give(self, missing: Missing) -> bool:
        module, name = missing.module, missing.name
        if name is None:
            if module in FOUNDATIONS or module == self.territory.name or self.stubs.covers(module):
                return False
            self.stubs.add(module)
            return True
        if (module, name) in self.given:
            return False
        self.given[module, name] = None
        if self.territory.owns_module(module):
            self.stubs.add(f"{module}.{name}")  # an extension or a generated file, imported as a name of its package
        elif module in sys.modules:
            setattr(sys.modules[module], name, named(f"{module}.{name}"))
        else:
            return False
        return True

    def forget(self, before: set[str]) -> None:
        """Take the project's modules that came after `before` out of sys.modules, so that they run once more."""
        for name in [name for name in sys.modules if name not in before and self.territory.owns_module(name)]:
            del sys.modules[name]


def _on_disk(job: FileJob) -> bool:
    """Is the text that was linted the one that lies at the file's path?"""
    try:
        with tokenize.open(job.path) as file:
            return file.read() == job.text
    except (OSError, SyntaxError, ValueError):
        return False


_importers: dict[tuple[str, tuple[str, ...]], Importer] = {}


def importer_of(package: PackageJob) -> Importer:
    """The importer of a package in this process."""
    key = package.name, package.roots
    if key not in _importers:
        _importers[key] = Importer(package)
    else:
        for job in package.files:
            _importers[key].project.add(job)
    _importers[key].enter()
    return _importers[key]
