"""A file's job in, the imported file out."""

from __future__ import annotations

import ast
import sys
import traceback
import types
from collections.abc import Iterator

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import FileJob, PackageJob
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.files import texts
from torchmodlint.verify.worker.importer.importer import Importer, importer_of
from torchmodlint.verify.worker.importer.missing import FOUNDATIONS
from torchmodlint.verify.worker.importer.scripts import runs
from torchmodlint.verify.worker.importer.stubs import stub_names
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.sandbox.denied import cause
from torchmodlint.verify.worker.synth.sources import prime


def load(package: PackageJob, job: FileJob) -> Loaded:
    """Import one file. Raises Inconclusive (not-importable, wants-network, …) with one clear sentence."""
    try:
        tree = ast.parse(job.text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Inconclusive(
            Reason.NOT_IMPORTABLE, f"{job.display} cannot be imported: line {line} is no valid syntax"
        ) from error
    importer = importer_of(package)
    failure: BaseException | None = None
    if not runs(tree):
        for way in (importer.whole, importer.shallow):
            try:
                module = way(job)
            except (Exception, SystemExit) as error:
                failure = failure or error
                continue
            stubbed = _stubbed(importer, module)
            return _loaded(importer, job, tree, module, "stub" if stubbed else "real", stubbed)
    names = _asked(job, tree)
    module, parts = importer.sliced(job, tree, names)
    if names and not any(name in vars(module) for name in names):
        why = failure or next(iter(parts.errors.values()), None)
        if isinstance(why, Inconclusive):
            raise why
        raise Inconclusive(Reason.NOT_IMPORTABLE, _sentence(job, why)) from why
    return _loaded(importer, job, tree, module, "slice", _stubbed(importer, module))


def read(package: PackageJob, job: FileJob) -> Loaded:
    """The same, but a file that cannot be imported is there as text: some questions need no more.

    Asking it for a class raises what `load` raised. Raises Inconclusive when the text is no valid syntax.
    """
    try:
        return load(package, job)
    except Inconclusive as why:
        try:
            tree = ast.parse(job.text)
        except (SyntaxError, ValueError):
            raise why from None
        deeper = cause(why)
        if deeper is not None:
            why = Inconclusive(deeper[0], f"{why.message} ({deeper[1]})")
        return Loaded(job, {}, tree, "slice", failure=why)


def _loaded(
    importer: Importer, job: FileJob, tree: ast.Module, module: types.ModuleType, strategy: str, stubbed: list[str]
) -> Loaded:
    loaded = Loaded(job, module.__dict__, tree, strategy, tuple(stubbed))  # type: ignore[arg-type]
    loaded.importer = importer
    prime(job.path, tree)
    texts(importer.territory.folder)  # read once here, for all classes
    return loaded


def _asked(job: FileJob, tree: ast.Module) -> list[str]:
    """The names at module level that the questions are about; all definitions where they are about none."""
    asked = [question.owner or question.function for question in job.questions]
    names = dict.fromkeys(name.partition(".")[0] for name in asked if name)
    definitions = {each.name for each in ast.walk(tree) if isinstance(each, (ast.ClassDef, ast.FunctionDef))}
    found = [name for name in names if name in definitions]
    return found or [
        each.name for each in tree.body if isinstance(each, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _stubbed(importer: Importer, module: types.ModuleType) -> list[str]:
    """The libraries that were stood in for and that this file, or the project's classes it builds on, may use."""
    if not importer.stubs.modules and not importer.given:
        return []
    modules: dict[str, types.ModuleType] = {module.__name__: module}
    for value in list(vars(module).values()):
        for cls in value.__mro__ if isinstance(value, type) else ():
            home = sys.modules.get(cls.__module__)
            if home is not None and importer.territory.owns_module(cls.__module__):
                modules[cls.__module__] = home
    values = [value for each in modules.values() for value in list(vars(each).values())]
    found = set(stub_names(values))
    # A library of which only a part is stood in for is used as a whole.
    parts = {name.partition(".")[0]: name for name in importer.stubs.modules if "." in name}
    for value in values:
        owner = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
        top = owner.partition(".")[0] if isinstance(owner, str) else ""
        if top in parts and top not in FOUNDATIONS and not importer.territory.owns_module(top):
            found.add(parts[top])
    return sorted({_known_as(importer, name) for name in found})


def _known_as(importer: Importer, name: str) -> str:
    """What was missing, a module or one name of a module, that a stub's name begins with."""
    missing = [*importer.stubs.modules, *(f"{module}.{one}" for module, one in importer.given)]
    known = [each for each in missing if name == each or name.startswith((f"{each}.", f"{each}("))]
    return max(known, key=len, default=name)


def _sentence(job: FileJob, error: BaseException | None) -> str:
    if error is None:
        return f"{job.display} cannot be imported: it defines nothing that could be run"
    last = list(_frames(error))[-1:]
    place = f" ({last[0]})" if last else ""
    text = str(error).strip().split("\n")[0][:200]
    return f"{job.display} cannot be imported: {type(error).__name__}: {text}{place}"


def _frames(error: BaseException) -> Iterator[str]:
    """The places in files through which an error came, as "net.py:3"."""
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith("<") and "torchmodlint" not in frame.filename:
            yield f"{frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno}"
