"""TML201: `module.forward(x)` where `module(x)` is meant."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import first_parameter, is_static
from torchmodlint.analysis.evidence import holder, torch_alone, used_as_module
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.receivers import bound, members
from torchmodlint.analysis.uses import uses
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, Value, empty, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

CALL_HOOKS = frozenset(f"register_{of}forward_{pre}hook" for of in ("", "module_") for pre in ("", "pre_"))


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
        if type(node.func) is cst.Attribute and node.func.attr.value == "forward":
            stack = tuple(self.facts.context.stack)
            if (not stack or stack[-1].name.value != "__call__") and not _on_itself(node.func.value, stack):
                self._calls.append((node, self.facts.scope(), stack))

    def leave_Module(self, original_node: cst.Module) -> None:
        for call, scope, stack in self._calls:
            if self._on_module(call, scope, stack) and not self._in_its_hook(call, stack):
                owner = scope.dotted if isinstance(scope, ClassFacts) else None
                assert isinstance(call.func, cst.Attribute)
                receiver = self.facts.shown(call.func.value, "module")
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
        assert isinstance(call.func, cst.Attribute)
        place = holder(call.func.value, stack, self.facts.tree)
        return torch_alone(self.facts.source.outline) and used_as_module(place, call, self._is_torch, member)

    def _in_its_hook(self, call: cst.Call, stack: tuple[cst.ClassDef | cst.FunctionDef, ...]) -> bool:
        """Does the call stand in a hook on calls of the very module? Calling that would run the hook for ever."""
        function = stack[-1] if stack else None
        assert isinstance(call.func, cst.Attribute)
        if not isinstance(function, cst.FunctionDef) or not isinstance(call.func.value, cst.Name):
            return False
        lineage = Lineage(self.facts)
        skip = int(lineage.owner(function) is not None and not is_static(function))
        names = [one.name.value for one in (*function.params.posonly_params, *function.params.params)][skip:]
        return names[:1] == [call.func.value.value] and any(_is_hooked(lineage, one) for one in uses(lineage, function))

    def _receivers(self, call: cst.Call, scope: Scope, whole: bool) -> list[Value]:
        """Everything that the receiver may be, None aside."""
        events = [one for one in self.facts.scope_events(scope, whole) if one.kind == "forward" and one.node is call]
        values = [self._bound_elsewhere(scope, one) or one.value if whole else one.value for one in events]
        found = [one for value in values for one in (members(self.facts.trees, value) if whole else possible(value))]
        return [one for one in found if not isinstance(one, Nothing)]

    def _bound_elsewhere(self, scope: Scope, event: Event) -> Value | None:
        """What other methods bind the receiver `self.x` to, where the one with the call does not tell itself."""
        call, method = event.node, event.method
        assert isinstance(call, cst.Call)
        assert isinstance(call.func, cst.Attribute)
        place = call.func.value
        if not isinstance(scope, ClassFacts) or not empty(event.value) or not isinstance(place, cst.Attribute):
            return None
        mine = method is not None and isinstance(place.value, cst.Name) and place.value.value == first_parameter(method)
        return bound(self.facts.trees, scope.whole, place.attr.value) if mine else None

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


def _on_itself(receiver: cst.BaseExpression, stack: tuple[cst.ClassDef | cst.FunctionDef, ...]) -> bool:
    """Is it `super()`, or the instance whose method this is? Both are right to call `forward`."""
    if len(stack) < 2 or not isinstance(stack[-2], cst.ClassDef):
        return False
    if isinstance(receiver, cst.Call):
        return isinstance(receiver.func, cst.Name) and receiver.func.value == "super"
    method = stack[-1]
    if not isinstance(receiver, cst.Name) or not isinstance(method, cst.FunctionDef) or is_static(method):
        return False
    return receiver.value == first_parameter(method)


def _is_hooked(lineage: Lineage, node: cst.BaseExpression) -> bool:
    """Is it handed to a registration of hooks on calls?"""
    argument = lineage.parent(node)
    call = lineage.parent(argument) if isinstance(argument, cst.Arg) else None
    func = call.func if isinstance(call, cst.Call) else None
    name = func.attr if isinstance(func, cst.Attribute) else func
    return isinstance(name, cst.Name) and name.value in CALL_HOOKS
