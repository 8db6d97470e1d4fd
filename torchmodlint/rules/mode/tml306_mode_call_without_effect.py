"""TML306: `model.eval` without its parentheses, `torch.no_grad()` without its `with`: they do nothing."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.evidence import called_or_moved, holder, torch_alone
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.receivers import members
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, SelfValue, Value
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

MODES = ("eval", "train")
GRAD_MODES = frozenset({"no_grad", "inference_mode", "enable_grad"})
HOMES = ("torch.", "torch.autograd.", "torch.autograd.grad_mode.")


def _statements(text: str) -> tuple[str, ...]:
    """How a statement that ends in `text` may end."""
    return tuple(text + end for end in ("\n", "\r", " #", "  #", ";"))


class ModeCallWithoutEffect(Rule):
    """`model.eval` names a method and calls nothing; `torch.no_grad()` makes a context manager and enters nothing.

    The line looks as if it switched the mode. The model goes on in training mode, with dropout and batch statistics,
    or gradients are recorded all the same, and nothing says so. `with torch.no_grad:` raises as soon as it is reached.
    """

    code = "TML306"
    name = "mode-call-without-effect"
    severity = Severity.ERROR
    message = "`{receiver}.{method}` is not called, so the mode stays as it was: write `{receiver}.{method}()`"
    unused = (
        "`{written}` as a statement changes nothing, because gradients follow it only inside a `with`: write "
        "`with {call}:` around the code, or `@{call}` above the function"
    )
    uncalled = "`with {written}:` raises, because `{written}` is a class and no context manager: write `with {call}:`"
    triggers = (
        *(end for mode in MODES for end in _statements(f".{mode}")),
        *(f"{before}torch.{mode}()" for mode in sorted(GRAD_MODES) for before in ("\n", "  ", "\t")),
        *(f"{before}{mode}()" for mode in sorted(GRAD_MODES) for before in ("\n", "  ", "\t")),
        *(f"with torch.{mode}:" for mode in sorted(GRAD_MODES)),
    )

    def visit_Module(self, node: cst.Module) -> None:
        self._members: list[tuple[cst.Attribute, Scope, tuple[cst.ClassDef | cst.FunctionDef, ...]]] = []
        self._loose: list[tuple[cst.BaseExpression, str | None]] = []
        self._contexts: list[tuple[cst.BaseExpression, str | None]] = []
        outline = self.facts.source.outline
        bound = (*outline.bindings.items(), *outline.inner_imports.items())
        self._names = GRAD_MODES | {
            name for name, many in bound for one in many if one.target.rpartition(".")[2] in GRAD_MODES
        }

    def visit_Expr(self, node: cst.Expr) -> None:
        value = node.value
        if type(value) is cst.Attribute and value.attr.value in MODES:
            self._members.append((value, self.facts.scope(), tuple(self.facts.context.stack)))
        elif self._may_be_grad_mode(value.func if type(value) is cst.Call else value):
            self._loose.append((value, self._function()))

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if self._may_be_grad_mode(node.item):
            self._contexts.append((node.item, self._function()))

    def _may_be_grad_mode(self, node: cst.BaseExpression) -> bool:
        last = node.attr if type(node) is cst.Attribute else node
        return type(last) is cst.Name and last.value in self._names

    def _function(self) -> str | None:
        return next((one.name.value for one in reversed(self.facts.context.stack)), None)

    def leave_Module(self, original_node: cst.Module) -> None:
        code = self.facts.tree.code_for_node
        for attribute, scope, stack in self._members:
            if self._is_mode(attribute, scope, stack):
                owner = scope.dotted if isinstance(scope, ClassFacts) else None
                receiver = self.facts.shown(attribute.value, "model")
                subject = Subject(owner, function=stack[-1].name.value if stack else None)
                self.report(attribute, subject, receiver=receiver, method=attribute.attr.value)
        lineage = Lineage(self.facts) if self._loose or self._contexts else None
        for wording, places in ((self.unused, self._loose), (self.uncalled, self._contexts)):
            for node, function in places:
                mode = node.func if isinstance(node, cst.Call) else node
                if lineage is not None and _is_grad_mode(lineage, mode):
                    call = code(node) if isinstance(node, cst.Call) else f"{code(mode)}()"
                    self.report(node, Subject(function=function), wording, written=code(node), call=call)

    def _is_mode(
        self, attribute: cst.Attribute, scope: Scope, stack: tuple[cst.ClassDef | cst.FunctionDef, ...]
    ) -> bool:
        """Is it a method of a module, by what the receiver is or by the way in which it is used?"""
        values = self._receivers(attribute, scope)
        if values and all(isinstance(one, Module) for one in values):
            return True
        if any(isinstance(one, SelfValue) for one in values):
            return isinstance(scope, ClassFacts) and self._keeps_mode(scope, attribute.attr.value)
        if not values or not all(isinstance(one, Module | Opaque | Argument) for one in values):
            return False
        if any(isinstance(one, Opaque | Argument) and one.foreign for one in values):
            return False
        place = holder(attribute.value, stack, self.facts.tree)
        return torch_alone(self.facts.source.outline) and called_or_moved(place, attribute.value)

    def _receivers(self, attribute: cst.Attribute, scope: Scope) -> list[Value]:
        """Everything that the receiver may be, None aside."""
        events = self.facts.scope_events(scope, True)
        values = [event.value for event in events if event.kind == "idle" and event.node is attribute]
        found = [one for value in values for one in members(self.facts.trees, value)]
        return [one for one in found if not isinstance(one, Nothing)]

    def _keeps_mode(self, cls: ClassFacts, method: str) -> bool:
        """Is `self.method` that of nn.Module, or at least a method over it?"""
        property_of_its_own = method in cls.body.properties or method in cls.body.names
        return self.facts.project.is_module(cls.ref) is Answer.YES and not property_of_its_own

    examples = (
        Bad(
            """
            import torch
            from torch import nn

            def predict(x):
                model = nn.Linear(4, 2)
                model.eval  # TML306
                with torch.no_grad():
                    return model(x)
            """
        ),
        Good(
            """
            import torch
            from torch import nn

            def predict(x):
                model = nn.Linear(4, 2)
                model.eval()
                with torch.no_grad():
                    return model(x)
            """
        ),
    )


def _is_grad_mode(lineage: Lineage, node: cst.BaseExpression) -> bool:
    name = lineage.library_name(node) or ""
    home, _, last = name.rpartition(".")
    return last in GRAD_MODES and home + "." in HOMES
