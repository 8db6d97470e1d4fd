"""The outline of a file by `ast`: slow and plainly right, to compare `torchmodlint.analysis.scan` with."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torchmodlint.analysis.scan import Binding, ClassLine, Outline

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASYNC = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
# `:=` in the fields of these is not seen by the scan.
TEMPLATES = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))


def reference(text: str) -> Outline:
    """The outline of a text that Python accepts, or the SyntaxError or ValueError that `ast.parse` raises."""
    return _Reference(text).outline()


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


def named_expressions(node: ast.AST) -> Iterator[ast.NamedExpr]:
    """Those that bind in the scope in which the expression stands."""
    if isinstance(node, ast.NamedExpr):
        yield node
    children: Iterator[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, TEMPLATES):
        return
    if isinstance(node, ast.Lambda):
        children = iter([node.args])
    for child in children:
        yield from named_expressions(child)


def own_expressions(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a statement's header, or of all of it where it has no body."""
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody", "handlers", "cases", "decorator_list"):
            continue
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, ast.AST))


class _Reference:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.classes: list[ClassLine] = []
        self.inner_imports: dict[str, list[Binding]] = {}
        self.exports: list[str] = []
        self.plain_exports = 0
        self.body(self.tree.body, None, False)

    def outline(self) -> Outline:
        exports: tuple[str, ...] | None = None
        if self.plain_exports and self.plain_exports == len(self.bindings["__all__"]) and not self.exports_touched():
            exports = tuple(dict.fromkeys(self.exports))
        return Outline(
            bindings={name: tuple(found) for name, found in self.bindings.items()},
            stars=tuple(self.stars),
            classes=tuple(self.classes),
            inner_imports={name: tuple(found) for name, found in self.inner_imports.items()},
            exports=exports,
        )

    def exports_touched(self) -> bool:
        return any(
            isinstance(node, ast.Attribute | ast.Subscript) and dotted(node.value) == "__all__"
            for node in ast.walk(self.tree)
        )

    def bind(self, name: str, line: int, conditional: bool, kind: str = "other", target: str = "") -> None:
        self.bindings.setdefault(name, []).append(Binding(kind, target, conditional, line))

    def body(self, statements: Sequence[ast.stmt], prefix: str | None, conditional: bool) -> None:
        """`prefix` is that of qualified names, None in the module's own scope."""
        for statement in statements:
            if prefix is None:
                self.module_statement(statement, conditional)
            self.any_statement(statement, prefix, conditional)

    def any_statement(self, node: ast.stmt, prefix: str | None, conditional: bool) -> None:
        if isinstance(node, DEFINITIONS):
            qualname = (prefix or "") + node.name
            if isinstance(node, ast.ClassDef):
                bases, keywords = self.arguments(node)
                self.classes.append(ClassLine(qualname, bases, keywords, conditional, node.lineno))
            self.body(node.body, f"{qualname}." if isinstance(node, ast.ClassDef) else f"{qualname}.<locals>.", False)
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, target in self.imported(node):
                found = Binding("import", target, conditional, node.lineno)
                if prefix is None:
                    self.bindings.setdefault(name, []).append(found)
                else:
                    self.inner_imports.setdefault(name, []).append(found)
        elif isinstance(node, ast.Global) and prefix is not None:
            for name in node.names:
                self.bind(name, node.lineno, True)
        for field in ("body", "handlers", "cases", "orelse", "finalbody"):
            for child in getattr(node, field, []):
                if isinstance(child, ast.stmt):
                    self.body([child], prefix, True)
                    continue
                if prefix is None:
                    self.clause(child)
                self.body(child.body, prefix, True)

    def clause(self, node: ast.ExceptHandler | ast.match_case) -> None:
        line = node.lineno if isinstance(node, ast.ExceptHandler) else node.pattern.lineno
        self.walruses(node, line)
        if isinstance(node, ast.ExceptHandler):
            if node.name:
                self.bind(node.name, line, True)
            return
        for part in ast.walk(node.pattern):
            name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
            if name:
                self.bind(name, line, True)

    def walruses(self, node: ast.AST, line: int) -> None:
        found = [walrus for part in own_expressions(node) for walrus in named_expressions(part)]
        for walrus in sorted(found, key=lambda walrus: (walrus.lineno, walrus.col_offset)):
            self.bind(walrus.target.id, line, True)

    def module_statement(self, node: ast.stmt, conditional: bool) -> None:
        line = node.lineno
        if isinstance(node, DEFINITIONS):
            for decorator in node.decorator_list:
                for walrus in named_expressions(decorator):
                    self.bind(walrus.target.id, decorator.lineno, True)
        self.walruses(node, line)
        if isinstance(node, ast.ClassDef):
            self.bind(node.name, line, conditional, "class", node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.bind(node.name, line, conditional, "function")
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            self.assignment(node, conditional)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self.assign(target, None, line, conditional)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self.assign(node.target, None, line, True)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.optional_vars:
                    self.assign(item.optional_vars, None, line, conditional)
        elif type(node).__name__ == "TypeAlias":
            self.bind(node.name.id, line, conditional)  # type: ignore[attr-defined]

    def assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, conditional: bool) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self.assign(target, node.value, node.lineno, conditional)
                self.export(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value:
            self.assign(node.target, node.value, node.lineno, conditional)
            self.export(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            self.assign(node.target, None, node.lineno, conditional)
            if isinstance(node.op, ast.Add):
                self.export(node.target, node.value)

    def assign(self, target: ast.expr, value: ast.expr | None, line: int, conditional: bool) -> None:
        if isinstance(target, ast.Name):
            alias = dotted(value) if value else ""
            none = isinstance(value, ast.Constant) and value.value is None
            self.bind(target.id, line, conditional, "alias" if alias else "none" if none else "other", alias)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, None, line, conditional)
        elif isinstance(target, ast.Tuple | ast.List):
            values: Sequence[ast.expr | None] = value.elts if isinstance(value, ast.Tuple) else []
            starred = any(isinstance(item, ast.Starred) for item in (*target.elts, *values))
            if starred or len(values) != len(target.elts):
                values = [None] * len(target.elts)
            for item, part in zip(target.elts, values, strict=True):
                self.assign(item, part, line, conditional)

    def export(self, target: ast.expr, value: ast.expr) -> None:
        if dotted(target) != "__all__" or not isinstance(value, ast.List | ast.Tuple):
            return
        for element in value.elts:
            if not (isinstance(element, ast.Constant) and isinstance(element.value, str)):
                return
            if "\\" in (ast.get_source_segment(self.text, element) or ""):
                return
        self.plain_exports += 1
        self.exports += [element.value for element in value.elts]  # type: ignore[attr-defined]

    def imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        for alias in node.names:
            if isinstance(node, ast.Import):
                yield (
                    alias.asname or alias.name.partition(".")[0],
                    (alias.name if alias.asname else alias.name.partition(".")[0]),
                )
                continue
            module = "." * node.level + (node.module or "")
            if alias.name != "*":
                yield alias.asname or alias.name, f"{module}{'.' if node.module else ''}{alias.name}"
            elif node in self.module_level():
                self.stars.append(module)

    def module_level(self) -> Iterator[ast.stmt]:
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            for child in ast.iter_child_nodes(waiting.pop()):
                if isinstance(child, ast.stmt):
                    yield child
                if not isinstance(child, DEFINITIONS):
                    waiting.append(child)

    def arguments(self, node: ast.ClassDef) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        bases = []
        for base in node.bases:
            while isinstance(base, ast.Subscript):
                base = base.value
            bases.append(dotted(base))
        return tuple(bases), tuple((keyword.arg or "**", dotted(keyword.value)) for keyword in node.keywords)
