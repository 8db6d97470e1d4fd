"""Where a file's functions and classes stand in its tree, by qualified name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from torchmodlint.analysis.sketch import Sketch, sketch

Body = cst.BaseSuite | cst.Module


_WITHOUT_BLOCKS = frozenset({cst.SimpleStatementLine, cst.FunctionDef, cst.ClassDef})


def statements(body: Body) -> Iterator[cst.BaseStatement]:
    """The statements of a block, those under `if`, `try`, `with`, `for` and `while` included, in source order."""
    if not isinstance(body, cst.IndentedBlock | cst.Module):
        return
    for statement in body.body:
        yield statement
        for inner in blocks(statement):
            yield from statements(inner)


def blocks(statement: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The blocks of a compound statement that run in the scope of the statement itself."""
    if type(statement) in _WITHOUT_BLOCKS:  # most are, and isinstance() of what a node is not is slow
        return
    if isinstance(statement, cst.If):
        if not _for_type_checkers(statement.test):
            yield statement.body
        if isinstance(statement.orelse, cst.If):
            yield from blocks(statement.orelse)
        elif statement.orelse is not None:
            yield statement.orelse.body
    elif isinstance(statement, cst.Try | cst.TryStar):
        yield statement.body
        for handler in statement.handlers:
            yield handler.body
        for other in (statement.orelse, statement.finalbody):
            if other is not None:
                yield other.body
    elif isinstance(statement, cst.For | cst.While):
        yield statement.body
        if statement.orelse is not None:
            yield statement.orelse.body
    elif isinstance(statement, cst.With):
        yield statement.body
    elif isinstance(statement, cst.Match):
        for case in statement.cases:
            yield case.body


def _for_type_checkers(test: cst.BaseExpression) -> bool:
    return (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING"


@dataclass(eq=False)
class Definitions:
    """The functions, methods and classes of a file that do not lie inside a function. The last of a name wins."""

    functions: dict[str, cst.FunctionDef] = field(default_factory=dict)
    classes: dict[str, cst.ClassDef] = field(default_factory=dict)
    bodies: dict[str, ClassBody] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: cst.Module) -> Definitions:
        found = cls()
        found.collect(tree)
        return found

    def collect(self, body: Body, prefix: str = "") -> None:
        """Note what stands in a module or class; `prefix` is what precedes the names in it."""
        for statement in statements(body):
            if type(statement) is cst.FunctionDef:
                self.functions[prefix + statement.name.value] = statement
            elif type(statement) is cst.ClassDef:
                name = prefix + statement.name.value
                self.classes[name] = statement
                self.bodies.pop(name, None)
                self.collect(statement.body, name + ".")

    def function(self, qualname: str) -> cst.FunctionDef | None:
        """The function or method of that name, or None when it is not in this file."""
        return self.functions.get(qualname)

    def body(self, qualname: str) -> ClassBody | None:
        """What stands in the class of that name, or None when it is not in this file."""
        if qualname not in self.bodies:
            node = self.classes.get(qualname)
            if node is None:
                return None
            self.bodies[qualname] = ClassBody.of(node)
        return self.bodies[qualname]

    def add(self, qualname: str, node: cst.ClassDef) -> None:
        """Note a class that lies inside a function, found while walking."""
        if self.classes.get(qualname) is not node:
            self.classes[qualname] = node
            self.bodies.pop(qualname, None)


