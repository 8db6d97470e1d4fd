"""TML202: an nn.Module subclass whose `__call__` never reaches nn.Module's."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import first_parameter, says_nothing
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.usage import reached, self_attributes
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

REACHING = frozenset({"_call_impl", "_wrapped_call_impl", "_slow_forward"})
BY_HAND = frozenset({"_forward_hooks", "_forward_pre_hooks"})  # runs the hooks itself


class CallOverridden(Rule):
    """`nn.Module.__call__` is what runs hooks, and what `torch.compile`, FSDP and quantisation build upon.

    A `__call__` of one's own that does not end in it makes forward hooks, pre-hooks and backward hooks do nothing,
    without a message: feature extraction, pruning, profiling and old-style weight norm silently do not happen.
    """

    code = "TML202"
    name = "call-overridden"
    severity = Severity.WARNING
    message = "`{owner}` defines `__call__` instead of `forward`, so hooks on it never run: name the method `forward`"
    direct = (
        "`{owner}.__call__` calls `self.forward` itself, so hooks on the module never run: "
        "call `super().__call__(...)` instead"
    )
    aside = (
        "`{owner}.__call__` never reaches `super().__call__`, so hooks on the module never run and `forward` is "
        "not what a call does: move the code to `forward`"
    )

    alias = "`{owner}.__call__` is `forward` itself, so hooks on the module never run: drop the assignment"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or self.facts.stub:
            return
        subject = Subject(cls.dotted, function="__call__")
        statement, value = cls.body.names.get("__call__", (None, None))
        if statement is not None:
            if isinstance(value, cst.Name) and value.value == "forward" and not _reaches_module_call(cls, "forward"):
                self.report(statement, subject, self.alias, owner=cls.name)
            return
        method = cls.body.methods.get("__call__")
        if method is None or says_nothing(method) or _reaches_module_call(cls, "__call__"):
            return
        self.report(method, subject, self._wording(cls, method), owner=cls.name)

    def _wording(self, cls: ClassFacts, method: cst.FunctionDef) -> str:
        if any(read.name == "forward" for read in self_attributes(method)):
            return self.direct
        if "forward" in cls.methods or "forward" in cls.body.names:
            return self.aside
        return self.message

    examples = (
        Bad(
            """
            from torch import nn

            class Block(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def __call__(self, x):  # TML202
                    return self.proj(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Block(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def forward(self, x):
                    return self.proj(x)
            """
        ),
        Good(
            """
            from torch import Tensor, nn

            class Block(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def forward(self, x):
                    return self.proj(x)

                def __call__(self, x: Tensor) -> Tensor:
                    return super().__call__(x)
            """
        ),
    )


def _reaches_module_call(cls: ClassFacts, start: str) -> bool:
    """Does the method `start`, or one that it uses, mention another class's `__call__` or nn.Module's own workings?"""
    for _, method in reached(cls.methods, (start,)).values():
        for node in descendants(method.body):
            if isinstance(node, cst.Attribute) and node.attr.value in REACHING | BY_HAND:
                return True
            if isinstance(node, cst.Attribute) and node.attr.value == "__call__" and not _is_own(node.value, method):
                return True
    return False


def _is_own(node: cst.BaseExpression, method: cst.FunctionDef) -> bool:
    """Is it the instance, or something that it holds?"""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return isinstance(node, cst.Name) and node.value == first_parameter(method)
