"""The project's files as far as a rehearsal needs them: parsed once, each definition compiled when it is first used."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType

from torchmodlint.verify.wire import FileJob
from torchmodlint.verify.worker.modes.relevance import Relevance
from torchmodlint.verify.worker.modes.rewrite import Rewriter
from torchmodlint.verify.worker.modes.syntax import imported

TELLING = (".eval(", ".train(", "no_grad", "inference_mode", "backward", "_grad", ".training", "load_state_dict(")
LONGEST = 400_000  # characters of a file that is looked into
MOST = 40  # files of the project
Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


Telling = Callable[["File"], frozenset[str]]


class File:
    """One file. `module` is the dotted name by which the project imports it, `package` that of what holds it."""

    def __init__(self, path: str, module: str, text: str, targets: Sequence[int], telling: Telling) -> None:
        self.path = path
        self.module = module
        self.package = module if Path(path).name == "__init__.py" else module.rpartition(".")[0]
        self.tree = ast.parse(text)
        self.imports: dict[str, tuple[int, str, str | None]] = {}
        self.stars: list[tuple[int, str]] = []
        self.definitions: dict[str, ast.stmt] = {}
        self._codes: dict[str, CodeType] = {}
        self._body: list[CodeType] | None = None
        self._note_imports(self.tree.body)
        for statement in self.tree.body:
            if isinstance(statement, Definition):
                self.definitions[statement.name] = statement
        self._lines, self._targets, self._telling = text.split("\n"), targets, telling
        self._rewriter: Rewriter | None = None

    def _note_imports(self, body: list[ast.stmt]) -> None:
        """What the module itself imports, in whichever branch."""
        for statement in body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for name, level, module, member in imported(statement):
                    self.imports.setdefault(name, (level, module, member))
                if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                    self.stars.append((statement.level, statement.module or ""))
            elif isinstance(statement, (ast.If, ast.Try, ast.With)):
                inner = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
                handlers = [one.body for one in getattr(statement, "handlers", [])]
                for part in (*inner, *handlers):
                    self._note_imports(part)

    def code(self, name: str) -> CodeType | None:
        """What defines the function or class of that name, None where the module defines none."""
        if name in self.definitions and name not in self._codes:
            self._codes[name] = self._compiled([self.definitions[name]])
        return self._codes.get(name)

    @property
    def body(self) -> list[CodeType]:
        """The statements at module level but definitions and imports."""
        if self._body is None:
            without = (*Definition, ast.Import, ast.ImportFrom)
            self._body = [self._compiled([one]) for one in self.tree.body if not isinstance(one, without)]
        return self._body

    def _compiled(self, statements: list[ast.stmt]) -> CodeType:
        if self._rewriter is None:
            relevance = Relevance(self.tree, self._telling(self), self._targets)
            self._rewriter = Rewriter(self._lines, self._targets, relevance)
        changed: list[ast.stmt] = []
        for statement in statements:
            result = self._rewriter.visit(statement)
            changed += result if isinstance(result, list) else [result]
        module = ast.Module(changed, [])
        return compile(ast.fix_missing_locations(module), self.path, "exec", dont_inherit=True)


class Program:
    """The linted file, and those of its project that it imports, found where Python would find them: in the file's
    own root and directory, then in `roots`."""

    def __init__(
        self, job: FileJob, targets: Sequence[int], modelish: frozenset[str], roots: Sequence[str] = ()
    ) -> None:
        self._modelish = modelish
        self.main = File(job.path, job.module, job.text, targets, self._telling)
        self._texts: dict[str, tuple[Path, str] | None] = {}
        self._files: dict[str, File | None] = {job.module: self.main}
        folder = str(Path(job.path).parent)
        root = folder if not self.main.package else _above(folder, self.main.package.count(".") + 1)
        self._roots = list(dict.fromkeys((root, folder, *roots)))

    def absolute(self, home: File, level: int, module: str) -> str:
        """The dotted name of what an import in that file names."""
        if level == 0:
            return module
        package = home.package.split(".") if home.package else []
        base = package[: len(package) - (level - 1)]
        return ".".join((*base, module) if module else base)

    def find(self, module: str) -> File | None:
        """The project's file of that dotted name."""
        if module not in self._files:
            self._files[module] = None
            if len(self._files) <= MOST:
                self._files[module] = self._read(module)
        return self._files[module]

    def _read(self, module: str) -> File | None:
        found = self._text(module)
        try:
            return File(str(found[0]), module, found[1], (), self._telling) if found is not None else None
        except (SyntaxError, ValueError):
            return None

    def _text(self, module: str) -> tuple[Path, str] | None:
        if module not in self._texts:
            self._texts[module] = self._read_text(module)
        return self._texts[module]

    def _read_text(self, module: str) -> tuple[Path, str] | None:
        for root in self._roots:
            stem = Path(root, *module.split("."))
            for path in (stem.parent / f"{stem.name}.py", stem / "__init__.py"):
                try:
                    text = path.read_text("utf-8")
                    return (path, text) if len(text) <= LONGEST else None
                except (OSError, ValueError):
                    continue
        return None

    def _telling(self, file: File) -> frozenset[str]:
        """The names in a file that stand for modules, or for helpers in files in which modes are spoken of."""
        imported = set()
        for name, (level, module, member) in file.imports.items():
            dotted = self.absolute(file, level, module)
            found = self._text(f"{dotted}.{member}") or self._text(dotted)
            if found is not None and any(word in found[1] for word in TELLING):
                imported.add(name)
        return self._modelish | imported


def _above(folder: str, levels: int) -> str:
    for _ in range(levels):
        folder = str(Path(folder).parent)
    return folder
