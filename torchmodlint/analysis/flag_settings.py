"""The places of a file that set one certain attribute, such as `requires_grad`, on whatever object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from torchmodlint.analysis.definitions import dotted, first_parameter
from torchmodlint.analysis.facts import ClassFacts, FileFacts, Scope
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.receivers import members
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.uses import uses
from torchmodlint.analysis.value_methods import WALKS
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, Value, possible

TENSORS = frozenset({"weight", "bias", "data"})  # attributes that are tensors wherever nothing else is in sight
PARAMETER_WALKS = frozenset({"parameters", "named_parameters", "buffers", "named_buffers"})


@dataclass(eq=False)
class Setting:
    """One such place.

    `node` is the target of the assignment, or the call of `setattr`; `function` the innermost one around it; `walk`
    the method, `parameters` or `children` and the like, over whose result the receiver runs in a loop, else "".
    """

    facts: FileFacts
    scope: Scope
    function: cst.FunctionDef | None
    node: cst.CSTNode
    statement: cst.CSTNode
    receiver: cst.BaseExpression
    value: cst.BaseExpression
    walk: str

    @property
    def written(self) -> str:
        """The receiver as it is written."""
        return self.facts.tree.code_for_node(self.receiver)

    @property
    def shown(self) -> str:
        """The receiver as a message may show it."""
        return self.facts.shown(self.receiver, "module")

    @property
    def owner(self) -> str | None:
        return self.scope.dotted if isinstance(self.scope, ClassFacts) else None

    def modules(self) -> Sequence[tuple[Event, Module]]:
        """Everything that the receiver may be, None aside, if all of that surely are modules."""
        seen = self._seen(whole=False)
        if any(isinstance(one, Opaque | Argument) for _, one in seen):
            if isinstance(self.receiver, cst.Attribute) and self.receiver.attr.value in TENSORS:
                return ()  # no need to read other files to learn that it is no module
            seen = self._seen(whole=True)
        modules = [(event, one) for event, one in seen if isinstance(one, Module)]
        return modules if len(modules) == len(seen) else ()

    def walks_modules(self) -> bool:
        """Does the receiver run over the modules of something, in a loop or as what `apply` of a module hands on, and
        nothing is known that speaks against it?"""
        seen = self._seen(whole=True) if self.walk in WALKS or self._is_applied() else []
        return bool(seen) and all(isinstance(one, Opaque | Argument) and not one.foreign for _, one in seen)

    def on_self(self) -> ClassFacts | None:
        """The class, surely a module, on whose instance the attribute is set."""
        cls = self.scope
        if not isinstance(cls, ClassFacts) or self.facts.project.is_module(cls.ref) is not Answer.YES:
            return None
        return cls if any(event.node is self.statement for event in cls.instance.own("bind")) else None

    def calls(self, names: frozenset[str]) -> bool:
        """Does the function around it call one of these methods on the very same receiver?"""
        return any(
            isinstance(one, cst.Call)
            and isinstance(one.func, cst.Attribute)
            and one.func.attr.value in names
            and self.facts.tree.code_for_node(one.func.value) == self.written
            for one in descendants(self.function if self.function is not None else self.facts.tree)
        )

    def _is_applied(self) -> bool:
        """Is the receiver the argument of a function that is there to be given to `apply`, and for nothing else?"""
        function = self.function
        if function is None or dotted(self.receiver) != first_parameter(function):
            return False
        lineage = Lineage(self.facts)
        found = uses(lineage, function)
        return bool(found) and all(_is_for_apply(lineage, one) for one in found)

    def _seen(self, whole: bool) -> list[tuple[Event, Value]]:
        events = [one for one in self.facts.scope_events(self.scope, whole) if one.kind == "set"]
        return [
            (event, one)
            for event in events
            if event.node is self.node
            for one in (members(self.facts.trees, event.value) if whole else possible(event.value))
            if not isinstance(one, Nothing)
        ]


class SettingVisitor(cst.BatchableCSTVisitor):
    """Collects, while a file is walked, the settings of the attribute `flag`; `settings` is whole in leave_Module."""

    flag: ClassVar[str]
    facts: FileFacts

    def visit_Module(self, node: cst.Module) -> None:
        self.settings: list[Setting] = []
        self._loops: list[cst.For] = []

    def visit_For(self, node: cst.For) -> None:
        self._loops.append(node)

    def leave_For(self, original_node: cst.For) -> None:
        self._loops.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        for one in node.targets:
            for target in targets(one.target, self.flag):
                self._note(target, node, target.value, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            for target in targets(node.target, self.flag):
                self._note(target, node, target.value, node.value)

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) == 3 and dotted(node.func) == "setattr":
            receiver, name, value = (arg.value for arg in node.args)
            if isinstance(name, cst.SimpleString) and name.evaluated_value == self.flag:
                self._note(node, node, receiver, value)

    def _note(
        self, node: cst.CSTNode, statement: cst.CSTNode, receiver: cst.BaseExpression, value: cst.BaseExpression
    ) -> None:
        name = receiver.value if isinstance(receiver, cst.Name) else ""
        walk = next((method for loop in reversed(self._loops) if (method := _walked(loop, name))), "")
        if walk not in PARAMETER_WALKS:
            stack = self.facts.context.stack
            function = next((one for one in reversed(stack) if isinstance(one, cst.FunctionDef)), None)
            scope = self.facts.scope()
            self.settings.append(Setting(self.facts, scope, function, node, statement, receiver, value, walk))


def targets(node: cst.BaseExpression, name: str) -> Iterator[cst.Attribute]:
    """The attributes called `name` in the target of an assignment, tuples taken apart."""
    # The type itself, because isinstance() of what a node is not is slow.
    if type(node) is cst.Attribute:
        if node.attr.value == name:
            yield node
    elif type(node) is not cst.Name and isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from targets(element.value, name)


def reads(node: cst.CSTNode, name: str) -> bool:
    """Does anything below `node` read an attribute called `name`, of whatever object?"""
    nodes = list(descendants(node))
    assigning = (one.target for one in nodes if isinstance(one, cst.AssignTarget | cst.AnnAssign))
    written = {id(one) for target in assigning for one in targets(target, name)}
    return any(isinstance(one, cst.Attribute) and one.attr.value == name and id(one) not in written for one in nodes)


def _is_for_apply(lineage: Lineage, node: cst.BaseExpression) -> bool:
    """Is it the one argument of `x.apply`?"""
    arg = lineage.parent(node)
    call = lineage.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return False
    return call.func.attr.value == "apply" and len(call.args) == 1


def _walked(loop: cst.For, name: str) -> str:
    """The method over whose result a loop runs with `name` as its variable; "" when that is not what it does."""
    walk: cst.BaseExpression = loop.iter
    while isinstance(walk, cst.Call) and dotted(walk.func) in ("list", "tuple", "reversed") and len(walk.args) == 1:
        walk = walk.args[0].value
    method = walk.func.attr.value if isinstance(walk, cst.Call) and isinstance(walk.func, cst.Attribute) else ""
    target: cst.BaseExpression = loop.target
    if method.startswith("named_"):
        if not isinstance(target, cst.Tuple) or len(target.elements) != 2:
            return ""
        target = target.elements[1].value
    bound = isinstance(target, cst.Name) and target.value == name
    return method if bound and method in WALKS | PARAMETER_WALKS else ""
