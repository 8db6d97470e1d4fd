"""What the methods of one class do to an instance, evaluated in the order in which they can run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from torchmodlint.analysis.definitions import ClassBody, dotted
from torchmodlint.analysis.evaluator import Evaluator
from torchmodlint.analysis.library_calls import PARAMETERS
from torchmodlint.analysis.machine import NO, YES, Event, Frame
from torchmodlint.analysis.project import Answer, Project, Ref, Source
from torchmodlint.analysis.sketch import Sketch
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import Value, either

Methods = Mapping[str, tuple[Ref, cst.FunctionDef]]  # by name, with the class that defines each


@dataclass(eq=False)
class Instance:
    """The outcome: `events` in order, and `initialised`, how every exit of the own `__init__` left nn.Module.

    `methods` are those in sight with the class that defines each, `ran` the nodes that were evaluated.
    `unseen` says that a base in another file was passed over, so that a second look with `deep` may tell more.
    `lent` says that the constructor handed the instance to code out of sight, which may have set anything on it.
    `partial` says that methods were left out, because they leave the instance as it was.
    """

    cls: Ref
    events: list[Event]
    initialised: frozenset[str]
    tests: dict[int, cst.BaseExpression]
    methods: Methods
    ran: set[int]
    unseen: bool
    lent: bool
    partial: bool

    def own(self, *kinds: str) -> list[Event]:
        """The events that statements in the body of the class itself caused."""
        return [event for event in self.events if event.kind in kinds and event.owner == self.cls]

    def of(self, *kinds: str, name: str | None = None) -> list[Event]:
        return [event for event in self.events if event.kind in kinds and (name is None or event.name == name)]

    def guarded(self, event: Event) -> bool:
        """Does a condition around the event look at the instance, so that the event need not repeat what was done?"""
        tests = [self.tests[mark] for mark, _ in event.path if mark in self.tests]
        return any(_looks_at_instance(test) for test in tests)

    def value(self, name: str) -> Value | None:
        """Everything that `self.name` may hold, over all methods; None when nothing in sight binds it."""
        bound = [event.value for event in self.events if event.kind in ("bind", "register") and event.name == name]
        return either(*bound) if bound else None


def evaluate_class(trees: Trees, cls: Ref, deep: bool, brief: bool = False) -> Instance:
    """Evaluate `__init__`, then the methods nobody in the class calls, then what is left.

    With `deep`, bases in other files are read too; without, nothing but the file of the class is. With `brief`,
    methods that leave the instance as it was are not run, so that what they call or look into remains unknown.
    """
    assert cls.source is not None
    machine = Evaluator(trees, cls.source, cls, deep)
    all_methods = _methods(machine)
    initialised: frozenset[str] = frozenset()
    attrs: dict[str, Value] = {}
    if "__init__" in all_methods:
        owner, function = all_methods["__init__"]
        frame = _run(machine, function, owner, attrs, NO)
        attrs = frame.attrs
        if owner == cls:
            initialised = frozenset(frame.exits)
    holders = {name: one for name, one in all_methods.holders.items() if name != "__init__"}
    methods = {name: all_methods[name] for name, one in holders.items() if _concerns(machine, name, *one)}
    called = {one for name, (owner, _) in methods.items() for one in _sketch(machine, name, owner).called}
    lasting = _lasting(machine, methods) if brief else methods.keys()
    left_out = [methods.pop(name)[1] for name in methods.keys() - lasting]
    for first in (True, False):
        for name, (owner, function) in methods.items():
            if (name not in called) is first and id(function) not in machine.ran:
                _run(machine, function, owner, dict(attrs), YES)
    partial = any(id(function) not in machine.ran for function in left_out)
    return Instance(
        cls, machine.events, initialised, machine.tests, all_methods, machine.ran, machine.unseen, machine.lent, partial
    )


def initialised_by(trees: Trees, cls: Ref, name: str) -> frozenset[str]:
    """How the exits of the method `name` leave an instance that is not initialised; empty when it is not in sight."""
    assert cls.source is not None
    machine = Evaluator(trees, cls.source, cls, True)
    found = _methods(machine).get(name)
    if found is None:
        return frozenset()
    owner, function = found
    return frozenset(_run(machine, function, owner, {}, NO).exits)


def evaluate_function(trees: Trees, source: Source, function: cst.FunctionDef, deep: bool) -> list[Event]:
    """The events of a function outside classes, or of a method taken by itself."""
    machine = Evaluator(trees, source, None, deep)
    machine.frame.method = function
    machine.run_root(function, None)
    return machine.events


def evaluate_module(trees: Trees, source: Source, tree: cst.Module, deep: bool) -> list[Event]:
    """The events of the statements at module level."""
    machine = Evaluator(trees, source, None, deep)
    for statement in tree.body:
        if machine.frame.live:
            machine.run(statement)
    machine.closures = [one for one in machine.closures if isinstance(one.node, cst.Lambda)]
    machine.run_closures()
    return machine.events


def _run(machine: Evaluator, function: cst.FunctionDef, owner: Ref, attrs: dict[str, Value], init: str) -> Frame:
    assert owner.source is not None
    machine.frame = Frame(owner.source, {}, attrs, owner, function)
    machine.frame.init = init
    machine.closures = []
    machine.steps = 0
    machine.root = function.name.value
    machine.ran.add(id(function))
    machine.run_root(function, owner)
    return machine.frame


def methods_of(trees: Trees, cls: Ref) -> Methods:
    """The methods an instance has, own ones first; those of bases in other files are read."""
    assert cls.source is not None
    return _methods(Evaluator(trees, cls.source, cls, True))


def _methods(machine: Evaluator) -> _Inherited:
    """The methods an instance has, own ones first; only those in sight."""
    found: dict[str, tuple[Ref, ClassBody]] = {}
    taken: set[str] = set()
    for ref, body in machine.family:
        if body is None:
            continue
        found.update((name, (ref, body)) for name in body.methods if name not in taken)
        taken |= body.methods.keys() | body.names.keys()
    return _Inherited(found)


class _Inherited(Mapping[str, tuple[Ref, cst.FunctionDef]]):
    """Methods by name, with the class that defines each. Those of other files are parsed when they are asked for."""

    def __init__(self, holders: dict[str, tuple[Ref, ClassBody]]) -> None:
        self.holders = holders

    def __getitem__(self, name: str) -> tuple[Ref, cst.FunctionDef]:
        ref, body = self.holders[name]
        return ref, body.methods[name]

    def __contains__(self, name: object) -> bool:
        return name in self.holders

    def __iter__(self) -> Iterator[str]:
        return iter(self.holders)

    def __len__(self) -> int:
        return len(self.holders)


def _concerns(machine: Evaluator, name: str, owner: Ref, body: ClassBody) -> bool:
    """Can an inherited method of another file touch what the class itself binds? The others are not worth the time."""
    cls = machine.cls
    if cls is None or owner.source is None or owner.source is cls.source:
        return True
    own = machine.body(cls)
    return own is not None and body.mentions(name, own.assigned)


def _looks_at_instance(test: cst.BaseExpression) -> bool:
    return any(
        isinstance(one, cst.Name) and one.value in ("self", "hasattr", "isinstance") for one in descendants(test)
    )


def _lasting(machine: Evaluator, methods: Methods) -> set[str]:
    """The methods that may change the instance, by themselves or through others that they call."""
    sketches = {name: _sketch(machine, name, owner) for name, (owner, _) in methods.items()}
    found = {
        name for name, one in sketches.items() if one.lasting or builds(machine.project, methods[name][0].source, one)
    }
    todo = len(found)
    while todo:
        more = {name for name, one in sketches.items() if name not in found and not found.isdisjoint(one.called)}
        found |= more
        todo = len(more)
    return found


def builds(project: Project, source: Source | None, one: Sketch) -> bool:
    """May what was sketched, in a function of the file `source`, make a module or Parameter?"""
    return any(_may_be_module(project, source, callee) for callee in one.built)


def _may_be_module(project: Project, source: Source | None, callee: cst.BaseExpression) -> bool:
    """An instance of a class that is not known to be a module is not taken for one."""
    name = dotted(callee)
    refs = project.resolve(source, name) if name is not None and source is not None else ()
    return not refs or any(
        ref.name in PARAMETERS or ref.is_function() or project.is_module(ref) is Answer.YES for ref in refs
    )


def _sketch(machine: Evaluator, name: str, owner: Ref) -> Sketch:
    body = machine.body(owner)
    assert body is not None  # that is where the method was found
    return body.sketch(name)
