"""What the rules ask about the calls of models that a flow has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.entries import Entry, Flow
from torchmodlint.analysis.flow.machine import called_name
from torchmodlint.analysis.flow.things import Grad, Load, Setting, Thing, Use
from torchmodlint.analysis.modes import surely_moded
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.state import class_contents
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import Module

ASKING = frozenset({"backward", "grad", "enable_grad", "requires_grad_"})
M = TypeVar("M", Setting, Grad, Load)


def kinds(use: Use) -> frozenset[str]:
    """The kinds of the modes that the called models may be in."""
    return frozenset(setting.kind for setting in use.settings)


def gradients(use: Use) -> frozenset[str]:
    """Whether gradients were recorded during the call, on any path to it."""
    return frozenset(grad.kind for grad in use.grads)


def function_of(use: Use) -> cst.FunctionDef | None:
    """The function that the call stands in, None at module level."""
    return use.functions[-1] if use.functions else None


def called(facts: FileFacts, use: Use) -> str:
    """The called model as the code writes it, in quotes; "the model" where a helper or a library calls it."""
    func = use.node.func
    ends_in_method = isinstance(func, cst.Attribute) and (not use.direct or func.attr.value in ("forward", "__call__"))
    written = func.value if isinstance(func, cst.Attribute) and ends_in_method else func
    if use.node is not use.site or not _is_place(written) or facts.resolve(dotted(written) or ""):
        return "the model"
    text = facts.shown(written, "")
    return f"`{text}`" if text else "the model"


def _is_place(node: cst.BaseExpression) -> bool:
    """Is it a name, or attributes and elements of one?"""
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return isinstance(node, cst.Name)


def loops_of(use: Use) -> list[cst.CSTNode]:
    """The loops around a call, the innermost last."""
    return [one[0] for one in use.rounds]


def kept_from(flow: Flow, entry: Entry, use: Use) -> list[Entry]:
    """The other entry points that see the same models, when these are attributes of an instance."""
    if not flow.shared.intersection(use.things):
        return []
    return [other for other in flow.entries if other is not entry]


def sensitive(trees: Trees, use: Use) -> Answer:
    """Does it matter which mode the called models are in?"""
    answers = {_sensitive(trees, thing) for thing in use.things}
    if Answer.YES in answers:
        return Answer.YES
    return Answer.NO if answers == {Answer.NO} else Answer.UNKNOWN


def _sensitive(trees: Trees, thing: Thing) -> Answer:
    if thing.ref is None:
        return _sensitive(trees, thing.parent) if thing.parent is not None and thing.whole else Answer.UNKNOWN
    if thing.ref.name.startswith(libraries.MODEL_ZOOS) or thing.ref.name in libraries.MODEL_MAKERS:
        return Answer.YES
    letters = class_contents(trees, thing.ref)
    if "m" in letters:
        return Answer.UNKNOWN if _drops_nothing(trees, thing.ref, thing.made) else Answer.YES
    entry = known.lookup(thing.ref.name) if thing.ref.source is None else None
    if entry is not None and entry.library == "torch" and not entry.container and not thing.holds:
        return Answer.NO  # "?" is for buffers that depend on arguments, as in losses
    held = {_sensitive(trees, one) for one in thing.holds}
    if Answer.YES in held:
        return Answer.YES
    return Answer.UNKNOWN if "?" in letters or Answer.UNKNOWN in held else Answer.NO


def _drops_nothing(trees: Trees, cls: Ref, made: cst.CSTNode | None) -> bool:
    """Does the call that builds it turn dropout off, in a class in which nothing else surely minds the mode?"""
    if not isinstance(made, cst.Call) or called_name(made) != cls.name.rpartition(".")[2]:
        return False
    named = (arg for arg in made.args if arg.keyword is not None and "drop" in arg.keyword.value)
    off = any(isinstance(arg.value, cst.Integer | cst.Float) and not arg.value.evaluated_value for arg in named)
    return off and not surely_moded(trees, Module(cls, made))


def gives_losses(use: Use) -> bool:
    """Is it a call for the losses that a model gives in training mode alone?"""
    refs = [thing.ref for thing in use.things]
    return len(use.node.args) > 1 and all(ref is not None and ref.name.startswith(libraries.DETECTORS) for ref in refs)


def by_function(uses: Iterable[Use]) -> list[list[Use]]:
    """The calls, those that stand in one function together, in the order in which they run."""
    found: dict[cst.FunctionDef | None, list[Use]] = {}
    for use in uses:
        found.setdefault(function_of(use) if use.node is use.site else None, []).append(use)
    return list(found.values())


def telling(trees: Trees, uses: Iterable[Use], likely: Callable[[Use], bool]) -> list[tuple[Use, Use]]:
    """The first call in every function in which a model is called to which the mode matters, and that model's call.

    `likely` decides about those of which nothing is known.
    """
    found = []
    for group in by_function(uses):
        answers = ((use, sensitive(trees, use)) for use in group)
        matters = next(
            (use for use, told in answers if told is Answer.YES or (told is not Answer.NO and likely(use))), None
        )
        if matters is not None:
            found.append((group[0], matters))
    return found


def first(marks: Iterable[M]) -> M | None:
    """The earliest of several settings, switches of gradients or loadings that something in sight has made."""
    return min((one for one in marks if one.site is not None), key=lambda one: one.at, default=None)


def differentiates(trees: Trees, use: Use) -> bool:
    """Does calling a model ask for gradients itself, as one does that predicts forces from an energy?"""
    return any(thing.ref is not None and _reaches_gradients(trees, thing.ref) for thing in use.things)


def _reaches_gradients(trees: Trees, cls: Ref) -> bool:
    """Do `forward`, and the methods of the instance that it calls, ask for gradients?"""
    methods: dict[str, cst.FunctionDef] = {}
    for ref in (cls, *trees.project.ancestors(cls)[0]):
        definitions = trees.definitions(ref.source, True) if ref.source is not None else None
        body = definitions.body(ref.name) if definitions is not None else None
        methods = {**body.methods, **methods} if body is not None else methods
    todo, seen = ["forward", "__call__"], set[str]()
    while todo:
        name = todo.pop()
        if name in seen or name not in methods:
            continue
        seen.add(name)
        for one in descendants(methods[name].body):
            if type(one) is cst.Call and type(one.func) is cst.Attribute:
                if one.func.attr.value in ASKING:
                    return True
                todo.append(one.func.attr.value)
    return False