@dataclass(eq=False)
class ClassBody:
    """What one class statement binds itself: methods, and names with the statements that bind them."""

    node: cst.ClassDef
    methods: Mapping[str, cst.FunctionDef]
    properties: frozenset[str]
    names: dict[str, tuple[cst.BaseSmallStatement, cst.BaseExpression | None]]
    # Of the methods that are not parsed before they are asked for: `node` does not hold what they do.
    texts: Mapping[str, str] = field(default_factory=dict)
    _sketches: dict[str, Sketch] = field(default_factory=dict)

    @cached_property
    def assigned(self) -> frozenset[str]:
        """The names of all attributes, of whatever object, that the methods assign."""
        return frozenset().union(*(self.sketch(name).assigned for name in self.methods))

    @cached_property
    def constants(self) -> frozenset[str]:
        """The names in `__constants__`: TorchScript's way of saying that a value never changes."""
        expression = self.names.get("__constants__", (None, None))[1]
        if not isinstance(expression, cst.List | cst.Tuple | cst.Set):
            return frozenset()
        strings = (one.value for one in expression.elements if isinstance(one.value, cst.SimpleString))
        return frozenset(str(one.evaluated_value) for one in strings)

    @classmethod
    def of(cls, node: cst.ClassDef) -> ClassBody:
        methods: dict[str, cst.FunctionDef] = {}
        properties: set[str] = set()
        names: dict[str, tuple[cst.BaseSmallStatement, cst.BaseExpression | None]] = {}
        small: list[cst.BaseSmallStatement] = []
        if isinstance(node.body, cst.SimpleStatementSuite):
            small = list(node.body.body)
        for statement in statements(node.body):
            if type(statement) is cst.FunctionDef:
                name = statement.name.value
                if is_property(statement):
                    properties.add(name)
                if not is_overload(statement):
                    methods[name] = statement
            elif type(statement) is cst.SimpleStatementLine:
                small += statement.body
        for one in small:
            if type(one) is cst.Assign:
                for target in one.targets:
                    for name, value in _pairs(target.target, one.value):
                        names[name] = (one, value)
            elif type(one) is cst.Del:
                for name, _ in _pairs(one.target, None):
                    names.pop(name, None)
                    methods.pop(name, None)
            elif type(one) is cst.AnnAssign and isinstance(one.target, cst.Name):
                names[one.target.value] = (one, one.value)
        return cls(node, methods, frozenset(properties), names)

    def mentions(self, method: str, names: frozenset[str]) -> bool:
        """Does the method of that name mention one of these attributes, of whatever object?"""
        if method in self.texts and not any(name in self.texts[method] for name in names):
            return False
        return not names.isdisjoint(self.sketch(method).mentioned)

    def sketch(self, method: str) -> Sketch:
        """What the method of that name mentions."""
        if method not in self._sketches:
            function = self.methods[method]
            self._sketches[method] = sketch(function.body, first_parameter(function))
        return self._sketches[method]


def _pairs(
    target: cst.BaseExpression, value: cst.BaseExpression | None
) -> Iterator[tuple[str, cst.BaseExpression | None]]:
    """The names in a target with the expression that each gets, None where the code does not show it."""
    if isinstance(target, cst.Name):
        yield target.value, value
    elif isinstance(target, cst.Tuple | cst.List):
        parts: list[cst.BaseExpression | None] = [None] * len(target.elements)
        if isinstance(value, cst.Tuple | cst.List) and len(value.elements) == len(parts):
            elements = [*target.elements, *value.elements]
            if not any(isinstance(one, cst.StarredElement) for one in elements):
                parts = [one.value for one in value.elements]
        for element, part in zip(target.elements, parts, strict=True):
            yield from _pairs(element.value, part)


def decorator_names(node: cst.FunctionDef | cst.ClassDef) -> Iterator[str]:
    """The dotted names of the decorators as written, calls and arguments dropped."""
    for decorator in node.decorators:
        expression = decorator.decorator
        if isinstance(expression, cst.Call):
            expression = expression.func
        name = dotted(expression)
        yield name or ""


def is_property(node: cst.FunctionDef) -> bool:
    """Is it a property, a cached property, or the setter of one?"""
    return any(
        name.rpartition(".")[2] in ("property", "cached_property", "setter", "getter", "deleter", "abstractproperty")
        for name in decorator_names(node)
    )


def is_overload(node: cst.FunctionDef) -> bool:
    return any(name.rpartition(".")[2] == "overload" for name in decorator_names(node))


def is_static(node: cst.FunctionDef) -> bool:
    """Does it run without an instance (static and class methods)?"""
    return any(name in ("staticmethod", "classmethod") for name in decorator_names(node))


def first_parameter(function: cst.FunctionDef) -> str | None:
    """The name of the first parameter, which is `self` in a method."""
    params = [*function.params.posonly_params, *function.params.params]
    return params[0].name.value if params else None


def dotted(node: cst.BaseExpression) -> str | None:
    """`a.b.c` for a chain of names, else None."""
    parts: list[str] = []
    while type(node) is cst.Attribute:  # quicker than isinstance() about the last part, which is none
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))


def says_nothing(method: cst.FunctionDef) -> bool:
    """Nothing but a docstring, `pass`, `...` or a raise?"""
    body = method.body.body
    small = [one for line in body if isinstance(line, cst.SimpleStatementLine) for one in line.body]
    if isinstance(method.body, cst.SimpleStatementSuite):
        small = list(method.body.body)
    elif any(not isinstance(line, cst.SimpleStatementLine) for line in body):
        return False
    strings = (cst.SimpleString, cst.Ellipsis, cst.ConcatenatedString)
    return all(
        isinstance(one, cst.Pass | cst.Raise) or (isinstance(one, cst.Expr) and isinstance(one.value, strings))
        for one in small
    )
