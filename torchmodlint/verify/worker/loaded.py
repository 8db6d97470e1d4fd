"""A file of the user's, brought to life."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, Literal

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import FileJob
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.examples import Example, comments, parse

Strategy = Literal["real", "stub", "slice"]


@dataclass
class Loaded:
    """One imported file. `namespace` is its global names; `tree` the syntax tree of the text that was linted.

    `strategy` says how it was imported: as it is ("real"), with missing libraries stood in for ("stub", and their
    names are in `stubbed`), or in part ("slice").
    """

    job: FileJob
    namespace: dict[str, Any]
    tree: ast.Module
    strategy: Strategy = "real"
    stubbed: tuple[str, ...] = ()
    importer: Any = None  # the Importer that made it, for what is found missing later
    failure: Inconclusive | None = None  # why there is nothing but the text

    def example(self, qualname: str) -> Example | None:
        """The user's own way to build the class. Raises Inconclusive, naming its place, where it cannot be read."""
        found = comments(self.job.text, self.tree, self.job.display).get(qualname)
        if found is None and qualname in self.job.examples:
            found = self.job.examples[qualname], "the configuration"
        return parse(*found) if found is not None else None

    def definition(self, qualname: str) -> ast.ClassDef:
        """The class statement of that qualified name, the last one where there are several."""
        body: list[ast.stmt] = self.tree.body
        found: ast.ClassDef | None = None
        for part in qualname.split("."):
            found = None
            for statement in _flat(body):
                if isinstance(statement, ast.ClassDef) and statement.name == part:
                    found = statement
            if found is None:
                raise Inconclusive(Reason.UNSUPPORTED, f"`{qualname}` is not defined at module level or in a class")
            body = found.body
        assert found is not None
        return found

    def find(self, qualname: str) -> type[nn.Module]:
        """The class of that qualified name, as the file defined it."""
        if self.failure is not None:
            raise self.failure
        self.definition(qualname)
        value: Any = None
        for index, part in enumerate(qualname.split(".")):
            value = self.namespace.get(part) if index == 0 else getattr(value, part, None)
        if not isinstance(value, type):
            raise Inconclusive(Reason.NOT_IMPORTABLE, f"after the import `{qualname}` is no class")
        if not issubclass(value, nn.Module):
            raise Inconclusive(
                Reason.STUB_DEPENDENT if self.stubbed else Reason.UNSUPPORTED,
                f"at run time `{qualname}` is no nn.Module",
            )
        return value


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, with those inside if, try and with in their order."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statement, (ast.If, ast.Try, ast.With)):
                found += _flat(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            found += _flat(handler.body)
    return found
