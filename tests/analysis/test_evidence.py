"""Uses that only a module has."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from torchmodlint.analysis.evidence import used_as_module
from torchmodlint.analysis.tree import descendants


def telling(text: str, scope: type[cst.CSTNode] = cst.FunctionDef) -> bool:
    """For the first `.forward(…)` in the first scope of that type."""
    tree = cst.parse_module(dedent(text))
    nodes = list(descendants(tree))
    holder = next(node for node in nodes if isinstance(node, scope))
    calls = [node for node in nodes if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)]
    call = next(node for node in calls if node.func.attr.value == "forward")  # type: ignore[attr-defined]
    return used_as_module(holder, call, lambda name: name.startswith("torch."), member=False)


@pytest.mark.parametrize(
    "lines",
    [
        ["m.named_modules()"],
        ["for p in m.named_parameters(): pass"],
        ["m.requires_grad_(False)"],
        ["m.register_forward_hook(f)"],
        ["opt = torch.optim.Adam(m.parameters())"],
        ["opt = torch.optim.Adam([{'params': m.parameters()}], lr=1)"],
        ["opt = torch.optim.Adam(filter(f, m.parameters()))"],
        ["torch.nn.utils.clip_grad_norm_(m.parameters(), 1)"],
        ["m.eval()", "m.to(device)"],
        ["m.to(device).eval()"],
        ["m = m.to(device)", "m.load_state_dict(s)"],
        ["m = m.cuda()", "m = Parallel(m, [0])", "m.train()"],
        ["m.eval()", "s = m.state_dict()"],
        ["def step():", "    m.zero_grad()", "m.train()"],
        ["if x:", "    m = a()", "else:", "    m = b()", "m.eval().cuda()"],
    ],
)
def test_telling(lines: list[str]) -> None:
    before = "".join(f"    {line}\n" for line in lines)
    assert telling(f"def f(m):\n{before}    m.forward(x)\n")
    if not any(" = a()" in line or "m = " in line for line in lines):
        assert telling(f"def f(m):\n    m.forward(x)\n{before}")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["m.eval('a + b')"],
        ["m.train()", "m.eval()"],
        ["m.to(device)", "m.cuda()"],
        ["m.parameters()"],
        ["opt = Adam(m.parameters())"],
        ["m.state_dict()", "m.load_state_dict(s)"],
        ["other.eval()", "other.to(device)"],
        ["m.model.named_modules()"],
        ["m().eval()", "m.to(device)"],
        ["m.named_modules()", "m = m.config"],
        ["m.named_modules()", "m = load()"],
        ["m.named_modules()", "for m in y: pass"],
        ["m.named_modules()", "m, n = y"],
        ["m.named_modules()", "with y as m: pass"],
        ["m.named_modules()", "(m := y)"],
        ["def step(m):", "    m.named_modules()"],
        ["step = lambda m: m.named_modules()"],
        ["class A:", "    def step(self):", "        m.named_modules()"],
        ["m.set_state_dict(s)", "m.eval()"],
        ["m.eval", "m.to"],
    ],
)
def test_not_telling(lines: list[str]) -> None:
    before = "".join(f"    {line}\n" for line in lines)
    assert not telling(f"def f(m):\n{before}    m.forward(x)\n")


def test_dotted_receiver() -> None:
    assert telling("def f(a):\n    a.m.eval()\n    a.m.cuda()\n    a.m.forward(x)\n")
    assert not telling("def f(a):\n    a.m.eval()\n    a.m.cuda()\n    a = b()\n    a.m.forward(x)\n")
    assert not telling("def f(a):\n    a[0].eval()\n    a[0].cuda()\n    a[0].forward(x)\n")


def test_attribute_over_the_methods_of_a_class() -> None:
    text = """
        class A:
            def a(self):
                self.m.load_state_dict(s)
                self.m.eval()
            def b(self, x):
                return self.m.forward(x)
        """
    assert telling(text, cst.ClassDef)


def test_attribute_of_a_class_within() -> None:
    text = """
        class A:
            def b(self, x):
                return self.m.forward(x)
            class B:
                def a(self):
                    self.m.named_modules()
        """
    assert not telling(text, cst.ClassDef)


def test_file_is_not_its_functions() -> None:
    assert telling("m = load()\nm.eval()\nm.cuda()\nm.forward(x)\n", cst.Module)
    assert not telling("m = load()\ndef f(m):\n    m.named_modules()\nm.forward(x)\n", cst.Module)
