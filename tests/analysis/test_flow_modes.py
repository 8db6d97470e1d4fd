"""The mode in which the flow finds each call of a model, structure by structure."""

from __future__ import annotations

import pytest

from tests.analysis.flows import modes, uses_in

CASES = {
    "sequence": ("model(x); model.eval(); model(x); model.train(); model(x)", ["given", "eval", "train"]),
    "train with an argument": ("model.train(False); model(x); model.train(True); model(x)", ["eval", "train"]),
    "train with a keyword": ("model.train(mode=False); model(x)", ["eval"]),
    "a new one": ("net = nn.Linear(2, 2); net(x); net.eval(); net(x)", ["new", "eval"]),
    "chained": ("net = nn.Linear(2, 2).to(x).eval(); net(x)", ["eval"]),
    "another name for it": ("net = model; net.eval(); model(x)", ["eval"]),
    "another object": ("other.eval(); model(x)", ["given"]),
    "name bound again": ("model.eval(); model = nn.Linear(2, 2); model(x)", ["new"]),
    "tuple": ("a, b = model, other; a.eval(); model(x); other(x)", ["eval", "given"]),
    "starred": ("a, *b = [model, other]; model.eval(); model(x)", ["eval"]),
    "walrus": ("(net := model).eval(); model(x)", ["eval"]),
    "attribute of a thing": ("unknown.net = model; unknown.net.eval(); model(x)", ["eval"]),
    "element of a dict": ("d = {'m': model, 'o': other}; d['m'].eval(); model(x); other(x)", ["eval", "given"]),
    "part of it": ("model.eval(); part = model.encoder; part(x)", ["eval"]),
    "part of it set apart": ("model.eval(); a, b = model.a, model.b; a.train(); a(x); b(x)", ["train", "eval"]),
    "whole after part": ("a = model.a; a.train(); model.eval(); a(x)", ["eval"]),
    "conditional statement": ("model.train() if flag else model.eval(); model(x)", ["eval train"]),
    "short circuit": ("flag and model.eval(); model(x)", ["eval given"]),
    "conditional expression": ("net = model.eval() if flag else model; net(x)", ["eval given"]),
    "one arm": ("if flag:\n    model.eval()\nmodel(x)", ["eval given"]),
    "both arms": ("if flag:\n    model.eval()\nelse:\n    model.train(False)\nmodel(x)", ["eval"]),
    "three arms": ("if flag:\n  model.eval()\nelif x:\n  model.train()\nmodel(x)", ["eval given train"]),
    "known condition": ("if True:\n    model.eval()\nmodel(x)", ["eval"]),
    "arm that leaves": ("model.eval()\nif flag:\n    model.train()\n    return\nmodel(x)", ["eval"]),
    "arm that raises": ("model.eval()\nif flag:\n    model.train()\n    raise ValueError\nmodel(x)", ["eval"]),
    "after return": ("model.eval()\nreturn\nmodel(x)", []),
    "match": ("model.eval()\nmatch x:\n    case 1:\n        model.train()\nmodel(x)", ["eval train"]),
    "loop": ("for b in loader:\n    model(b)\n    model.eval()", ["given", "eval"]),
    "loop with train at its head": (
        "for b in loader:\n    model.train()\n    model(b)\n    model.eval()",
        ["train", "train"],
    ),
    "while": ("while flag:\n    model(x)\n    model.eval()", ["given", "eval"]),
    "loop with break": (
        "for b in loader:\n    model(b)\n    model.eval()\n    break\nmodel(x)",
        ["given", "eval"],
    ),
    "loop with continue": (
        "model.train()\nfor b in loader:\n    model(b)\n    if b:\n        continue\n    model.eval()",
        ["train", "eval train"],
    ),
    "loop over models": ("for m in (model, other):\n    m.eval()\nmodel(x)", ["eval"]),
    "while True": ("while True:\n    model.eval()\n    if flag:\n        break\nmodel(x)", ["eval"]),
    "finally": ("try:\n    unknown.go()\nfinally:\n    model.eval()\nmodel(x)", ["eval"]),
    "finally before return": ("try:\n    return model(x)\nfinally:\n    model.eval()\n    model(y)", ["given", "eval"]),
    "else of try": ("try:\n    x.go()\nexcept OSError:\n    return\nelse:\n    model.eval()\nmodel(x)", ["eval"]),
    "comprehension": ("model.eval(); [model(b) for b in loader]", ["eval"]),
    "eval in a comprehension": ("[m.eval() for m in [model]]; model(x)", ["eval"]),
    "inner function": ("def g(m):\n    return m.eval()\ng(model)\nmodel(x)", ["eval"]),
    "inner function, later": ("def g():\n    model(x)\nmodel.eval()\ng()", ["eval"]),
    "inner function, never called": ("def g():\n    model.eval()\nmodel(x)", ["given"]),
    "lambda": ("run = lambda b: model(b)\nmodel.eval()\nrun(x)", ["eval"]),
    "restored": ("was = model.training; model.eval(); model(x); model.train(was); model(x)", ["eval", "given"]),
    "wrapped": ("p = nn.DataParallel(model); p.eval(); inner = p.module; model(x); inner(x)", ["eval", "eval"]),
    "compiled": ("model.eval(); fast = torch.compile(model); fast(x)", ["eval"]),
    "copy": ("model.eval(); c = copy.deepcopy(model); model.train(); c(x); model(x)", ["eval", "train"]),
    "given to the unknown": ("model.eval(); unknown.go(model); model(x)", ["unknown"]),
    "given to torch": ("model.eval(); torch.save(model, y); model(x)", ["eval"]),
    "built around it": ("s = nn.Sequential(model, nn.ReLU()); s.eval(); model(x)", ["eval"]),
    "in a list that grows": (
        "ms = []\nms.append(model)\nfor m in ms:\n    m.eval()\nfor m in ms:\n    m(x)",
        ["eval"] * 2,
    ),
    "asynchronous": ("model.eval()\nawait unknown.sleep()\nmodel(x)", ["eval"]),
    "deleted": ("model.eval(); del model; model(x)", []),
}


