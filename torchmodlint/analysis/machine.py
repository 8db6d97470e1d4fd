"""The state that an evaluation carries: names in scope, attributes of the instance, and what has happened so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from torchmodlint.analysis.project import Ref, Source
from torchmodlint.analysis.spelling import misspells_requires_grad
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Closure,
    Container,
    Nothing,
    Opaque,
    Reference,
    SelfValue,
    Tensor,
    Value,
    either,
    empty,
)

if TYPE_CHECKING:
    from torchmodlint.analysis.definitions import ClassBody, Definitions
    from torchmodlint.analysis.trees import Trees

NO, MAYBE, YES = "no", "maybe", "yes"
DEPTH = 6  # calls followed into each other
FLAGS = frozenset({"requires_grad", "training"})  # attributes of tensors and modules that rules want to see set
STEPS = 60_000  # expressions evaluated for one class or function: real ones need a few thousand

Path = tuple[tuple[int, int], ...]  # the branches taken: (statement, arm)


@dataclass(eq=False, slots=True)
class Event:
    """Something that happened to the instance, or in a call, in the order of evaluation.

    kind     bind       `self.name = value`, `statement` the assignment
             grow       a value put into the container or module that `self.name` holds
             register   register_buffer/parameter/module, add_module, setattr; `name` is None where it is not constant
             init       an initialiser of a base runs; `ref` is the class it belongs to, None when not known
             reset      the initialiser of nn.Module, or of a library's module, has emptied the registers
             forward    `value.forward(…)`
             repeat     one module `value` at several positions of a container
             nested     a plain container `value` inside a registering one
             delete     `del self.name`
             idle       `value.eval` or `value.train` as a statement
             hold       `value` goes to an initialiser out of sight, which may keep it
             set        `value.name = given` on something else than the instance, for the names that `is_flag` knows
             mode       `value.eval()`, `value.train(given)`, by the name `how`
    """

    kind: str
    node: cst.CSTNode
    statement: cst.CSTNode
    owner: Ref | None
    method: cst.FunctionDef | None
    path: Path
    initialised: str
    value: Value = UNKNOWN
    name: str | None = None
    how: str = ""
    ref: Ref | None = None
    chosen: bool = False  # it happens under a condition, and to an object that has a name
    root: str = ""  # the method that was entered from outside
    given: Value = UNKNOWN


@dataclass(eq=False)
class Frame:
    """One function being evaluated. `attrs` are the current values of the instance's attributes, shared by calls."""

    source: Source
    env: dict[str, Value]
    attrs: dict[str, Value]
    owner: Ref | None = None  # the class whose body holds the function
    method: cst.FunctionDef | None = None
    me: str | None = None  # the name of `self`
    live: bool = True
    init: str = NO
    path: Path = ()
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)  # how far initialisation was at every return
    statement: cst.CSTNode | None = None

    def fork(self) -> tuple[dict[str, Value], dict[str, Value], bool, str, Path]:
        return dict(self.env), dict(self.attrs), self.live, self.init, self.path

    def set(self, state: tuple[dict[str, Value], dict[str, Value], bool, str, Path]) -> None:
        env, attrs, self.live, self.init, self.path = state
        self.env = dict(env)  # the state may be returned to once more
        self.attrs.clear()
        self.attrs.update(attrs)

    def merge(self, states: list[tuple[dict[str, Value], dict[str, Value], bool, str, Path]], path: Path) -> None:
        """Continue where all the live ones of several paths meet."""
        live = [state for state in states if state[2]]
        if not live:
            self.set((*states[0][:2], False, states[0][3], path))
            return
        if len(live) == 1:
            self.set((*live[0][:4], path))
            return
        inits = {state[3] for state in live}
        init = inits.pop() if len(inits) == 1 else MAYBE
        self.set((_join([s[0] for s in live]), _join([s[1] for s in live]), True, init, path))


