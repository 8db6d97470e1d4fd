"""What every part of the flow shares: the frame of the function being run, the world, and what was noted on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from torchmodlint.analysis.flow.libraries import HINTS, only_looks
from torchmodlint.analysis.flow.things import (
    NEW,
    NOTHING,
    OFF,
    UNKNOWN,
    Computed,
    Function,
    Grad,
    Guard,
    Load,
    Named,
    Round,
    Setting,
    Some,
    Thing,
    Use,
    Value,
    functions_in,
    mixed,
    things_in,
)
from torchmodlint.analysis.flow.world import World, join, merge
from torchmodlint.analysis.project import Ref, Source
from torchmodlint.analysis.trees import Trees

STEPS = 20_000  # expressions for one entry point, rounds of loops and helpers included
IN_ALL = 80_000  # for all entry points of a file; later ones get less
DEPTH = 4  # helpers in helpers

State = tuple[dict[str, Value], World]


class TooMuchError(Exception):
    """An entry point with more paths than are worth following: nothing is said about it."""


@dataclass(eq=False)
class Loop:
    """The innermost loop of a frame: where the paths that leave a round early go on."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)


@dataclass(eq=False)
class Frame:
    """One function under evaluation; `function` is None at module level, `me` the name of its `self`."""

    source: Source
    env: dict[str, Value]
    function: cst.FunctionDef | None = None
    owner: Ref | None = None
    me: str | None = None
    outer: dict[str, Value] | None = None  # the names of the module, where it is under evaluation too
    live: bool = True
    returns: list[Value] = field(default_factory=list)
    exits: list[State] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    finals: list[cst.BaseSuite] = field(default_factory=list)
    body: cst.With | None = None  # the with-block that runs where a context manager's function yields


@dataclass(frozen=True)
class Backward:
    """A request for gradients: of what, whether they were recorded at that moment, and after which open conditions."""

    site: cst.CSTNode
    node: cst.Call
    result: Computed
    grads: frozenset[Grad]
    conditions: tuple[int, ...]


