"""What `ClassFacts` tells at a glance, beside what it tells when every method is run."""

from __future__ import annotations

import libcst as cst
import pytest

from tests.analysis.flows import HEAD, facts_of
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import Instance
from torchmodlint.analysis.walk import walk

LASTING = ("bind", "register", "grow", "init", "reset", "delete")

TRICKY = {
    "set by a helper of a helper": """
        def forward(self, x):
            return self.grow(x)
        def grow(self, x):
            return self.more(x)
        def more(self, x):
            self.late = nn.Linear(1, 1)
            return self.late(x)
    """,
    "given away": """
        def share(self):
            return wrap(self)
        def forward(self, x):
            return self.a(x)
    """,
    "built in passing": """
        def forward(self, x):
            return nn.Sequential(self.a, nn.ReLU())(x)
    """,
    "put into a container": """
        def add(self, part):
            self.parts.append(part)
        def count(self):
            return len(self.parts)
    """,
    "written to with a computed name": """
        def set(self, name, value):
            setattr(self, name, value)
        def get(self, name):
            return getattr(self, name)
    """,
    "taken away": """
        def strip(self):
            del self.a
        def forward(self, x):
            for part in self.parts:
                x = part(x)
            return x
    """,
    "loops and contexts": """
        def one(self, x):
            with x as self.b:
                pass
        def two(self, x):
            for self.c in x:
                pass
        def three(self, x):
            with x as y:
                return [y for y in x]
    """,
    "inner functions": """
        def forward(self, x):
            def keep(part):
                self.kept = part
            keep(nn.Linear(1, 1))
            return (lambda: self.a)()(x)
    """,
    "a second initialiser": """
        def again(self):
            super().__init__()
        def forward(self, x):
            return super().forward(x)
    """,
}


@pytest.mark.parametrize("case", TRICKY)
def test_built_holds_all_that_lasts(case: str) -> None:
    facts = of(TRICKY[case])
    assert lasting(facts.built) == lasting(facts.instance)
    assert facts.built.initialised == facts.instance.initialised
    assert facts.built.methods == facts.instance.methods


@pytest.mark.parametrize(
    ("case", "left_out"),
    [("set by a helper of a helper", False), ("given away", True), ("built in passing", False), ("taken away", True)],
)
def test_partial(case: str, left_out: bool) -> None:
    facts = of(TRICKY[case])
    assert facts.built.partial is left_out
    assert not facts.instance.partial
    assert (facts.built is facts.instance) is not left_out


def of(methods: str) -> ClassFacts:
    """The class C, with a constructor and the methods given."""
    head = "class C(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    body = "        self.a = nn.Linear(1, 1)\n        self.parts = []\n"
    lines = "\n".join(line.removeprefix("    ") for line in methods.split("\n"))
    facts = facts_of(f"{HEAD}{head}{body}{lines}")
    found: list[ClassFacts | None] = []

    class Finder(cst.BatchableCSTVisitor):
        def visit_ClassDef(self, node: cst.ClassDef) -> None:
            found.append(facts.module_class(node))

    walk(facts.tree, [facts.context, Finder()])
    (one,) = found
    assert one is not None
    return one


def lasting(instance: Instance) -> list[tuple[str, str | None, str]]:
    return [(event.kind, event.name, event.how) for event in instance.of(*LASTING)]
