"""TML309: a `train` or `eval` over nn.Module's that does not do what callers of nn.Module's rely on."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.mode_overrides import (
    Reach,
    accepts,
    forgets_self,
    inherited_meaning,
    means_something_else,
    mode_parameter,
    override,
    reach,
    runs_later,
)
from torchmodlint.analysis.modes import children_have_mode
from torchmodlint.analysis.state import class_contents
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule


class TrainOverride(Rule):
    """`model.eval()` is `model.train(False)`, which calls `train(False)` of every child and returns the model.

    An override that takes no mode makes `eval()` raise TypeError, also that of every module around it. One that does
    not reach `super().train(mode)` leaves dropout and batch norm of the children as they were, without a message. One
    that does not return `self` turns `model = model.eval()` into None. The same holds for `eval`.
    """

    code = "TML309"
    name = "train-override"
    severity = Severity.WARNING
    message = (
        "`{owner}.train` does not take the mode that `eval()` passes, so `eval()` on it, or on a module that holds it, "
        "raises TypeError: take `mode=True` and call `super().train(mode)`, or give the method another name"
    )
    held = (
        "`{owner}.train` does not take the mode that `eval()` passes, so `eval()` on a module that holds it raises "
        "TypeError: take `mode=True` and call `super().train(mode)`, or give the method another name"
    )
    arguments = (
        "`{owner}.eval` needs arguments that `model.eval()` does not pass, so that it raises TypeError: call "
        "`super().eval()` and return it, or give the method another name"
    )
    meaning = (
        "`eval()` calls `{owner}.train(False)`, which takes it for `{parameter}`, and the mode stays as it was: "
        "take `mode=True` and call `super().train(mode)`, or give the method another name"
    )
    later = (
        "calling `{owner}.{method}` only makes an object that nobody runs, so the mode stays as it was: make it plain"
    )
    dropped = (
        "`{owner}.train` calls `super().train()` without the mode, so that `eval()` switches to training mode too: "
        "write `super().train(mode)`"
    )
    unreached = (
        "`{owner}.{method}` never reaches `super().{call}`, so the modules that it holds keep their mode: "
        "write `super().{call}`"
    )
    forgotten = (
        "`{owner}.{method}` does not return `self`{when}, so `model = model.{call}()` is None: write `return self`"
    )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if self.facts.stub:
            return
        for name, count in (("train", 1), ("eval", 0)):
            cls = self.facts.module_class(node)
            method = override(cls, name) if cls is not None else None
            if cls is None or method is None:
                continue
            if not accepts(method, count):
                if not inherited_meaning(cls, name, count):
                    signature = self.held if "eval" in cls.body.methods else self.message
                    self._tell(cls, method, signature if count else self.arguments)
            elif runs_later(method):
                self._tell(cls, method, self.later)
            elif not self._stays(cls, method):
                never, sometimes = forgets_self(method)
                if never:
                    call = name if "eval" in cls.body.methods else "eval"  # which returns what `train` does
                    self._tell(cls, method, self.forgotten, call=call, when=" on every path" if sometimes else "")

    def _stays(self, cls: ClassFacts, method: cst.FunctionDef) -> bool:
        """Report what leaves the mode of the children as it was, or drops the one that is asked for."""
        name = method.name.value
        way = reach(cls, name)
        parameter = mode_parameter(method) if name == "train" else None
        if way is Reach.BASE:
            return False
        if parameter is not None and means_something_else(cls, parameter):
            self._tell(cls, method, self.meaning, parameter=parameter.name.value)
        elif way is Reach.WITHOUT_MODE:
            self._tell(cls, method, self.dropped)
        elif way is not Reach.BY_HAND and self._mode_matters(cls, way):
            self._tell(cls, method, self.unreached, call="train(mode)" if name == "train" else "eval()")
        else:
            return False
        return True

    def _mode_matters(self, cls: ClassFacts, way: Reach) -> bool:
        trees = self.facts.trees
        if children_have_mode(trees, cls.whole):
            return True
        return way is Reach.NOTHING and "m" in class_contents(trees, cls.ref)

    def _tell(self, cls: ClassFacts, method: cst.FunctionDef, wording: str, **words: str) -> None:
        name = method.name.value
        self.report(method, Subject(cls.dotted, function=name), wording, owner=cls.name, method=name, **words)

    examples = (
        Bad(
            """
            from torch import nn

            class Backbone(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.stem = nn.Conv2d(3, width, 3)
                    self.norm = nn.BatchNorm2d(width)

                def forward(self, x):
                    return self.norm(self.stem(x))

                def train(self, mode=True):  # TML309
                    super().train(mode)
                    self.norm.eval()
            """
        ),
        Good(
            """
            from torch import nn

            class Backbone(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.stem = nn.Conv2d(3, width, 3)
                    self.norm = nn.BatchNorm2d(width)

                def forward(self, x):
                    return self.norm(self.stem(x))

                def train(self, mode=True):
                    super().train(mode)
                    self.norm.eval()
                    return self
            """
        ),
        Good(
            """
            from torch import nn

            class Frozen(nn.Module):
                def __init__(self, teacher):
                    super().__init__()
                    self.teacher = teacher.eval()

                def forward(self, x):
                    return self.teacher(x)

                def train(self, mode=True):
                    return self
            """
        ),
    )
