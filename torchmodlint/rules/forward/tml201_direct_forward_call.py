"""TML201: `module.forward(x)` where `module(x)` is meant."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import dotted, first_parameter
from torchmodlint.analysis.evidence import used_as_module
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.instances import evaluate_class
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, Value, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

LONG = 60  # characters of a receiver that are worth repeating in a message


class DirectForwardCall(Rule):
    """`module(x)` runs hooks and then `forward`; `module.forward(x)` runs `forward` alone.

    Forward hooks and pre-hooks are skipped without a message. FSDP does not gather the weights, DDP does not reduce
    the gradients, a compiled module is not compiled; old-style `weight_norm` and `spectral_norm` recompute the weight
    in a pre-hook, so that training goes on with a stale one; lazy modules raise.
    """

    code = "TML201"
    name = "direct-forward-call"
    severity = Severity.WARNING
    message = "`{receiver}.forward(...)` skips the hooks that calling the module runs: write `{receiver}(...)`"
    triggers = (".forward(",)

    def visit_Module(self, node: cst.Module) -> None:
        self._calls: list[tuple[cst.Call, Scope, tuple[cst.ClassDef | cst.FunctionDef, ...]]] = []

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "forward":
            stack = tuple(self.facts.context.stack)
            if not stack or stack[-1].name.value != "__call__":
                self._calls.append((node, self.facts.scope(), stack))

    def leave_Module(self, original_node: cst.Module) -> None:
        for call, scope, stack in self._calls:
            if self._on_module(call, scope, stack):
                owner = scope.dotted if isinstance(scope, ClassFacts) else None
                assert isinstance(call.func, cst.Attribute)
                receiver = self.facts.tree.code_for_node(call.func.value)
                if "\n" in receiver or len(receiver) > LONG:
                    receiver = "module"
                function = stack[-1].name.value if stack else None
                self.report(call, Subject(owner, function=function), receiver=receiver)

    def _on_module(self, call: cst.Call, scope: Scope, stack: tuple[cst.ClassDef | cst.FunctionDef, ...]) -> bool:
        """Surely so by this file alone, or when other files are read too, or by the way the receiver is used."""
        receivers = self._receivers(call, scope, whole=False)
        if receivers and all(isinstance(one, Module) for one in receivers):
            return self._call_is_forward(receivers, scope)
        receivers = self._receivers(call, scope, whole=True)
        if not receivers or not self._call_is_forward(receivers, scope):
            return False
        if all(isinstance(one, Module) for one in receivers):
            return True
        if any(not isinstance(one, Module | Argument | Opaque) for one in receivers):
            return False
        if any(isinstance(one, Argument | Opaque) and one.foreign for one in receivers):
            return False
        member = isinstance(scope, ClassFacts) and self.facts.project.is_module(scope.ref) is Answer.YES
        return self._torch_alone() and used_as_module(self._holder(call, stack), call, self._is_torch, member)

    def _receivers(self, call: cst.Call, scope: Scope, whole: bool) -> list[Value]:
        """Everything that the receiver may be, None aside."""
        events = self.facts.scope_events(scope, whole)
        values = [event.value for event in events if event.kind == "forward" and event.node is call]
        return [one for value in values for one in self._unfolded(value, whole) if not isinstance(one, Nothing)]

    def _unfolded(self, value: Value, whole: bool, depth: int = 3) -> Iterator[Value]:
        """The single values, members of other modules looked up where their classes are in sight."""
        for one in possible(value):
            member = one.member if isinstance(one, Opaque) and whole and depth else None
            found = evaluate_class(self.facts.trees, member[0], deep=True).value(member[1]) if member else None
            if found is None:
                yield one
            else:
                yield from self._unfolded(found, whole, depth - 1)

    def _call_is_forward(self, receivers: list[Value], scope: Scope) -> bool:
        """Does calling the receivers mean their `forward`? A class that overrides `__call__` may mean more by it."""
        for one in receivers:
            if isinstance(one, Module) and one.cls is not None:
                if self._overrides_call(one.cls):
                    return False
            elif isinstance(one, Module) and isinstance(scope, ClassFacts) and self._overrides_call(scope.ref):
                return False  # a member of unknown class is likely to be of the owner's own kind
        return True

    def _overrides_call(self, cls: Ref) -> bool:
        """Does the class, or a base, give `__call__` another meaning, as far as can be seen?"""
        for ref in (cls, *self.facts.project.ancestors(cls)[0]):
            if ref.source is None:
                if known.calls_differ(ref.name.partition(".")[0]):
                    return True
                continue
            definitions = self.facts.trees.definitions(ref.source, True)
            body = definitions.body(ref.name) if definitions is not None else None
            if body is None or "__call__" in body.methods:
                return True
        return False

    def _holder(self, call: cst.Call, stack: tuple[cst.ClassDef | cst.FunctionDef, ...]) -> cst.CSTNode:
        """The class for an attribute of `self`, else the outermost function around the call, or the file."""
        inner = max((at for at, one in enumerate(stack) if isinstance(one, cst.ClassDef)), default=-1)
        functions = stack[inner + 1 :]
        assert isinstance(call.func, cst.Attribute)
        root = (dotted(call.func.value) or "").partition(".")
        method = functions[0] if functions else None
        if inner >= 0 and isinstance(method, cst.FunctionDef) and root[1] and first_parameter(method) == root[0]:
            return stack[inner]
        return method or self.facts.tree

    def _torch_alone(self) -> bool:
        """Does the file import torch, and no other framework whose layers look like torch's?"""
        outline = self.facts.source.outline
        bound = (*outline.bindings.values(), *outline.inner_imports.values())
        libraries = {one.target.partition(".")[0] for many in bound for one in many if one.kind == "import"}
        return "torch" in libraries and not any(known.is_look_alike(library) for library in libraries)

    def _is_torch(self, name: str) -> bool:
        refs = self.facts.resolve(name)
        return bool(refs) and all(ref.source is None and ref.name.startswith("torch.") for ref in refs)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.encoder = nn.Linear(width, width)

                def forward(self, x):
                    return self.encoder.forward(x)  # TML201
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.encoder = nn.Linear(width, width)

                def forward(self, x):
                    return self.encoder(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Wide(nn.Linear):
                def forward(self, x):
                    return super().forward(x) * 2
            """
        ),
    )
