"""A file in part: a definition is run when it is asked for, and what it needs when Python looks for it.

This is how scripts are brought to life, whose working part must not run, and files of which a part is broken.
"""

from __future__ import annotations

import ast
import builtins
import types
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from torchmodlint.verify.worker.importer.scripts import WORK, is_entrance
from torchmodlint.verify.worker.importer.stars import missing_star, star_imports
from torchmodlint.verify.worker.importer.stubs import Demand, named

MUTATIONS = frozenset({"add_argument", "set_defaults", "add_argument_group", "update", "append", "extend", "add"})
Definition = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Find = Callable[[str], Any]


class Slice:
    """The parts of one file, run on demand in `module`.

    `mend` makes good what made an import fail, and says whether it is worth another try; `elsewhere` finds a name
    that the file itself does not bind, or raises KeyError.
    """

    def __init__(
        self,
        tree: ast.Module,
        path: str,
        module: types.ModuleType,
        mend: Callable[[BaseException], bool] = lambda error: False,
        elsewhere: Find | None = None,
    ) -> None:
        self.tree = tree
        self.path = path
        self.module = module
        self.mend = mend
        self.elsewhere = elsewhere
        self.bindings: defaultdict[str, list[ast.stmt]] = defaultdict(list)
        self.stars: list[ast.ImportFrom] = []
        self.errors: dict[str, BaseException] = {}
        self._ran: set[ast.stmt] = set()
        for statement in tree.body:
            self._collect(statement)
        module.__dict__["__builtins__"] = Demand(vars(builtins), self.find)
        module.__dict__["__getattr__"] = self._attribute

    @property
    def sources(self) -> list[str]:
        """The modules that the file star-imports."""
        return star_imports(self.tree, self.module) if self.stars else []

    def everything(self) -> None:
        """Run every definition that can be run."""
        for statement in self.tree.body:
            if isinstance(statement, Definition):
                self.try_for(statement.name)

    def try_for(self, name: str) -> None:
        """Run what binds a name; what it raises is kept in `errors`."""
        try:
            self.find(name)
        except KeyError as error:
            self.errors.setdefault(name, error)

    def find(self, name: str) -> Any:
        """The value of a global name. Raises KeyError when it cannot be had."""
        namespace = self.module.__dict__
        if name.startswith("__"):
            raise KeyError(name)
        for statement in self.bindings.get(name, ()):
            self._run(statement, name)
        if name in namespace:
            return namespace[name]
        if name not in self.bindings:
            for star in self.stars:
                self._run(star, name)
            if name in namespace:
                return namespace[name]
            if self.stars:
                source = missing_star(self.sources)
                if source is not None:
                    return namespace.setdefault(name, named(f"{source}.{name}"))
        if self.elsewhere is not None and (self.stars or self._is_imported(name)):
            namespace[name] = self.elsewhere(name)
            return namespace[name]
        raise KeyError(name)

    def _is_imported(self, name: str) -> bool:
        """Is the name bound by imports from the project alone, none of which worked?"""
        found = self.bindings.get(name, [])
        return bool(found) and all(isinstance(each, ast.ImportFrom) and self._is_ours(each) for each in found)

    def _is_ours(self, statement: ast.ImportFrom) -> bool:
        own = self.module.__name__.partition(".")[0]
        return statement.level > 0 or (statement.module or "").partition(".")[0] == own

    def _attribute(self, name: str) -> Any:
        try:
            return self.find(name)
        except KeyError:
            raise AttributeError(f"module {self.module.__name__!r} has no attribute {name!r}") from None

    def _collect(self, statement: ast.stmt) -> None:
        if is_entrance(statement):
            assert isinstance(statement, ast.If)
            for inner in statement.body:
                if isinstance(inner, (ast.Import, ast.ImportFrom, ast.Assign, *Definition)):
                    self._collect(inner)
        elif isinstance(statement, (ast.If, ast.Try, ast.With)):
            if isinstance(statement, ast.With) or _works(statement):
                for inner in statement.body:
                    self._collect(inner)
            else:
                self._bind(statement)
        elif isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names):
            self.stars.append(statement)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:  # each name is imported alone
                alone = type(statement)(**{**vars(statement), "names": [alias]})
                self.bindings[alias.asname or alias.name.partition(".")[0]].append(alone)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, *Definition)):
            self._bind(statement)
        elif isinstance(statement, ast.Expr):
            changed = _changed(statement.value)
            if changed is not None:
                self.bindings[changed].append(statement)

    def _bind(self, statement: ast.stmt) -> None:
        for name in _bound(statement):
            self.bindings[name].append(statement)

    def _run(self, statement: ast.stmt, name: str) -> None:
        if statement in self._ran:
            return
        self._ran.add(statement)  # before it runs: what it needs may lead back to it
        if _works(statement) and not isinstance(statement, Definition):
            statement = _without_arguments(statement)
            if _works(statement):
                return
        for _ in range(40):
            try:
                self._execute(statement)
            except (Exception, SystemExit) as error:
                if self.mend(error):
                    continue
                if isinstance(statement, Definition) and statement.decorator_list:
                    # A registry refuses a second registration; what is asked for is the class itself.
                    statement = type(statement)(**{**vars(statement), "decorator_list": []})
                    continue
                self.errors[name] = error
            return

    def _execute(self, statement: ast.stmt) -> None:
        tree = ast.Module([statement], [])
        exec(compile(tree, self.path, "exec", flags=_futures(self.tree), dont_inherit=True), self.module.__dict__)


def _changed(node: ast.expr) -> str | None:
    """The name that `name.append(...)` and the like change."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATIONS:
        return node.func.value.id if isinstance(node.func.value, ast.Name) else None
    return None


def _futures(tree: ast.Module) -> int:
    """The flags of `from __future__ import annotations` and the like."""
    import __future__

    flags = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                flags |= getattr(__future__, alias.name).compiler_flag
    return flags


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a statement binds, or changes through an item or an attribute."""
    found: dict[str, None] = {}
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Definition):
            found[node.name] = None
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name):
                found[node.value.id] = None
        elif isinstance(node, ast.alias):
            found[node.asname or node.name.partition(".")[0]] = None
        waiting += list(ast.iter_child_nodes(node))
    return list(found)


def _works(statement: ast.stmt) -> bool:
    """Does the statement do what only the script itself should do?"""
    if isinstance(statement, Definition):
        return False
    for node in ast.walk(statement):
        if isinstance(node, (ast.For, ast.While)):
            return True
        if isinstance(node, ast.Call):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if last in WORK and not (last == "parse_args" and node.args):
                return True
            if last == "load" and isinstance(node.func, ast.Attribute):
                return True
    return False


class _NoArguments(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "parse_args" and not node.args:
            return ast.copy_location(ast.Call(node.func, [ast.copy_location(ast.List([], ast.Load()), node)], []), node)
        return node


def _without_arguments(statement: ast.stmt) -> ast.stmt:
    """The statement with `parse_args([])`: the defaults, whatever the command line of this process is."""
    import copy

    changed: ast.stmt = _NoArguments().visit(copy.deepcopy(statement))
    return changed
