"""Whatever code it is given, the flow answers, in bounded time, and the same every time."""

from __future__ import annotations

import random
import time
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.flows import HEAD, PARAMETERS, facts_of, flow_of, gradients, modes, trained
from tests.analysis.sources import AWKWARD, ZOO, parsed, real_files
from torchmodlint.analysis.flow.entries import Flow
from torchmodlint.analysis.flow.machine import STEPS
from torchmodlint.analysis.project import Project
from torchmodlint.engine.lint import lint
from torchmodlint.engine.registry import all_rules

SIMPLE = [
    "model.eval()",
    "model.train()",
    "model.train(flag)",
    "other = model",
    "model, other = other, model",
    "model = copy.deepcopy(other)",
    "model = nn.DataParallel(model)",
    "loader = [model, other, *loader]",
    "loader.append(model(x))",
    "x = {'a': model, **y}",
    "x = model(x)",
    "y += other(x).mean()",
    "x = y = model",
    "x.part = model",
    "x[y] = other(x)",
    "x = x.part",
    "x = x[y]",
    "y = x.pop()",
    "y.backward()",
    "torch.autograd.grad(x, y)",
    "model.load_state_dict(torch.load(y))",
    "model.requires_grad_(flag)",
    "torch.set_grad_enabled(flag)",
    "torch.set_grad_enabled(False)",
    "x = [unknown(one) for one in loader]",
    "f = lambda a: f(model(a))",
    "x = helper(model, y)",
    "x = (yield model)",
    "model.apply(f)",
    "unknown(model, x)",
    "x = Box(model).go(y)",
    "del model",
    "global model",
    "return x",
    "raise ValueError(x)",
    "break",
    "continue",
    "pass",
]
COMPOUND = [
    "if flag:",
    "if model.training:",
    "for x in loader:",
    "for model in (model, other):",
    "while flag:",
    "while (x := unknown(model)):",
    "with torch.no_grad():",
    "with torch.enable_grad(), torch.no_grad():",
    "with manager(model) as x:",
    "with unknown as (model, x):",
    "def f(a, *b, c=model, **d):",
    "@torch.no_grad()\ndef f(model):",
    "class Inner:",
    "try:",
    "match model:",
]
FRAME = """
@contextlib.contextmanager
def manager(m):
    m.eval()
    yield m
    m.train()

def helper(m, v):
    m.eval()
    return helper(v, m) if v else m(v)

class Box:
    def __init__(self, m):
        self.m = m

    def go(self, v):
        self.m.train()
        return self.go(self.m(v))
"""


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0, looping: bool = False) -> list[str]:
    """The lines of a suite."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        if depth < 4 and draw(st.booleans()):
            head = draw(st.sampled_from(COMPOUND))
            inside = (looping or head.startswith(("for", "while"))) and "def " not in head and "class" not in head
            body = draw(blocks(depth + 1, inside))
            if head.startswith("match"):
                body = ["case x:", *(f"    {line}" for line in body)]
            lines += [*head.split("\n"), *(f"    {line}" for line in body)]
            if head == "try:":
                lines += ["except ValueError:", *(f"    {line}" for line in draw(blocks(4, looping)))]
                lines += ["finally:", *(f"    {line}" for line in draw(blocks(4, False)))]
        else:
            simple = draw(st.sampled_from(SIMPLE))
            lines.append(simple if looping or simple not in ("break", "continue") else "pass")
    return lines


def _program(lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"{HEAD}{FRAME}\ndef f({PARAMETERS}):\n    f = unknown\n{body}\n    model.eval()\n"


def _told(flow: Flow) -> list[object]:
    return [(modes(entry.uses), gradients(entry.uses), trained(entry.uses)) for entry in flow.entries]


@pytest.mark.thorough
@given(blocks())
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_random_programs(lines: list[str]) -> None:
    text = _program(lines)
    first = flow_of(text)
    assert _told(first) == _told(flow_of(text))
    assert all(use.settings and use.grads and use.things for use in first.uses())


@pytest.mark.parametrize("text", [ZOO, *AWKWARD.values()], ids=lambda text: text[:20])
def test_every_kind_of_syntax(text: str) -> None:
    events = "\nmodel.eval()\nloss.backward()\nmodel.load_state_dict(x)\n"
    parsed(text)
    flow_of(text)
    if not text.endswith("pass"):
        flow_of(text.replace("\r\n", "\n").replace("\r", "\n") + events)


@pytest.mark.thorough
def test_files_written_for_other_purposes() -> None:
    for file in real_files():
        facts = facts_of(file.read_text("utf-8"))
        assert isinstance(facts.flow, Flow)


def _nested_loops(depth: int) -> str:
    lines = [f"{'    ' * (at + 1)}for x{at} in loader:" for at in range(depth)]
    return "\n".join([*lines, f"{'    ' * (depth + 1)}model(x0)", f"{'    ' * (depth + 1)}model.eval()"])


HEAVY = {
    "loops in loops": f"def f(model, loader):\n{_nested_loops(18)}\n",
    "branches in a row": "def f(model, x):\n" + "    if x:\n        model.eval()\n" * 400 + "    model(x)\n",
    "branches in branches": "def f(model, x):\n"
    + "".join(f"{'    ' * at}    if x:\n{'    ' * at}        model.eval()\n" for at in range(20))
    + "    model(x)\n",
    "helpers in helpers": "".join(
        f"def f{at}(model, x):\n    model.eval()\n" + f"    f{at + 1}(model, x)\n" * 6 for at in range(12)
    )
    + "def f12(model, x):\n    model(x)\n",
    "everybody calls everybody": "".join(
        f"def f{at}(model):\n    model.eval()\n" + "".join(f"    f{other}(model)\n" for other in range(12))
        for at in range(12)
    ),
    "methods call each other": "class C:\n    def __init__(self, m):\n        self.m = m\n"
    + "".join(
        f"    def f{at}(self):\n        self.m.eval()\n" + "".join(f"        self.f{other}()\n" for other in range(12))
        for at in range(12)
    ),
    "comprehension in comprehension": "def f(model, x):\n    model.eval()\n    return "
    + "[" * 15
    + "model(x)"
    + " for x in x]" * 15
    + "\n",
    "a list in itself": "def f(model, xs):\n    model.eval()\n"
    + "    for x in xs:\n        xs.append(xs)\n        xs = [xs, xs]\n" * 3,
    "try in try": "def f(model):\n"
    + "".join(f"{'    ' * at}    try:\n" for at in range(15))
    + "    " * 16
    + "model.eval()\n"
    + "".join(f"{'    ' * at}    finally:\n{'    ' * at}        model(1)\n" for at in reversed(range(15))),
    "many calls": "def f(model, x):\n    model.eval()\n" + "    x = model(x)\n" * 3000,
    "one long sum": "def f(model, x):\n    model.eval()\n    loss = " + " + ".join(["model(x)"] * 400) + "\n",
    "lambdas in lambdas": "def f(model):\n    model.eval()\n    g = " + "lambda: " * 60 + "model(1)\n    g()\n",
}


@pytest.mark.thorough
@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_bounded(text: str) -> None:
    """Too much to follow is given up, not followed: nothing is said then."""
    begin = time.process_time()
    flow = flow_of(text)
    assert time.process_time() - begin < 15
    assert sum(1 for _ in flow.uses()) <= STEPS * 15


def test_giving_up_one_function_leaves_the_others() -> None:
    text = HEAVY["loops in loops"] + "\ndef g(model, x):\n    model.eval()\n    model(x)\n"
    assert [modes(entry.uses) for entry in flow_of(text).entries] == [[], ["eval"]]


SEVERAL = """
import torch
from torch import nn

