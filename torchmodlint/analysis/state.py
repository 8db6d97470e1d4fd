"""What a module holds that is lost when nobody registers it: parameters, buffers, or a mode."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import ClassBody
from torchmodlint.analysis.instances import evaluate_class
from torchmodlint.analysis.modes import drops
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import Container, Module, Nothing, Parameter, Plain, Reference, Tensor, Value, held

Held = frozenset[str]  # the letters of `Known.state`: what is surely held, and "?" when there may be more
NOTHING: Held = frozenset()
UNSURE: Held = frozenset("?")


def contents(trees: Trees, value: Value) -> Held:
    """The letters of everything that one of the values that `value` may be surely holds."""
    return frozenset().union(*(own_contents(trees, one) for one in held(value)))


def stateful(trees: Trees, value: Value) -> Answer:
    """Is anything lost when the module is not registered: parameters, buffers, or the mode?"""
    return _answer(contents(trees, value), frozenset("pbm"))


def weighty(trees: Trees, value: Value) -> Answer:
    """Does it hold parameters or buffers, so that sharing one instance shares what it learns?"""
    return _answer(contents(trees, value), frozenset("pb"))


def _answer(held: Held, wanted: Held) -> Answer:
    if held & wanted:
        return Answer.YES
    return Answer.UNKNOWN if "?" in held else Answer.NO


def own_contents(trees: Trees, value: Value) -> Held:
    """What a value holds beside the things it was given."""
    if isinstance(value, Parameter):
        return frozenset("b" if value.buffer else "p")
    if isinstance(value, Plain | Nothing | Tensor | Container | Reference):
        return NOTHING
    if not isinstance(value, Module) or value.cls is None:
        return UNSURE
    if value.container and value.cls.source is None:
        return NOTHING if value.items else UNSURE
    letters = class_contents(trees, value.cls)
    answer = drops(value)
    if answer is Answer.YES:
        return letters
    return (letters - {"m"}) | ({"?"} if answer is Answer.UNKNOWN else set())


def class_contents(trees: Trees, ref: Ref) -> Held:
    """The same for the instances of one class, built with any arguments."""
    return trees.contents.get(ref, lambda: _work_out(trees, ref))


def _work_out(trees: Trees, ref: Ref) -> Held:
    ref = trees.project.definition(ref)
    if ref.source is None:
        entry = known.lookup(ref.name)
        return frozenset(entry.state) if entry is not None and entry.module else UNSURE
    if ref.class_line() is None:
        return UNSURE
    ancestors, complete = trees.project.ancestors(ref)
    letters: set[str] = set() if complete else {"?"}
    for base in ancestors:
        if base.source is None and trees.project.is_module(base) is Answer.YES and base.name != "torch.nn.Module":
            letters |= class_contents(trees, base)
    for base in (ref, *ancestors):
        definitions = trees.definitions(base.source, True) if base.source is not None else None
        body = definitions.body(base.name) if definitions is not None else None
        if body is not None and _reads_mode(body):
            letters.add("m")
    for event in evaluate_class(trees, ref, True).events:
        if event.kind == "register" and event.how in ("register_buffer", "_buffers"):
            letters.add("b")
        elif event.kind in ("bind", "register", "grow", "hold"):
            letters |= contents(trees, event.value)
    return frozenset(letters)


def _reads_mode(body: ClassBody) -> bool:
    """Does the class read `self.training`, so that it behaves differently after eval()?"""
    if any(body.mentions(name, frozenset({"training"})) for name in body.texts):
        return True
    nodes = descendants(body.node.body)
    return any(isinstance(one, cst.Attribute) and one.attr.value == "training" for one in nodes)