def _join(tables: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = tables
    joined = dict(first)
    for other in others:
        for name, value in other.items():
            known = joined.get(name)
            if known is not value:
                joined[name] = value if known is None else either(known, value)
    return joined


def is_flag(name: object) -> bool:
    """Do rules want to see an attribute of this name set on tensors and modules?"""
    return isinstance(name, str) and (name in FLAGS or misspells_requires_grad(name))


class Machine:
    """What every part of the evaluator shares. `cls` is the class of the instance, None for a plain function."""

    def __init__(self, trees: Trees, source: Source, cls: Ref | None, deep: bool) -> None:
        self.trees = trees
        self.project = trees.project
        self.cls = cls
        self.deep = deep
        self.unseen = False  # a base in another file was passed over
        self.lent = False  # the constructor has handed the instance to code out of sight
        self.events: list[Event] = []
        self.frame = Frame(source, {}, {})
        self.running: list[cst.CSTNode] = []
        self.ran: set[int] = set()  # the functions evaluated so far, by identity of their nodes
        self.closures: list[Closure] = []
        self.references: dict[tuple[Source, str], Value] = {}  # what names mean at module level of a file
        self.root = ""
        self.steps = 0
        self.forks = 0
        self.one_sided: set[int] = set()  # the `if`s of which one arm alone goes on
        self.tests: dict[int, cst.BaseExpression] = {}  # the condition of every `if` that a path goes through

    def evaluate(self, node: cst.BaseExpression) -> Value:
        raise NotImplementedError

    def bind(self, name: str, value: Value, node: cst.CSTNode) -> None:
        raise NotImplementedError

    def run_suite(self, body: cst.BaseSuite) -> None:
        raise NotImplementedError

    def definitions(self, source: Source) -> Definitions | None:
        return self.trees.definitions(source, self.deep)

    @cached_property
    def order(self) -> tuple[tuple[Ref, ...], bool]:
        """The class of the instance and its ancestors, nearest first; and whether none is out of sight."""
        if self.cls is None:
            return (), False
        ancestors, complete = self.project.ancestors(self.cls)
        return (self.cls, *ancestors), complete

    @cached_property
    def family(self) -> tuple[tuple[Ref, ClassBody | None], ...]:
        """Those of them that have source, each with what stands in it; None where that is passed over."""
        family = tuple((ref, self.body(ref)) for ref in self.order[0] if ref.source is not None)
        self.unseen = self.unseen or any(body is None for _, body in family)
        return family

    def body(self, ref: Ref) -> ClassBody | None:
        """What stands in a class; None where that is out of sight."""
        definitions = self.definitions(ref.source) if ref.source is not None else None
        return definitions.body(ref.name) if definitions is not None else None

    def emit(self, kind: str, node: cst.CSTNode, **more: object) -> None:
        frame = self.frame
        event = Event(kind, node, frame.statement or node, frame.owner, frame.method, frame.path, frame.init)
        event.root = self.root
        for name, value in more.items():
            setattr(event, name, value)
        self.events.append(event)

    def close(self, node: cst.FunctionDef | cst.Lambda) -> Closure:
        """An inner function, remembered so that it is evaluated even when nothing in sight calls it."""
        closure = Closure(node, self.frame.env)
        self.closures.append(closure)
        return closure

    def is_self(self, node: cst.BaseExpression) -> bool:
        # The type itself, here and wherever much is asked about, because isinstance() of what a node is not is slow.
        frame = self.frame
        if type(node) is not cst.Name or frame.me is None:
            return False
        return node.value == frame.me or type(frame.env.get(node.value)) is SelfValue  # under another name

    def is_super(self, node: cst.BaseExpression) -> bool:
        return type(node) is cst.Call and type(node.func) is cst.Name and node.func.value == "super"

    def reference(self, dotted: str) -> Value:
        """What the module or the builtins bind a name to."""
        key = (self.frame.source, dotted)
        value = self.references.get(key)
        if value is None:
            refs = self.project.resolve(*key)
            value = self.references[key] = either(*(Reference(ref) for ref in refs)) if refs else UNKNOWN
        return value

    @contextmanager
    def calling(self, frame: Frame, node: cst.CSTNode) -> Iterator[None]:
        """Run in `frame`; what initialisation it reached is carried back to the caller of the same instance."""
        outer, self.frame = self.frame, frame
        self.running.append(node)
        self.ran.add(id(node))
        try:
            yield
        finally:
            self.running.pop()
            self.frame = outer

    def may_call(self, node: cst.CSTNode) -> bool:
        return len(self.running) < DEPTH and not any(node is one for one in self.running) and self.steps < STEPS

    def require_grad(self, tensor: Tensor) -> None:
        """Gradients of a tensor are asked for, in the constructor or by a method that runs later.

        What was made from something unknown may be computed from a Parameter, and require grad by that.
        """
        if not tensor.grad:
            computed = not (tensor.fresh or tensor.given)
            tensor.later = computed or (self.cls is not None and self.root != "__init__")
        tensor.grad = True

    def lend_self(self, values: list[Value]) -> None:
        """The instance goes to code out of sight, which may initialise it."""
        if any(isinstance(value, SelfValue) for value in values):
            self.frame.init = YES
            self.lent = self.lent or self.root == "__init__"

    @staticmethod
    def keep(values: list[Value]) -> Value:
        """The result of a call that is not understood: unknown, and it may keep what it was given."""
        kept = tuple(value for value in values if not isinstance(value, (Reference, Argument)) and not empty(value))
        return Opaque(kept) if kept else UNKNOWN


def result(frame: Frame) -> Value:
    """What a call of the function that ran in `frame` gives: a generator when it yields, else what it returned."""
    if frame.yields:
        return Container("generator", frame.yields)
    return either(*frame.returns) if frame.returns else Nothing()


def exclusive(first: Event, second: Event) -> bool:
    """Do the two lie in different branches of one statement, so that no run meets both?"""
    arms = dict(first.path)
    return any(mark in arms and arms[mark] != arm for mark, arm in second.path)


def declines(register: Event, other: Event) -> bool:
    """Does `register` only say, on another path than `other`, that there is nothing under the name?"""
    return isinstance(register.value, Nothing) and exclusive(register, other)
