"""Which modules surely behave differently in eval mode, and which surely hold such."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.instances import Instance, evaluate_class
from torchmodlint.analysis.library_models import is_moded_model
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import Container, Module, Value, possible

# Layers of torch by what decides whether the mode matters to them: a default of nn.Dropout(0.5), of nn.LSTM(dropout=0).
DROPPING = frozenset({"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"})
NORMS = frozenset({"BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "_BatchNorm"}) | {
    f"LazyBatchNorm{dimensions}d" for dimensions in (1, 2, 3)
}
TRANSFORMERS = frozenset(
    {"Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer"}
)  # with dropout unless it is turned off
RECURRENT = {"LSTM": 5, "GRU": 5, "RNN": 5, "MultiheadAttention": 2}  # without, unless it is asked for, at this place
_STACKS = frozenset({"TransformerEncoder", "TransformerDecoder"})  # of the layer that they are given


def is_moded_layer(module: Module, method: cst.FunctionDef | None = None) -> bool:
    """Is it a single layer of torch that does something else in eval mode?

    It surely does, or it does unless the `method` that builds it is given something else than its defaults.
    """
    if module.cls is None or module.cls.source is not None or not module.cls.name.startswith("torch.nn."):
        return False
    name = module.cls.name.rpartition(".")[2]
    if module.node is None and name in DROPPING | NORMS:
        return True  # known by its class alone
    if name in DROPPING:
        return _rate(module.node, 0, "p", method) in ("", "some")
    if name in NORMS:
        return _rate(module.node, 4, "track_running_stats", method) in ("", "some")
    if name in TRANSFORMERS:
        return _rate(module.node, None, "dropout", method) in ("", "some")
    return name in RECURRENT and _rate(module.node, RECURRENT[name], "dropout", method) == "some"


def drops(module: Module) -> Answer:
    """Of a layer of torch that only has a mode by its dropout: is that turned on? YES for all other modules."""
    if module.cls is None or module.cls.source is not None or not module.cls.name.startswith("torch.nn."):
        return Answer.YES
    name = module.cls.name.rpartition(".")[2]
    if name in DROPPING:
        return Answer.NO if _rate(module.node, 0, "p") == "none" else Answer.YES
    if name not in RECURRENT:
        return Answer.YES
    rate = _rate(module.node, RECURRENT[name], "dropout")
    return {"some": Answer.YES, "?": Answer.UNKNOWN}.get(rate, Answer.NO)


def surely_moded(trees: Trees, value: Value) -> bool:
    """Does what `value` may be, or what that holds, surely behave differently in eval mode?"""
    return _Search(trees).moded(value)


def holds_mode(trees: Trees, module: Module) -> bool:
    """Does a module surely hold others whose mode matters, so that its own flag alone does not decide?"""
    return _Search(trees).holds(module)


def children_have_mode(trees: Trees, instance: Instance) -> bool:
    """Does an instance surely hold modules whose mode matters?"""
    return _Search(trees).any_held(instance)


class _Search:
    """One search. Values and classes may hold themselves: each is looked into once."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.seen: dict[int, Value] = {}  # the values too, so that no other gets the identity of one that is gone
        self.classes: set[Ref] = set()

    def moded(self, value: Value, method: cst.FunctionDef | None = None) -> bool:
        for one in possible(value):
            if id(one) in self.seen:
                continue
            self.seen[id(one)] = one
            if isinstance(one, Module) and (is_moded_layer(one, method) or self.holds(one, method)):
                return True
            if isinstance(one, Container) and any(self.moded(item, method) for item in tuple(one.items)):
                return True
        return False

    def holds(self, module: Module, method: cst.FunctionDef | None = None) -> bool:
        cls = module.cls
        if cls is None:
            return False
        if cls.source is None and (module.container or cls.name.rpartition(".")[2] in _STACKS):
            return any(self.moded(item, method) for item in tuple(module.items))
        if cls.source is None and is_moded_model(cls):
            return True
        cls = self.trees.project.definition(cls)
        if cls.source is None or cls.class_line() is None or cls in self.classes:
            return False
        self.classes.add(cls)
        return self.any_held(evaluate_class(self.trees, cls, deep=True))

    def any_held(self, instance: Instance) -> bool:
        return any(self.moded(value, method) for value, method in _held(instance))


def _held(instance: Instance) -> Iterator[tuple[Value, cst.FunctionDef | None]]:
    """What an instance holds, each with the method that puts it there."""
    for event in instance.of("bind", "register", "grow"):
        if event.how not in ("register_buffer", "_buffers"):
            yield event.value, event.method


def _rate(call: cst.CSTNode | None, position: int | None, keyword: str, method: cst.FunctionDef | None = None) -> str:
    """What a call says of a rate or switch: "" nothing, "none" for 0 or False, "some" for other literals, else "?".

    What is handed through from a parameter of the `method` around it stands for that parameter's default.
    """
    if not isinstance(call, cst.Call):
        return "?"
    if any(arg.star for arg in call.args):
        return "?"
    given = [arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == keyword]
    plain = [arg.value for arg in call.args if arg.keyword is None]
    if position is not None and position < len(plain):
        given.append(plain[position])
    if not given:
        return ""
    rate = _default(given[0], call, method) if isinstance(given[0], cst.Name) and method is not None else given[0]
    if isinstance(rate, cst.Integer | cst.Float):
        return "some" if rate.evaluated_value else "none"
    return {"True": "some", "False": "none"}.get(dotted(rate) or "", "?")


def _default(name: cst.Name, call: cst.CSTNode, method: cst.FunctionDef) -> cst.BaseExpression:
    """The default of the parameter that `name` is in a call of the method; the name itself when it is none."""
    params = (*method.params.posonly_params, *method.params.params, *method.params.kwonly_params)
    default = next((one.default for one in params if one.name.value == name.value), None)
    if default is None:
        return name
    nodes = list(descendants(method.body))
    bound = any(isinstance(one, cst.AssignTarget) and dotted(one.target) == name.value for one in nodes)
    return name if bound or all(one is not call for one in nodes) else default
