"""Random programs about modes and gradients, run by Python itself with models that note down how they are called."""

from __future__ import annotations

import contextlib
import random
import types
from collections import defaultdict
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

HEAD = """
import contextlib
import torch

def boom(sign):
    if sign:
        raise ValueError

def evaluate(m):
    m.eval()
    return m

def train(m, flag):
    if flag():
        return None
    m.train()
    return m

@torch.no_grad()
def quiet(m):
    m.eval()
    return m(1000)

def put_back(m):
    was = m.training
    m.eval()
    m(1001)
    m.train(was)

@contextlib.contextmanager
def evaluating(m):
    m.eval()
    yield m
    m.train()

@contextlib.contextmanager
def safely(m):
    was = m.training
    m.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        m.train(was)

class Box:
    def __init__(self, m):
        self.m = m

    def ready(self):
        self.m.eval()
        return self

    def other(self, m):
        self.m = m
        return self

    @staticmethod
    def prepare(m):
        m.train()
        return m
"""

NAMES = ("a", "b", "c")
PLAIN = [
    "{m}({tag})",
    "{m}({tag})",
    "{m}({tag})",
    "{m}.eval()",
    "{m}.train()",
    "{m}.train(False)",
    "{m}.train(mode=flag())",
    "was = {m}.training; {n}.eval(); {m}({tag}); {m}.train(was)",
    "{m}.train() if flag() else {n}.eval()",
    "flag() and {m}.eval()",
    "flag() or {m}.train()",
    "run = lambda: {m}({tag}); {m}.eval(); run()",
    "[one({tag}) for one in ({m}, {n})]",
    "evaluate({m})({tag})",
    "train({m}, flag)",
    "quiet({m})",
    "put_back({m})",
    "Box({m}).ready().m({tag})",
    "box = Box({m}); box.other({n}).ready(); {m}({tag})",
    "Box.prepare({m})({tag})",
    "pair = {{'x': {m}, 'y': {n}}}; pair['x'].eval(); pair['y']({tag})",
    "models = [{m}]; models.append({n}); models[-1]({tag})",
    "torch.set_grad_enabled(False)",
    "torch.set_grad_enabled(True)",
    "torch.set_grad_enabled(flag())",
    "boom(flag())",
]
# What these do to names is only said at the outermost level: a name that means one thing or another is another matter.
RENAMING = [
    "{m} = {n}",
    "{m}, {n} = {n}, {m}",
    "{m} = {n}.eval()",
    "del {m}; {m} = {n}",
    "({m} := {n}).eval()",
    "[one.train() for one in ({m}, {n})]",
]
LEAVING = ["break", "continue", "return {m}({tag})", "raise ValueError", "return"]
# Nothing is called in these, and nothing goes on after an exception: where exactly it left the body is not followed.
AT_LAST = ["{m}.eval()", "{m}.train(); {n}.eval()", "torch.set_grad_enabled(True)"]
HEADS = [
    "if flag():",
    "if flag() and not flag():",
    "for _ in two:",
    "with torch.no_grad():",
    "with torch.enable_grad():",
    "with torch.inference_mode(), evaluating({m}):",
    "with torch.set_grad_enabled(flag()):",
    "with evaluating({m}) as d:",
    "with safely({m}):",
    "try:",
    "def inner():",
    "@torch.no_grad()\ndef inner():",
    "match flag():",
]


