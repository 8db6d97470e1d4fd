"""TML201: `module.forward(x)` where `module(x)` is meant."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.usage import methods_called
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, Value, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

# Nothing but an nn.Module has `forward` beside one of these.
TELLING = frozenset(
    {"parameters", "named_parameters", "state_dict", "load_state_dict", "zero_grad", "requires_grad_", "named_modules"}
    | {"named_children", "add_module", "register_forward_hook", "register_buffer", "eval"}
)


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
        self._calls: list[tuple[cst.Call, Scope, str]] = []
        outline = self.facts.source.outline
        bound = [one.target for many in outline.bindings.values() for one in many if one.kind == "import"]
        self._torch = any(target.split(".")[0] == "torch" for target in bound)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "forward":
            stack = self.facts.context.stack
            within = stack[-1].name.value if stack else ""
            if within != "__call__":
                self._calls.append((node, self.facts.scope(), within))

    def leave_Module(self, original_node: cst.Module) -> None:
        for call, scope, function in self._calls:
            if self._on_module(call, scope, whole=False) or self._on_module(call, scope, whole=True):
                owner = scope.dotted if isinstance(scope, ClassFacts) else None
                assert isinstance(call.func, cst.Attribute)
                receiver = dotted(call.func.value) or "module"
                self.report(call, Subject(owner, function=function or None), receiver=receiver)

    def _on_module(self, call: cst.Call, scope: Scope, whole: bool) -> bool:
        events = self.facts.scope_events(scope, whole)
        values = [event.value for event in events if event.kind == "forward" and event.node is call]
        return bool(values) and all(self._is_module(value, call, scope) for value in values)

    def _is_module(self, value: Value, call: cst.Call, scope: Scope) -> bool:
        options = [one for one in possible(value) if not isinstance(one, Nothing)]
        if not options:
            return False
        if all(isinstance(one, Module) for one in options):
            return not any(isinstance(one, Module) and one.cls and self._own_call(one.cls) for one in options)
        if all(isinstance(one, Argument | Opaque) or isinstance(one, Module) for one in options):
            return self._used_as_module(call, scope)
        return False

    def _own_call(self, cls: Ref) -> bool:
        """Does the class, or a base in sight, give `__call__` another meaning?"""
        for ref in (cls, *self.facts.project.ancestors(cls)[0]):
            if ref.source is not None:
                definitions = self.facts.trees.definitions(ref.source, True)
                body = definitions.body(ref.name) if definitions is not None else None
                if body is None or "__call__" in body.methods:
                    return True
        return self.facts.project.is_module(cls) is not Answer.YES

    def _used_as_module(self, call: cst.Call, scope: Scope) -> bool:
        """Is the same name used as only a module can be: its parameters given to an optimizer, its state loaded?"""
        assert isinstance(call.func, cst.Attribute)
        receiver = dotted(call.func.value)
        if receiver is None or not self._torch or scope is None:
            return False
        node = scope.node if isinstance(scope, ClassFacts) else scope
        return bool(methods_called(node).get(receiver, set()) & TELLING)

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
