"""Members that a constructor puts in eval mode, and what else a class does to their mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.definitions import dotted, first_parameter
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.flag_settings import PARAMETER_WALKS, targets
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.modes import is_moded_layer, surely_moded
from torchmodlint.analysis.project import MODULE, Ref
from torchmodlint.analysis.state import contents
from torchmodlint.analysis.tree import descendants, within
from torchmodlint.analysis.usage import self_attributes, stores
from torchmodlint.analysis.values import Module, Parameter, Plain, Value, held, possible

SWITCHES = frozenset({"train", "eval", "training"})
NO_GRAD = frozenset(
    {"torch.no_grad", "torch.inference_mode", "torch.autograd.no_grad", "torch.autograd.inference_mode"}
)
# Libraries whose modules have nn.Module's `train`, or one that does no more.
ORDINARY = frozenset({"torch", "lightning", "pytorch_lightning", "transformers", "mmengine"})


@dataclass(frozen=True)
class Frozen:
    """`call` put the member `name` in eval mode; `name` is "" for single layers met in a loop.

    `freezing` is the node that freezes its parameters, None for layers that are frozen by that alone; with `unrecorded`
    it is where the member runs, as it always does, without gradients.
    """

    call: cst.Call
    name: str
    freezing: cst.CSTNode | None
    unrecorded: bool = False


@dataclass(frozen=True)
class _Use:
    """A place that reads a member: is it in the file of the class, and are gradients recorded there?"""

    node: cst.CSTNode
    here: bool
    recorded: bool


def frozen_in_constructor(cls: ClassFacts) -> Iterator[Frozen]:
    """The members that surely are frozen by their constructor alone, so that `train()` undoes half of it."""
    inside = [name for name in cls.body.methods if name.startswith("_")]  # as `_stands_in_constructor` says
    if not any(cls.body.sketch(name).mentioned & {"eval", "train"} for name in inside) or may_switch(cls):
        return
    events = [event for event in cls.whole.own("mode") if event.root == "__init__" and _is_eval(event)]
    if _switched_elsewhere(cls, {id(event.node) for event in events}):
        return
    seen: set[int] = set()
    for event in events:
        module, call = event.value, event.node
        if id(call) in seen or not isinstance(module, Module):
            continue
        assert isinstance(call, cst.Call)
        assert isinstance(call.func, cst.Attribute)
        seen.add(id(call))
        if not _stands_in_constructor(cls, event) or not surely_moded(cls.facts.trees, module):
            continue
        if module.given and is_moded_layer(module):
            if _is_registered_part(module) and _trains_anyway(cls, None):
                yield Frozen(call, "", None)
            continue
        name = _name_of(cls, module)
        if not name or _probed(cls, name, call.func.value, event.method) or not _trains_anyway(cls, name):
            continue
        uses = _uses(cls, name)
        freezing = _freezing(cls, name, call, event.method)
        if uses and freezing is not None:
            yield Frozen(call, name, freezing)
        elif uses and not any(use.recorded for use in uses):
            place = next((use.node for use in uses if use.here), None)
            if place is not None:
                yield Frozen(call, name, place, unrecorded=True)


def may_switch(cls: ClassFacts) -> bool:
    """Does the class, a base, or a class of the file that derives from it override `train`, or may one do so?"""
    project = cls.facts.project
    for ref in (cls.ref, *cls.ancestors):
        if ref.source is None:
            if not (ref == MODULE or ref.is_standard() or ref.name.partition(".")[0] in ORDINARY):
                return True
            continue
        definitions = cls.facts.trees.definitions(ref.source, True)
        body = definitions.body(ref.name) if definitions is not None else None
        if body is None or SWITCHES & (body.methods.keys() | body.names.keys()):
            return True
        if any(len(candidates) != 1 for candidates in project.bases(ref)):
            return True
    for line in cls.facts.source.outline.classes:
        body = cls.facts.definitions.body(line.qualname)
        if body is not None and "train" in body.methods:
            if cls.ref in project.ancestors(Ref(cls.facts.source, line.qualname))[0]:
                return True
    return False


def _is_eval(event: Event) -> bool:
    if event.how == "eval":
        return True
    return isinstance(event.given, Plain) and event.given.literal is False


def _switched_elsewhere(cls: ClassFacts, known: set[int]) -> bool:
    """Does any other place of the file, or of a base, name `train`, `eval` or `training` of a member or the whole?"""
    nodes: list[cst.CSTNode] = [cls.facts.tree]
    nodes += [method for owner, method in cls.whole.methods.values() if owner.source is not cls.facts.source]
    names = {event.name for event in cls.whole.of("bind", "register") if event.name}
    for node in nodes:
        for one, above in within(node):
            if not isinstance(one, cst.Attribute) or one.attr.value not in SWITCHES or id(above[-1]) in known:
                continue
            if one.attr.value == "training" and not isinstance(above[-1], cst.AssignTarget):
                continue
            path = (dotted(one.value) or "?").split(".")
            inside = any(other is cls.node for other in above) or node is not cls.facts.tree
            if (inside and (len(path) == 1 or path[0] == "?")) or names.intersection(path[1:]):
                return True
    return False


def _stands_in_constructor(cls: ClassFacts, event: Event) -> bool:
    """Does it happen in the constructor itself, or in a private method that no other uses?"""
    method = event.method
    if method is None or not any(node is event.node for node in descendants(method.body)):
        return False
    name = method.name.value
    users = {
        user for user, (_, other) in cls.whole.methods.items() for read in self_attributes(other) if read.name == name
    }
    return name == "__init__" or (name.startswith("_") and users <= {"__init__"})


def _is_registered_part(module: Module) -> bool:
    return module.registered or any(isinstance(item, Module) and item.registered for item in module.items)


def _name_of(cls: ClassFacts, module: Module) -> str:
    """The attribute under which a module is registered, "" when it is not known to be."""
    for event in cls.whole.of("bind", "register"):
        if event.name and any(one is module for one in possible(event.value)):
            return event.name
    return ""


def _written(cls: ClassFacts, node: cst.BaseExpression) -> str:
    return cls.facts.tree.code_for_node(node)


def _forms(cls: ClassFacts, name: str, receiver: cst.BaseExpression, method: cst.FunctionDef | None) -> set[str]:
    """The ways in which a method writes the member: `self.name`, or the local that it was built in."""
    me = first_parameter(method) if method is not None else None
    return {f"{me}.{name}", *([_written(cls, receiver)] if isinstance(receiver, cst.Name) else [])}


def _freezing(cls: ClassFacts, name: str, call: cst.Call, method: cst.FunctionDef | None) -> cst.CSTNode | None:
    """What stops the parameters of the member that `call` puts in eval mode from training: a call or a loop."""
    assert isinstance(call.func, cst.Attribute)
    forms = _forms(cls, name, call.func.value, method)
    binds = [event.statement for event in cls.whole.of("bind", name=name)]
    parts = {id(node) for statement in (call, *binds) for node in descendants(statement)}
    for owner, other in cls.whole.methods.values():
        for node, walk in _stopping(other) if owner.source is cls.facts.source else ():
            if id(node) in parts or any(one is call for one in descendants(walk)) or _written(cls, walk) in forms:
                return node
    return None


def _stopping(method: cst.FunctionDef) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression]]:
    """Every call or loop of a method that stops parameters from training, with the object whose they are."""
    for node in descendants(method.body):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and _turns_off(node):
            yield node, node.func.value
        elif isinstance(node, cst.For) and isinstance(node.iter, cst.Call) and _stops(node):
            walk = node.iter.func
            if isinstance(walk, cst.Attribute) and walk.attr.value in PARAMETER_WALKS:
                yield node, walk.value


def _turns_off(call: cst.Call) -> bool:
    """Is it `x.requires_grad_(False)`?"""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "requires_grad_":
        return False
    return len(call.args) == 1 and dotted(call.args[0].value) == "False"


def _stops(loop: cst.For) -> bool:
    """Does the loop set `requires_grad` to False, whatever the parameter?"""
    lines = [line for line in loop.body.body if isinstance(line, cst.SimpleStatementLine | cst.BaseSmallStatement)]
    for node in (node for line in lines for node in descendants(line)):
        if isinstance(node, cst.Assign) and dotted(node.value) == "False":
            if any(True for one in node.targets for _ in targets(one.target, "requires_grad")):
                return True
        if isinstance(node, cst.Call) and _turns_off(node):
            return True
    return False


def _probed(cls: ClassFacts, name: str, receiver: cst.BaseExpression, method: cst.FunctionDef | None) -> bool:
    """Does the method run the member, so that eval mode may be meant for that run alone?"""
    forms = _forms(cls, name, receiver, method)
    return method is not None and any(
        isinstance(node, cst.Call) and _written(cls, node.func) in forms for node in descendants(method.body)
    )


def _uses(cls: ClassFacts, name: str) -> list[_Use]:
    """Where methods other than the constructor read the member."""
    return [
        _Use(
            read.node,
            owner.source is cls.facts.source,
            not _unrecorded(cls, _decorators(method)) and not any(_in_no_grad(cls, one) for one in read.above),
        )
        for other, (owner, method) in cls.whole.methods.items()
        if other != "__init__"
        for read in self_attributes(method)
        if read.name == name and not stores(read)
    ]


def _decorators(method: cst.FunctionDef) -> list[cst.BaseExpression]:
    return [one.decorator for one in method.decorators]


def _in_no_grad(cls: ClassFacts, node: cst.CSTNode) -> bool:
    return isinstance(node, cst.With) and _unrecorded(cls, [item.item for item in node.items])


def _unrecorded(cls: ClassFacts, managers: list[cst.BaseExpression]) -> bool:
    """Is one of them `torch.no_grad()` or `torch.inference_mode()`, as a context manager or decorator?"""
    names = [dotted(one.func if isinstance(one, cst.Call) else one) for one in managers]
    refs = [ref for name in names if name is not None for ref in cls.facts.resolve(name)]
    return any(ref.source is None and ref.name in NO_GRAD for ref in refs)


def _trains_anyway(cls: ClassFacts, name: str | None) -> bool:
    """Has the class parameters of its own, beside the member `name`, that nothing freezes?"""
    walks = [(walk, method) for _, method in cls.whole.methods.values() for _, walk in _stopping(method)]
    stopped = {_member(walk, method) for walk, method in walks}
    if name is not None and "" in stopped:
        return False
    switched = [event.value for event in cls.whole.of("mode") if event.root == "__init__"]
    return any(
        event.name is not None
        and event.name not in stopped | {name}
        and _learns(cls, event.value)
        and any(use.recorded for use in _uses(cls, event.name))
        and not any(one is other for one in held(event.value) for other in switched)
        for event in cls.whole.of("bind", "register")
    )


def _member(node: cst.BaseExpression, method: cst.FunctionDef) -> str | None:
    """`x` of `self.x` and `self.x.y`, "" for `self`; None for anything else."""
    path = (dotted(node) or "").split(".")
    return None if path[0] != first_parameter(method) else path[1] if len(path) > 1 else ""


def _learns(cls: ClassFacts, value: Value) -> bool:
    """Is it surely a parameter, or a module with parameters, that was built here and requires gradients?"""
    options = possible(value)
    if isinstance(options[0], Parameter):
        made = options[0].node
        keywords = {arg.keyword.value for arg in made.args if arg.keyword} if isinstance(made, cst.Call) else set()
        return "requires_grad" not in keywords and not options[0].buffer and not options[0].given
    return all(isinstance(one, Module) and not one.given and "p" in contents(cls.facts.trees, one) for one in options)