class Machine:
    """`main` is the file that is linted; `deep` says whether helpers in other files are read."""

    def __init__(self, trees: Trees, main: Source, deep: bool) -> None:
        self.trees = trees
        self.project = trees.project
        self.main = main
        self.deep = deep
        self.frame = Frame(main, {})
        self.world = World()
        self.uses: list[Use] = []
        self.backwards: list[Backward] = []
        self.chain: tuple[cst.CSTNode, ...] = ()
        self.functions: tuple[cst.FunctionDef, ...] = ()
        self.rounds: tuple[Round, ...] = ()
        self.site: cst.CSTNode | None = None  # the call in the linted file by which that of another one was reached
        self.steps = 0
        self.limit = STEPS
        self.lent = False  # a model went to a helper in another file that was not read
        self.elsewhere: dict[str, set[Thing]] = {}
        self.touched: set[Thing] = set()  # those whose mode anything in sight has changed
        self.models: set[Thing] = set()  # those that were treated as models
        self.optimised: set[Thing] = set()  # those whose parameters were handed on
        self.parts: dict[tuple[Thing, str], Thing] = {}
        self.named: dict[tuple[Source, str], Value] = {}
        self.guards: tuple[Guard, ...] = ()
        self.conditions: tuple[int, ...] = ()  # when those were met that decide whether what runs now runs at all
        self.handling = 0  # `except` suites around what runs
        self.suspicious = False  # an input asks for its gradient
        self.calling: dict[int, bool] = {}  # expressions, by identity: is there a call in it
        self.words: dict[int, set[str]] = {}  # the names in functions of the linted file
        self.pending: list[Callable[[Value], None]] = []  # with-blocks that wait for their managers' `yield`

    def evaluate(self, node: cst.BaseExpression) -> Value:
        raise NotImplementedError

    def assign(self, target: cst.BaseExpression, value: Value) -> None:
        raise NotImplementedError

    def run_suite(self, body: cst.BaseSuite | cst.Module) -> None:
        raise NotImplementedError

    def run_function(self, function: Function, given: Given, node: cst.Call | None = None) -> Value:
        raise NotImplementedError

    def here(self, node: cst.CSTNode) -> cst.CSTNode:
        """`node`, or the call in the linted file that led to it."""
        return node if self.frame.source is self.main or self.site is None else self.site

    # states and paths

    def state(self) -> State:
        return dict(self.frame.env), self.world.copy()

    def ends(self) -> list[State]:
        """The state here, if the path still goes on."""
        return [self.state()] if self.frame.live else []

    def restore(self, state: State) -> None:
        self.frame.env, self.world = dict(state[0]), state[1].copy()

    def meet(self, states: Sequence[State]) -> None:
        """Continue where these paths meet; nothing goes on where there is none."""
        self.frame.live = bool(states)
        if len(states) == 1:
            self.restore(states[0])
        elif states:
            self.frame.env = dict(merge([env for env, _ in states]))
            self.world = join([world for _, world in states])

    # parts and modes of things

    def part(self, thing: Thing, name: str, *, whole: bool = False, part: bool = False) -> Thing:
        """The attribute or element of that name, the same one whenever it is asked for."""
        key = (thing, name)
        if key not in self.parts:
            self.parts[key] = Thing(parent=thing, whole=whole, part=part)
        return self.parts[key]

    def set_mode(self, things: Iterable[Thing], kind: str, node: cst.CSTNode) -> None:
        function = self.functions[-1] if self.functions else None
        setting = Setting(kind, self.here(node), function, self.chain, self.guards, self.steps)
        for thing in things:
            if thing.part and thing.parent is not None:  # some layers, and who knows which
                thing, setting = thing.parent, replace(setting, kind=UNKNOWN)
            self.world.set_mode(thing, frozenset({setting}))
            self.touched.add(thing)

    def lose(self, values: Iterable[Value], node: cst.CSTNode) -> None:
        """The values go to code out of sight, which may do anything to the models among them."""
        things = things_in(*values)
        self.hand_on(things)
        self.set_mode([thing for thing in things if not thing.part], UNKNOWN, node)

    def hand_on(self, things: Iterable[Thing]) -> None:
        """The parameters among the things go to something that may optimise them."""
        self.optimised.update(thing.parent for thing in things if thing.part and thing.parent is not None)

    def hints(self, source: Source) -> frozenset[str]:
        """Which of the telling words stand in a file."""
        source.note()
        known = self.trees.hints
        if source not in known:
            text = source.unnoted()
            known[source] = frozenset(word for word in HINTS if word in text)
        return known[source]

    def lend(self, things: Sequence[Thing]) -> None:
        """The things go to code in another file, which is not read this time."""
        self.lent = self.lent or bool(things)

    def is_model(self, thing: Thing) -> bool:
        """Has it been treated as a model, or built as one?"""
        return thing in self.models or thing.start == NEW

    # calls and gradients

    def use(self, node: cst.Call, things: Sequence[Thing], args: Sequence[Value], *, direct: bool = True) -> Value:
        """A call of models; what comes out depends on them and on everything that went in."""
        world = self.world
        went_in = mixed(*args)
        use = Use(
            node,
            self.here(node),
            tuple(things),
            world.mode_of(tuple(things)),
            world.grads,
            frozenset[Load]().union(*(world.loaded(thing) for thing in things)),
            self.rounds,
            self.chain,
            self.functions,
            direct,
            dummy=went_in.dummy,
            frozen=all(world.is_frozen(thing) for thing in things),
            unsure=self.suspicious,
            rescue=self.handling > 0,
            at=self.steps,
            guards=self.guards,
        )
        for before in went_in.live if len(args) == 1 else ():
            before.passed = True
        self.uses.append(use)
        self.models.update(things)
        if all(grad.kind == OFF for grad in world.grads):
            return Computed(frozenset(), went_in.uses | {use})
        return Computed(went_in.live | {use}, went_in.dead)

    def back(self, node: cst.Call, result: Value) -> None:
        """Gradients of `result` are asked for."""
        graph = mixed(result)
        site = self.here(node)
        self.backwards.append(Backward(site, node, graph, self.world.grads, self.conditions))
        for use in graph.live:
            use.backward = use.backward or site
        for use in graph.dead:
            use.fed = True
        if not graph.uses:
            self.suspect()

    def suspect(self, *, lasting: bool = False) -> None:
        """Something asks for gradients, nobody knows of what: of any call so far or, with `lasting`, to come."""
        self.suspicious = self.suspicious or lasting
        for use in self.uses:
            use.unsure = True

    def release(self, value: Value) -> None:
        """The value outlives what is in sight: its graph may be used there."""
        for use in mixed(value).live:
            use.escapes = True

    def out_of_sight(self, node: cst.Call, given: Given, name: str = "") -> Value:
        """A call of something unknown: it may run the functions and change the models that it is given."""
        values = given.all()
        for function in functions_in(*values):
            self.release(self.run_function(function, Given([NOTHING] * 8)))
        result = mixed(*values)
        if "backward" in name:
            self.back(node, result)
        if not only_looks(name or called_name(node)):
            self.lose(values, node)
        if result.uses:
            return replace(result, dummy=False)  # what it looks up need not be like what it is given
        return Some((Thing(UNKNOWN, holds=tuple(one for one in things_in(*values) if not one.part)),))

    def resolve(self, dotted: str) -> Value:
        """What a dotted name means at module level of the current file."""
        key = (self.frame.source, dotted)
        if key not in self.named:
            refs = self.project.resolve(*key)
            # Of several candidates, as after `try: from torch.amp import autocast`, any library's stands for all.
            clear = len(refs) == 1 or (refs and all(ref.source is None for ref in refs))
            self.named[key] = Named(refs[0]) if clear else NOTHING
        return self.named[key]


@dataclass(eq=False, slots=True)
class Given:
    """The arguments of a call; `spread` when `*args` or `**kwargs` may carry more."""

    values: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    spread: bool = False

    def all(self) -> list[Value]:
        return [*self.values, *self.keywords.values()]

    def get(self, position: int, name: str) -> Value | None:
        if name in self.keywords:
            return self.keywords[name]
        return self.values[position] if 0 <= position < len(self.values) else None


def called_name(node: cst.Call) -> str:
    """The last name of what is called, "" for other expressions."""
    func = node.func
    return func.attr.value if type(func) is cst.Attribute else func.value if type(func) is cst.Name else ""
