"""What depends on the training mode: expressions, and whether a statement runs at all.

Half of it is in words (see `words`): a name that says "training" is taken for the mode. The other half is followed:
locals, attributes and arguments that were made from the mode depend on it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from torchmodlint.analysis.bindings import Bound, bindings
from torchmodlint.analysis.conditions import conditions
from torchmodlint.analysis.definitions import ClassBody, dotted
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.uses import arguments
from torchmodlint.analysis.words import says_dropout, says_mode


class ModeTests:
    """Answers for one file; `classes` are its module classes by the identity of their nodes."""

    def __init__(self, lineage: Lineage, classes: Mapping[int, ClassFacts]) -> None:
        self.lineage = lineage
        self.classes = classes
        self._asked: set[tuple[int, str]] = set()  # questions that are being answered: a cycle adds nothing
        self._bindings: dict[int, list[Bound]] = {}

    def decided(self, node: cst.CSTNode, rate: cst.BaseExpression | None = None) -> bool:
        """May it depend on the mode, or on a switch, whether `node` runs once its function is called?

        With the `rate` of a dropout, a test of another flag of dropout counts for a switch, and so does a flag that is
        only set where there is no dropout.
        """
        return any(
            self.depends(test) or (rate is not None and _switches(test, rate))
            for test in conditions(self.lineage, node)
        ) or (rate is not None and self._without_dropout(node))

    def _without_dropout(self, node: cst.CSTNode) -> bool:
        """Does `node` run under an attribute such as `self.flash = available and dropout == 0`?"""
        inner = node
        for outer in self.lineage.above(node):
            if isinstance(outer, cst.If | cst.IfExp) and inner is outer.body and self._says_nought(outer.test):
                return True
            if isinstance(outer, cst.FunctionDef):
                return False
            inner = outer
        return False

    def _says_nought(self, test: cst.BaseExpression) -> bool:
        """Is the test the comparison itself or such an attribute, or does it ask for one beside other things?"""
        if _is_nought(test):
            return True
        if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
            return self._says_nought(test.left) or self._says_nought(test.right)
        method = self.lineage.method(test) if isinstance(test, cst.Attribute) else None
        cls = self.classes.get(id(method[1])) if method is not None else None
        if cls is None or not isinstance(test, cst.Attribute) or not self.lineage.is_me(test.value):
            return False
        values = [one.value for one in self.made(cls, test.attr.value) if one.value is not None]
        return any(_is_nought(part) for value in values for part in descendants(value))

    def depends(self, expression: cst.BaseExpression) -> bool:
        """May the value of an expression depend on the mode?"""
        for node in descendants(expression):
            if isinstance(node, cst.SimpleString):
                if says_mode(node.raw_value):
                    return True
            elif isinstance(node, cst.Name):
                if says_mode(node.value) or (self._is_variable(node) and self._variable(node)):
                    return True
            elif isinstance(node, cst.Attribute) and self.lineage.is_me(node.value) and self._member(node):
                return True
        return False

    def _is_variable(self, name: cst.Name) -> bool:
        parent = self.lineage.parent(name)
        return not (
            (isinstance(parent, cst.Attribute) and parent.attr is name)
            or (isinstance(parent, cst.Arg) and parent.keyword is name)
        )

    def _variable(self, name: cst.Name) -> bool:
        scope = self.lineage.scope_of(name)
        return self._once(scope, name.value, lambda: any(self._made(one) for one in self._sources(scope, name.value)))

    def _sources(self, scope: cst.CSTNode, name: str) -> Iterator[Bound]:
        """What a local variable or a parameter may be; the arguments of calls in sight are taken for bindings."""
        yield from (one for one in self.bindings(scope) if dotted(one.target) == name)
        if isinstance(scope, cst.FunctionDef):
            for value in arguments(self.lineage, scope, name) or ():
                yield Bound(value, value, value)

    def bindings(self, scope: cst.CSTNode) -> list[Bound]:
        """`bindings.bindings`, worked out once; those of a method hold the ones in its inner functions."""
        if id(scope) not in self._bindings:
            self._bindings[id(scope)] = list(bindings(scope, inner=self.lineage.owner(scope) is not None))
        return self._bindings[id(scope)]

    def _made(self, bound: Bound) -> bool:
        return (bound.value is not None and self.depends(bound.value)) or self.decided(bound.statement)

    def _member(self, attribute: cst.Attribute) -> bool:
        """Does a method or property read the mode, or does the class make the attribute from it?"""
        method = self.lineage.method(attribute)
        cls = self.classes.get(id(method[1])) if method is not None else None
        if cls is None:
            return False
        name = attribute.attr.value
        return self._once(cls.node, name, lambda: self._read(cls, name) or any(map(self._made, self.made(cls, name))))

    def _read(self, cls: ClassFacts, name: str) -> bool:
        found = next((body.methods[name] for body in _family(cls) if name in body.methods), None)
        return found is not None and any(
            type(one) is cst.Name and says_mode(one.value) for one in descendants(found.body)
        )

    def made(self, cls: ClassFacts, name: str) -> list[Bound]:
        """The assignments to an attribute `name` in the methods of the class and of its bases that are in sight."""
        methods = (method for body in _family(cls) if name in body.assigned for method in body.methods.values())
        return [one for method in methods for one in self.bindings(method) if _member_name(one.target) == name]

    def _once(self, scope: cst.CSTNode, name: str, answer: Callable[[], bool]) -> bool:
        key = (id(scope), name)
        if key in self._asked:
            return False
        self._asked.add(key)
        try:
            return answer()
        finally:
            self._asked.discard(key)


def _family(cls: ClassFacts) -> Iterator[ClassBody]:
    """The bodies of a class and of its bases, as far as they can be read."""
    yield cls.body
    for ref in cls.ancestors:
        definitions = cls.facts.trees.definitions(ref.source, True) if ref.source is not None else None
        body = definitions.body(ref.name) if definitions is not None else None
        if body is not None:
            yield body


def _member_name(target: cst.BaseExpression) -> str | None:
    return target.attr.value if type(target) is cst.Attribute and type(target.value) is cst.Name else None


def _is_nought(node: cst.CSTNode) -> bool:
    """Is it `dropout == 0`?"""
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return False
    operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
    nought = isinstance(right, cst.Integer | cst.Float) and not right.evaluated_value
    name = (dotted(node.left) or "").rpartition(".")[2]
    return nought and isinstance(operator, cst.Equal) and says_dropout(name)


def _switches(test: cst.BaseExpression, rate: cst.BaseExpression) -> bool:
    """Is part of the test a flag that turns dropout on and off, other than the rate itself?"""
    if isinstance(test, cst.BooleanOperation):
        return _switches(test.left, rate) or _switches(test.right, rate)
    if isinstance(test, cst.UnaryOperation):
        return _switches(test.expression, rate)
    if isinstance(test, cst.Comparison):
        first = test.comparisons[0]
        flags = isinstance(first.comparator, cst.Name) and first.comparator.value in ("True", "False")
        return flags and _switches(test.left, rate)
    name = dotted(test.func if isinstance(test, cst.Call) else test)
    return name is not None and says_dropout(name.rpartition(".")[2]) and name != dotted(rate)
