"""Where code is entered: at module level, by functions, by methods of a class after its constructor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from torchmodlint.analysis.definitions import ClassBody, Definitions, first_parameter, is_static
from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.machine import IN_ALL, STEPS, Backward, Frame, Given, TooMuchError
from torchmodlint.analysis.flow.statements import Statements
from torchmodlint.analysis.flow.things import (
    EVAL,
    GIVEN,
    OFF,
    ON,
    UNKNOWN,
    Const,
    Grad,
    Setting,
    Some,
    Thing,
    Use,
    Value,
)
from torchmodlint.analysis.flow.world import World
from torchmodlint.analysis.project import Answer, Project, Ref, Source
from torchmodlint.analysis.torch_names import MODULE_API, TENSOR_METHODS
from torchmodlint.analysis.tree import everything
from torchmodlint.analysis.trees import Trees

# Calls of these are what the rules are about: a function without any of them is no entry point, unless it calls one.
EVENTS = frozenset(
    {"eval", "backward", "manual_backward", "grad", "load_state_dict", "load_from_checkpoint", "create_model"}
)
COMMON = MODULE_API | TENSOR_METHODS | {"load", "step", "run", "get", "update"}  # methods of too many things
CALLERS = 3  # levels of callers of such a function that are entry points too


@dataclass(eq=False)
class Entry:
    """What was seen from one entry point on: calls of models in order, requests for gradients.

    `touched` are the things whose mode something changes or may change, `optimised` those whose parameters are handed
    to something else, as to an optimizer.
    """

    uses: list[Use]
    backwards: list[Backward]
    touched: set[Thing]
    optimised: set[Thing]

    @cached_property
    def trained(self) -> set[Thing]:
        """The things that a gradient was asked for, or may have been."""
        return {thing for use in self.uses if use.trained for thing in use.things}


@dataclass(eq=False)
class Flow:
    """Everything that was seen in one file.

    `shared` are the things that instances of a class keep between calls of methods. `lent` says that models went to
    helpers in other files, which were not read; `elsewhere` which went to files with what words (see `libraries`).
    """

    entries: list[Entry] = field(default_factory=list)
    shared: set[Thing] = field(default_factory=set)
    lent: bool = False
    elsewhere: dict[str, set[Thing]] = field(default_factory=dict)

    def uses(self) -> Iterator[Use]:
        for entry in self.entries:
            yield from entry.uses


def follow(trees: Trees, source: Source, tree: cst.Module, definitions: Definitions, *, deep: bool) -> Flow:
    """The flow of one file; with `deep`, helpers in other files are read, otherwise taken to change nothing."""
    return _Follower(trees, source, tree, definitions, deep=deep).flow()


class _Follower:
    def __init__(self, trees: Trees, source: Source, tree: cst.Module, definitions: Definitions, *, deep: bool) -> None:
        self.trees = trees
        self.project: Project = trees.project
        self.source = source
        self.tree = tree
        self.definitions = definitions
        self.deep = deep
        self.found = Flow()
        self.outer: dict[str, Value] = {}
        self.base = World().grads
        self.spent = 0
        self.names = {id(function): Names.of(function) for function in definitions.functions.values()}

    def flow(self) -> Flow:
        machine = self._machine()
        wanted = self._concerned(self._events(machine))
        machine.world.grads = frozenset({Grad(ON)})
        if self._run(machine, lambda: machine.run_suite(self.tree)):
            self.outer = machine.frame.env
        if any(grad.kind != ON for grad in machine.world.grads):
            self.base = frozenset({Grad(UNKNOWN)})  # switched off for the whole program
        for name, function in self.definitions.functions.items():
            if id(function) in wanted and "." not in name:
                self._function(function)
        for name in self.definitions.classes:
            body = self.definitions.body(name)
            if body is not None and any(id(method) in wanted for method in body.methods.values()):
                self._class(Ref(self.source, name), body, wanted)
        return self.found

    def _events(self, machine: Statements) -> frozenset[str]:
        """The names whose calls are events: also those of helpers in files that hold some."""
        events = set(EVENTS)
        if any(zoo in self.source.text for zoo in libraries.ZOOS):
            events |= {"pretrained", "weights"}
        for name, bindings in self.source.outline.bindings.items():
            if any(one.kind == "import" for one in bindings):
                refs = self.project.resolve(self.source, name)
                for source in (ref.source for ref in refs if ref.source is not None and ref.class_line() is None):
                    if machine.hints(source).intersection(libraries.WORDS):  # a function, or a module of functions
                        events |= {name, *source.outline.bindings}
        return frozenset(events)

    def _concerned(self, events: frozenset[str]) -> set[int]:
        """The functions and methods in which an event stands, and their callers, by the identity of their nodes."""
        functions = self.definitions.functions.values()
        found = {id(one) for one in functions if self.names[id(one)].called & events}
        for _ in range(CALLERS):
            told = {one.name.value for one in functions if id(one) in found}
            found |= {key for key, names in self.names.items() if names.own & told}
        return found

    def _machine(self) -> Statements:
        machine = Statements(self.trees, self.source, self.deep)
        machine.words = {key: names.words for key, names in self.names.items()}
        return machine

    def _run(self, machine: Statements, run: Callable[[], None]) -> bool:
        """Run one entry point; what it saw counts only when it was seen to the end."""
        machine.limit = max(STEPS // 10, min(STEPS, IN_ALL - self.spent))
        try:
            run()
        except (TooMuchError, RecursionError):
            machine.world = World()
            return False
        finally:
            self.spent += machine.steps
        self.found.entries.append(Entry(machine.uses, machine.backwards, machine.touched, machine.optimised))
        self.found.lent = self.found.lent or machine.lent
        for word, things in machine.elsewhere.items():
            self.found.elsewhere.setdefault(word, set()).update(things)
        return True

    def _function(self, function: cst.FunctionDef) -> None:
        machine = self._machine()
        machine.world.grads = self.base
        self._lend_globals(machine)
        frame = Frame(self.source, {}, function, outer=self.outer)
        self._enter(machine, frame, function, 0)

    def _lend_globals(self, machine: Statements) -> None:
        """Models at module level are in a mode that whoever calls the function has given them."""
        things = [thing for value in self.outer.values() if isinstance(value, Some) for thing in value.things]
        world = machine.world
        world.modes = {**world.modes, **dict.fromkeys(things, frozenset({Setting(UNKNOWN)}))}

    def _enter(self, machine: Statements, frame: Frame, function: cst.FunctionDef, skip: int) -> bool:
        machine.frame = frame
        machine.functions = (function,)

        def run() -> None:
            machine.bind(function.params, Given(), skip)
            machine.decorate(function)
            machine.run_suite(function.body)

        return self._run(machine, run)

    def _class(self, cls: Ref, body: ClassBody, wanted: set[int]) -> None:
        """`__init__` first; every other method finds what it has left."""
        answer = self.project.is_module(cls)
        me = Thing(GIVEN, None, cls, owner=True)
        world = World()
        world.grads = self.base
        start = body.methods.get("__init__")
        if start is not None:
            machine = self._machine()
            machine.world = world
            if self._method(machine, cls, me, start):
                world = machine.state()[1]
                # What is a constant there may be another one when a method runs.
                world.heap = {key: value for key, value in world.heap.items() if not isinstance(value, Const)}
                if world.grads != self.base:  # switched for whatever comes after
                    world.grads = frozenset({Grad(UNKNOWN)})
        self.found.shared |= world.below(me)
        if answer is not Answer.NO or not self.project.ancestors(cls)[1]:
            # Whoever holds the instance, or a base out of sight, sets the mode.
            world.modes = {**world.modes, **dict.fromkeys(world.below(me), frozenset({Setting(GIVEN)}))}
        lightning = any(one.source is None and one.name.startswith(libraries.LIGHTNING) for one in self._line(cls))
        # What a constructor has loaded or put in a mode may be called by any method of a class that keeps it.
        everything = answer is Answer.NO and start is not None and id(start) in wanted
        for name, method in body.methods.items():
            if name == "__init__" or not (everything or id(method) in wanted):
                continue
            machine = self._machine()
            machine.world = world.copy()
            if lightning and name in libraries.HOOKS_IN_EVAL:
                machine.world.set_mode(me, frozenset({Setting(EVAL)}))
                machine.world.grads = frozenset({Grad(OFF)})
            self._method(machine, cls, me, method)

    def _line(self, cls: Ref) -> tuple[Ref, ...]:
        return (cls, *self.project.ancestors(cls)[0])

    def _method(self, machine: Statements, cls: Ref, me: Thing, method: cst.FunctionDef) -> bool:
        self._lend_globals(machine)
        frame = Frame(self.source, {}, method, cls, outer=self.outer)
        skip = 0
        name = first_parameter(method)
        if not is_static(method) and name is not None:
            frame.me = name
            frame.env[name] = Some((me,))
            skip = 1
        return self._enter(machine, frame, method, skip)


@dataclass(frozen=True)
class Names:
    """The names in a function: all of them; those of what it calls, with keywords; of what may be the project's own."""

    words: set[str]
    called: set[str]
    own: set[str]

    @classmethod
    def of(cls, function: cst.FunctionDef) -> Names:
        found = cls(set(), set(), set())
        me = first_parameter(function)
        for one in everything(function):
            # The type itself, because isinstance() of what a node is not is slow.
            if type(one) is cst.Name:
                found.words.add(one.value)
            elif type(one) is cst.Arg:
                if one.keyword is not None:
                    found.called.add(one.keyword.value)
            elif type(one) is cst.Call:
                found._call(one, me)
        return found

    def _call(self, node: cst.Call, me: str | None) -> None:
        func = node.func
        if isinstance(func, cst.Name):
            self.called.add(func.value)
            self.own.add(func.value)
        elif isinstance(func, cst.Attribute):
            name = func.attr.value
            self.called.add("eval" if name == "train" and node.args else name)  # train(False) is an eval()
            if name not in COMMON or (isinstance(func.value, cst.Name) and func.value.value == me):
                self.own.add(name)
