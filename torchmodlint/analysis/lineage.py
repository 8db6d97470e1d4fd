"""Where the nodes of a file stand: what is around each, and what the names mean there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.definitions import dotted, first_parameter, is_static
from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.imports import imported_names
from torchmodlint.analysis.shadows import bound_by
from torchmodlint.analysis.tree import children

Function = cst.FunctionDef | cst.Lambda

# The field of a node in which a name is no variable; "" where it never is.
_LABELS: dict[type[cst.CSTNode], str] = {
    cst.Attribute: "attr",
    cst.Arg: "keyword",
    cst.Param: "name",
    cst.ClassDef: "name",
    **dict.fromkeys((cst.FunctionDef, cst.ImportAlias, cst.AsName), ""),
}


class Lineage:
    """The parents of all nodes of a file, made in one pass: to be asked for only when a rule has a candidate.

    `names` are the places that read or bind a bare name, `attributes` the `x.name`, by that name in source order.
    """

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.names: defaultdict[str, list[cst.Name]] = defaultdict(list)
        self.attributes: defaultdict[str, list[cst.Attribute]] = defaultdict(list)
        self._parents = parents = dict[int, cst.CSTNode]()
        self._bound: dict[int, frozenset[str]] = {}
        self._imports: dict[int, dict[str, str]] = {}
        stack: list[cst.CSTNode] = [facts.tree]
        while stack:
            node = stack.pop()
            below = children(node)
            for child in below:
                parents[id(child)] = node
                # The type itself, because isinstance() of what a node is not is slow.
                if type(child) is cst.Attribute:
                    self.attributes[child.attr.value].append(child)
                elif type(child) is cst.Name and not _is_label(child, node):
                    self.names[child.value].append(child)
            below.reverse()
            stack += below

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node directly around `node`; None for the file itself."""
        return self._parents.get(id(node))

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around `node`, the nearest first."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def scopes(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The functions, lambdas, comprehensions and the file in whose scopes the node stands, the nearest first.

        Defaults, annotations and decorators of a function do not stand in it; the body of a class is no scope for
        what lies deeper.
        """
        inner = node
        for outer in self.above(node):
            if isinstance(outer, cst.FunctionDef | cst.Lambda):
                if inner is outer.body:
                    yield outer
            elif isinstance(outer, cst.BaseComp | cst.Module):
                yield outer
            inner = outer

    def function(self, node: cst.CSTNode) -> Function | None:
        """The function or lambda in which the node runs."""
        return next((one for one in self.scopes(node) if isinstance(one, cst.FunctionDef | cst.Lambda)), None)

    def method(self, node: cst.CSTNode) -> tuple[cst.FunctionDef, cst.ClassDef] | None:
        """The innermost method around the node, inner functions and lambdas passed over, with its class."""
        for scope in self.scopes(node):
            owner = self.owner(scope)
            if owner is not None:
                assert isinstance(scope, cst.FunctionDef)
                return scope, owner
        return None

    def owner(self, function: cst.CSTNode) -> cst.ClassDef | None:
        """The class in whose body a function stands, under conditions perhaps; None when it is no method."""
        if isinstance(function, cst.FunctionDef):
            for outer in self.above(function):
                if isinstance(outer, cst.ClassDef):
                    return outer
                if isinstance(outer, cst.FunctionDef):
                    return None
        return None

    def me(self, node: cst.CSTNode) -> str | None:
        """The name of the instance where the node stands: `self` in a method and in functions inside it."""
        for scope in self.scopes(node):
            if self.owner(scope) is not None:
                assert isinstance(scope, cst.FunctionDef)
                return None if is_static(scope) else first_parameter(scope)
        return None

    def is_me(self, node: cst.BaseExpression) -> bool:
        """Is the expression the instance, `self`, of the method that it stands in?"""
        if not isinstance(node, cst.Name) or node.value != self.me(node):
            return False
        scope = self.scope_of(node)
        return isinstance(scope, cst.FunctionDef) and self.owner(scope) is not None

    def scope_of(self, name: cst.Name) -> cst.CSTNode:
        """The scope that binds a name, seen from where it is read; the file for all that no inner scope binds."""
        for scope in self.scopes(name):
            if name.value in self.bound(scope):
                return scope
        return self.facts.tree

    def home(self, function: cst.FunctionDef) -> cst.CSTNode:
        """The scope in which the definition of a function binds its name."""
        return next(self.scopes(function), self.facts.tree)

    def bound(self, scope: cst.CSTNode) -> frozenset[str]:
        """`bound_by`, worked out once."""
        if id(scope) not in self._bound:
            self._bound[id(scope)] = bound_by(scope)
        return self._bound[id(scope)]

    def qualname(self, node: cst.CSTNode) -> str:
        """The qualified name of a definition, or of the innermost one around another node, as Python gives it."""
        parts: list[str] = []
        for one in (node, *self.above(node)):
            if isinstance(one, cst.FunctionDef) and parts:
                parts.append("<locals>")
            if isinstance(one, cst.FunctionDef | cst.ClassDef):
                parts.append(one.name.value)
        return ".".join(reversed(parts))

    def library_name(self, node: cst.BaseExpression) -> str | None:
        """The full name in a library, "torch.no_grad", that a chain of names means where it stands; None when it
        means something of the project, may mean several things, or is bound by a function around it."""
        name = dotted(node)
        if name is None:
            return None
        head, _, rest = name.partition(".")
        project, source = self.facts.project, self.facts.source
        refs = None
        for scope in self.scopes(node):
            if head in self.bound(scope):
                return None
            target = self._imported(scope).get(head) if isinstance(scope, cst.FunctionDef) else None
            if target is not None:
                refs = project.resolver.imported(source, f"{target}.{rest}" if rest else target)
                break
        if refs is None:
            refs = project.resolve(source, name)
        return refs[0].name if len(refs) == 1 and refs[0].source is None else None

    def _imported(self, function: cst.FunctionDef) -> dict[str, str]:
        """The names that a function imports for itself, with what they mean."""
        if id(function) not in self._imports:
            found: dict[str, str] = {}
            stack: list[cst.CSTNode] = [function.body]
            while stack:
                node = stack.pop()
                if isinstance(node, cst.Import | cst.ImportFrom):
                    found.update(imported_names(node))
                elif not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.BaseExpression):
                    stack.extend(reversed(list(children(node))))
            self._imports[id(function)] = found
        return self._imports[id(function)]


def _is_label(name: cst.Name, parent: cst.CSTNode) -> bool:
    """Is it no variable, but the name of an attribute, a keyword, a parameter, a definition or an import?"""
    field = _LABELS.get(type(parent))
    return field is not None and (not field or getattr(parent, field) is name)
