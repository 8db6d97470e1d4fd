"""How messages name the model that a call is of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.flows import HEAD, facts_of
from torchmodlint.analysis.flow.questions import called

CALLS = {
    "a name": ("model(x)", "`model`"),
    "an attribute": ("self.net(x)", "`self.net`"),
    "an element": ("self.nets[0](x)", "`self.nets[0]`"),
    "its forward": ("self.net.forward(x)", "`self.net`"),
    "a method of it": ("self.load(); model.eval(); model.encode(x)", "`model`"),
    "the result of a call": ("self.make()(x)", "the model"),
    "a function that calls it": ("list(map(model, x))", "the model"),
    "more than is worth repeating": (f"self.net[{'1' * 60}](x)", "the model"),
    "what stands over several lines": ("self.nets[\n    0\n](x)", "the model"),
    "a helper in this file calls it": ("self.helped(model, x)", "`one`"),
    "a helper in another file calls it": ("elsewhere.predict(model, x)", "the model"),
}
TEXT = (
    HEAD
    + """
import elsewhere

class Runner:
    def __init__(self, net):
        self.net = net

    def helped(self, one, x):
        return one(x)

    def run(self, model, x):
        model.eval()
        {body}
"""
)


@pytest.mark.parametrize(("call", "name"), CALLS.values(), ids=CALLS.keys())
def test_names_the_model_as_it_is_written(call: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("def predict(net, x):\n    net.eval()\n    return net(x)\n")
    facts = facts_of(TEXT.replace("{body}", call), tmp_path)
    uses = [use for entry in facts.whole_flow.entries for use in entry.uses if use.functions[0].name.value == "run"]
    assert called(facts, uses[-1]) == name
