"""Whether the flow takes gradients to be recorded in a call."""

from __future__ import annotations

import pytest

from tests.analysis.flows import flow_of, gradients, uses_from, uses_in

BODIES = {
    "as the caller has it": ("model(x)", ["caller"]),
    "block": ("with torch.no_grad():\n    model(x)\nmodel(y)", ["off", "caller"]),
    "block without parentheses": ("with torch.no_grad:\n    model(x)", ["off"]),
    "inference mode": ("with torch.inference_mode():\n    model(x)", ["off"]),
    "inference mode, no": ("with torch.inference_mode(False):\n    model(x)", ["on"]),
    "inference mode, who knows": ("with torch.inference_mode(flag):\n    model(x)", ["unknown"]),
    "enabled inside": ("with torch.no_grad():\n  with torch.enable_grad():\n    model(x)\n  model(y)", ["on", "off"]),
    "switch": ("with torch.set_grad_enabled(False):\n    model(x)\nmodel(y)", ["off", "caller"]),
    "switch by keyword": ("with torch.set_grad_enabled(mode=False):\n    model(x)", ["off"]),
    "switch, who knows": ("with torch.set_grad_enabled(flag):\n    model(x)\nmodel(y)", ["unknown", "caller"]),
    "switch as a statement": ("torch.set_grad_enabled(False)\nmodel(x)", ["off"]),
    "switched back": (
        "torch.set_grad_enabled(False)\nmodel(x)\ntorch.set_grad_enabled(True)\nmodel(y)",
        ["off", "on"],
    ),
    "switched back to what it was": (
        "was = torch.is_grad_enabled()\ntorch.set_grad_enabled(False)\ntorch.set_grad_enabled(was)\nmodel(x)",
        ["unknown"],
    ),
    "two managers": ("with torch.autocast('cuda'), torch.no_grad():\n    model(x)", ["off"]),
    "kept": ("off = torch.no_grad()\nwith off:\n    model(x)", ["off"]),
    "chosen": ("how = torch.no_grad() if flag else torch.enable_grad()\nwith how:\n    model(x)", ["unknown"]),
    "null": ("with contextlib.nullcontext():\n    model(x)", ["caller"]),
    "unknown": ("with unknown:\n    model(x)\nmodel(y)", ["unknown", "caller"]),
    "unknown inside": ("with torch.no_grad():\n    with unknown:\n        model(x)", ["off"]),
    "only in one arm": ("if flag:\n    torch.set_grad_enabled(False)\nmodel(x)", ["caller off"]),
    "return out of it": ("with torch.no_grad():\n    return model(x)", ["off"]),
    "break out of it": ("for b in loader:\n    with torch.no_grad():\n        break\nmodel(x)", ["caller"]),
    "continue out of it": (
        "for b in loader:\n    model(b)\n    with torch.no_grad():\n        if b:\n            continue",
        ["caller", "caller"],
    ),
    "raised out of it": (
        "try:\n    with torch.no_grad():\n        raise ValueError\nexcept ValueError:\n    model(x)",
        ["caller"],
    ),
    "stack": (
        "with contextlib.ExitStack() as stack:\n    stack.enter_context(torch.no_grad())\n    model(x)",
        ["unknown"],
    ),
    "inner function": ("@torch.no_grad()\ndef g():\n    model(x)\ng()\nmodel(y)", ["off", "caller"]),
    "inner function, bare": ("@torch.no_grad\ndef g():\n    model(x)\ng()\nmodel(y)", ["off", "caller"]),
    "inner function, on": ("@torch.enable_grad()\ndef g():\n    model(x)\nwith torch.no_grad():\n    g()", ["on"]),
    "called inside a block": ("def g():\n    model(x)\nwith torch.no_grad():\n    g()\ng()", ["off", "caller"]),
    "comprehension": ("with torch.no_grad():\n    [model(b) for b in loader]", ["off"]),
    "own manager": ("with quiet():\n    model(x)\nmodel(y)", ["off", "caller"]),
    "own manager with more": ("with quiet(), torch.enable_grad():\n    model(x)\nmodel(y)", ["on", "caller"]),
    "own decorator": ("decorated(model, x)", ["unknown"]),
    "stacked decorators": ("stacked(model, x)", ["on"]),
}

BEFORE = """
from torch import no_grad as calm

@contextlib.contextmanager
def quiet():
    with calm():
        yield

def decorator(function):
    return function

@decorator
def decorated(m, b):
    m(b)
    m.eval()

@torch.no_grad()
@torch.enable_grad()
def stacked(m, b):
    m(b)
    m.eval()
"""


@pytest.mark.parametrize(("body", "told"), BODIES.values(), ids=BODIES.keys())
def test_gradients(body: str, told: list[str]) -> None:
    uses = uses_in(f"other.eval()\n{body}", BEFORE)
    assert gradients([use for use in uses if use.direct]) == told


@pytest.mark.parametrize(
    ("decorator", "told"),
    [
        ("@torch.no_grad()", "off"),
        ("@torch.no_grad", "off"),
        ("@torch.inference_mode", "off"),
        ("@torch.inference_mode(mode=False)", "on"),
        ("@torch.set_grad_enabled(False)", "off"),
        ("@torch.enable_grad()", "on"),
        ("@staticmethod", "caller"),
        ("@something.else_()", "unknown"),
    ],
)
def test_decorators_of_a_method(decorator: str, told: str) -> None:
    text = f"import torch\nclass C:\n    {decorator}\n    def m(model, x):\n        model.eval()\n        model(x)\n"
    assert gradients(uses_from("m", text)) == [told]


@pytest.mark.parametrize(
    ("hook", "told"), [("validation_step", "off"), ("test_step", "off"), ("training_step", "caller")]
)
def test_hooks_of_lightning(hook: str, told: str) -> None:
    text = (
        "import lightning as L\nclass M(L.LightningModule):\n"
        f"    def {hook}(self, batch, i):\n        self.teacher.eval()\n        net = self.net\n        net(batch)\n"
    )
    assert gradients(uses_from(hook, text)) == [told]


def test_switched_off_for_the_whole_file() -> None:
    """What a program does at module level holds in every function called later, as far as anybody can tell."""
    text = "import torch\ntorch.set_grad_enabled(False)\ndef f(model, x):\n    model.eval()\n    model(x)\n"
    assert gradients(uses_from("f", text)) == ["unknown"]


def test_module_level_records() -> None:
    text = "import torch\nfrom torch import nn\nnet = nn.Linear(2, 2)\nnet(torch.load('x'))\n"
    assert [gradients(entry.uses) for entry in flow_of(text).entries] == [["on"]]