@st.composite
def suites(draw: st.DrawFn, depth: int = 0, looping: bool = False, inner: bool = False) -> list[str]:
    """The lines of a suite; a tag of 0 stands where a number is put in later."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4 if depth else 6))):
        m, n = draw(st.permutations(NAMES))[:2]
        kind = draw(st.integers(0, 9))
        if kind < 4 and depth < 4:
            heads = [head for head in HEADS if "def" not in head or not inner]
            head = draw(st.sampled_from(heads))
            function = "def" in head
            body = draw(suites(depth + 1, (looping and not function) or "for" in head, inner or function))
            if function:
                body = ["nonlocal a, b, c", *body]
            if head.startswith("match"):
                body = ["case True:", *_indented(body)]
            lines += [*head.format(m=m, n=n).split("\n"), *_indented(body)]
            if head == "try:":
                if draw(st.booleans()):
                    lines += ["except ValueError:", "    return"]
                    if draw(st.booleans()):
                        lines += ["else:", *_indented(draw(suites(4, looping, inner)))]
                    final = draw(st.booleans())
                else:
                    final = True
                if final:
                    lines += ["finally:", *_indented(draw(st.sampled_from(AT_LAST)).format(m=m, n=n).split("; "))]
            if function:
                lines.append("inner()")
        elif kind == 4 and depth < 5 and (looping or not inner):
            leave = draw(st.sampled_from(LEAVING if looping else LEAVING[2:]))
            lines += ["if flag():", f"    {leave.format(m=m, tag=0)}"]
        else:
            lines += draw(st.sampled_from(PLAIN if depth else PLAIN + RENAMING)).format(m=m, n=n, tag=0).split("; ")
    return lines


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def program(lines: list[str]) -> str:
    """The text of a program, each call of a model with a number of its own."""
    parts = "\n".join(_indented(lines)).split("(0)")
    body = parts[0] + "".join(f"({number}){part}" for number, part in enumerate(parts[1:], start=1))
    return f"{HEAD}\ndef f(a, b, c, flag, two):\n{body}\n    a.eval()\n    a(999)\n"


class Model:
    """Notes the mode and the state of gradients at each call, by the number it is called with."""

    def __init__(self, torch: Torch, told: dict[int, set[tuple[str, str]]]) -> None:
        self.torch = torch
        self.told = told
        self.mode = "given"

    @property
    def training(self) -> str:
        """The mode it is in, false for that of prediction, so that what was `given` can be told when it comes back."""
        return "" if self.mode == "eval" else self.mode

    def train(self, mode: bool | str = True) -> Model:
        self.mode = (mode if isinstance(mode, str) else "train") if mode else "eval"
        return self

    def eval(self) -> Model:
        return self.train(False)

    def __call__(self, tag: int) -> Model:
        self.told[tag].add((self.mode, self.torch.kind))
        return self


class Torch(types.SimpleNamespace):
    """As much of torch as the programs use."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = "caller"

    @contextlib.contextmanager
    def _switched(self, kind: str) -> Iterator[None]:
        before, self.kind = self.kind, kind
        try:
            yield
        finally:
            self.kind = before

    def no_grad(self) -> contextlib.AbstractContextManager[None]:
        return self._switched("off")

    def inference_mode(self) -> contextlib.AbstractContextManager[None]:
        return self._switched("off")

    def enable_grad(self) -> contextlib.AbstractContextManager[None]:
        return self._switched("on")

    def set_grad_enabled(self, mode: bool) -> contextlib.AbstractContextManager[None]:
        before, self.kind = self.kind, "on" if mode else "off"

        @contextlib.contextmanager
        def manager() -> Iterator[None]:
            try:
                yield
            finally:
                self.kind = before

        return manager()


def observed(text: str, runs: int) -> dict[int, set[tuple[str, str]]]:
    """By the number of the call, the modes and states of gradients that runs of the program have come to."""
    told: dict[int, set[tuple[str, str]]] = defaultdict(set)
    code = compile(text.replace("import torch\n", ""), "program", "exec")
    for seed in range(runs):
        chance = random.Random(seed)
        torch = Torch()
        names: dict[str, object] = {"torch": torch}
        exec(code, names)
        models = [Model(torch, told) for _ in NAMES]
        function = names["f"]
        assert isinstance(function, types.FunctionType)
        with contextlib.suppress(ValueError, UnboundLocalError, NameError):
            function(*models, _coin(chance), [0, 1])
    return told


def _coin(chance: random.Random) -> Callable[[], bool]:
    return lambda: chance.random() < 0.5