def f(path, x, a):
    model = nn.Sequential(nn.Linear(8, 8), nn.Dropout())
    if a == 1:
        model.load_state_dict(torch.load(path))
    elif a == 2:
        model.load_state_dict(torch.load(path)["a"])
    else:
        model.load_state_dict(torch.load(path)["b"])
    with torch.no_grad():
        return model(x)

def g(model, loader, a):
    if a == 1:
        model.eval()
    elif a == 2:
        model.train(False)
    else:
        model.eval()
    for x in loader:
        print(model(x).item())

def h(model, loader, a):
    for x in loader:
        model(x).sum().backward()
        if a == 1:
            model.eval()
        else:
            model.train(False)
"""


@pytest.mark.thorough
def test_the_same_every_time() -> None:
    """Objects lie elsewhere in memory in each run, which no answer may show."""
    file = Path("several.py").absolute()
    rules = tuple(rule for rule in all_rules() if rule.code in ("TML301", "TML302", "TML304"))
    answers = set()
    kept = []
    for number in range(12):
        kept.append([object() for _ in range(random.Random(number).randrange(5_000))])
        linted = lint(file, file.name, SEVERAL.encode(), rules, Project(file.parent))
        answers.add(
            tuple((one.code, one.line, one.message, *(at.line for at in one.related)) for one in linted.findings)
        )
    assert len(answers) == 1
    assert {code for code, *_ in answers.pop()} == {"TML301", "TML302", "TML304"}


def test_a_node_given_twice_is_one_program() -> None:
    """The flow of a file does not depend on whether it was asked before."""
    facts = facts_of(f"{HEAD}def f(model, x):\n    model.eval()\n    model(x)\n")
    assert facts.flow is facts.flow
    assert facts.whole_flow is facts.flow
    assert isinstance(facts.tree, cst.Module)