@pytest.mark.parametrize(("body", "told"), CASES.values(), ids=CASES.keys())
def test_mode(body: str, told: list[str]) -> None:
    text = body if "\n" in body else body.replace("; ", "\n")
    calls = [use for use in uses_in(text + "\nunknown.eval()") if use.direct]
    assert modes(calls) == told


HELPERS = """
def evaluate(m, batch):
    m.eval()
    return m(batch)

def restore(m, batch):
    was = m.training
    m.eval()
    m(batch)
    m.train(was)

def choose(m, evaluation=True):
    if evaluation:
        return m.eval()
    return m.train()

def build(*sizes, evaluate=False):
    net = nn.Linear(*sizes)
    return net.eval() if evaluate else net

def count(m, n):
    return count(m, n - 1) if n else m.eval()

def raising(m):
    m.eval()
    raise NotImplementedError

def early(m):
    if m is None:
        return None
    m.eval()
    return m

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
        yield
    finally:
        m.train(was)

class Box:
    def __init__(self, m):
        self.m = m

    def ready(self):
        self.m.eval()
        return self

    @staticmethod
    def prepare(m):
        return m.eval()

    @classmethod
    def of(cls, m):
        m.eval()
        return cls(m)
"""

HELPED = {
    "helper": ("evaluate(model, x); model(x)", ["eval", "eval"]),
    "helper by keyword": ("evaluate(batch=x, m=model); model(x)", ["eval", "eval"]),
    "helper that restores": ("model.train(); restore(model, x); model(x)", ["eval", "train"]),
    "default": ("choose(model); model(x)", ["eval"]),
    "flag given": ("choose(model, False); model(x)", ["train"]),
    "flag not known": ("choose(model, flag); model(x)", ["eval train"]),
    "builder": ("net = build(2, 2); net(x)", ["new"]),
    "builder with a flag": ("net = build(2, 2, evaluate=True); net(x)", ["eval"]),
    "early return": ("early(model); model(x)", ["eval given"]),
    "always raises": ("raising(model); model(x)", []),
    "manager": ("with evaluating(model): model(x)\nmodel(x)", ["eval", "train"]),
    "manager gives it": ("with evaluating(model) as m:\n    m(x)", ["eval"]),
    "manager in brackets": ("with (evaluating(model), torch.no_grad()): model(x)", ["eval"]),
    "manager that restores": ("model.train()\nwith safely(model):\n    model(x)\nmodel(x)", ["eval", "train"]),
    "return out of a manager": ("with evaluating(model):\n    return model(x)", ["eval"]),
    "object keeps it": ("box = Box(model); model(x); box.ready(); model(x)", ["given", "eval"]),
    "chained methods": ("Box(model).ready().m(x)", ["eval"]),
    "static method": ("Box.prepare(model); model(x)", ["eval"]),
    "class method": ("box = Box.of(model); box.m(x)", ["eval"]),
}


@pytest.mark.parametrize(("body", "told"), HELPED.values(), ids=HELPED.keys())
def test_mode_through_helpers(body: str, told: list[str]) -> None:
    text = body if "\n" in body else body.replace("; ", "\n")
    assert modes(uses_in(text + "\nunknown.eval()", HELPERS)) == told


def test_recursion_ends() -> None:
    (use,) = uses_in("count(model, 3)\nmodel(x)\nunknown.eval()", HELPERS)
    assert set(modes([use])[0].split()) <= {"eval", "unknown", "given"}
