"""What the evaluator takes expressions, statements and parameters for."""

from __future__ import annotations

import pytest

from tests.analysis.evaluated import constructor, instance, kind


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("nn.Linear(1, 1)", "Linear"),
        ("nn.Linear", "<torch.nn.Linear>"),
        ("nn.Linear(1, 1) if x else None", "Linear|None"),
        ("x or nn.ReLU()", "ReLU|argument"),
        ("nn.Linear(1, 1).to(x).eval()", "Linear"),
        ("[nn.Linear(1, 1), nn.ReLU()]", "list[Linear,ReLU]"),
        ("[nn.Linear(1, 1) for _ in range(3)]", "list[Linear]"),
        ("[f for f in (nn.Linear(1, 1),)][0]", "Linear"),
        ("{'a': nn.Linear(1, 1)}['a']", "Linear"),
        ("{k: nn.Linear(1, 1) for k in y}", "dict[Linear]"),
        ("(nn.Linear(1, 1), x)[0]", "Linear|argument"),
        ("[nn.Linear(1, 1)] * 3", "list[Linear]"),
        ("[nn.Linear(1, 1)] + [nn.ReLU()]", "list[Linear,ReLU]"),
        ("list(nn.Linear(1, 1) for _ in y)", "list[Linear]"),
        ("nn.ModuleList([nn.Linear(1, 1)])", "ModuleList"),
        ("nn.ModuleList([nn.Linear(1, 1)])[0]", "Linear"),
        ("nn.ModuleList(x)[0]", "Module*"),
        ("nn.Sequential(nn.Linear(1, 1), nn.ReLU())[0:1]", "Sequential"),
        ("nn.Parameter(torch.zeros(1))", "parameter"),
        ("nn.Parameter(torch.zeros(1)).data", "tensor"),
        ("torch.zeros(1)", "tensor"),
        ("torch.zeros(1).to(x)", "tensor"),
        ("torch.zeros(1).item()", "plain"),
        ("1", "plain"),
        ("'a'", "plain"),
        ("None", "None"),
        ("len(x)", "plain"),
        ("x", "argument"),
        ("x.y", "?"),
        ("x()", "?"),
        ("(lambda: nn.Linear(1, 1))()", "Linear"),
        ("(z := nn.Linear(1, 1))", "Linear"),
        ("wrap(nn.Linear(1, 1))", "?"),
        ("make()", "Linear"),
        ("make_in_branches(x)", "Linear|ReLU"),
        ("give_back(nn.Linear(1, 1))", "Linear"),
        ("annotated()", "Linear*"),
        ("numbers()", "generator[Linear]"),
        ("Foreign()", "foreign"),
        ("Part()", "Part"),
        ("copy.deepcopy(nn.Linear(1, 1))", "Linear"),
        ("functools.partial(nn.Linear, 1)(1)", "Linear"),
        ("next(iter([nn.Linear(1, 1)]))", "Linear"),
        ("Part().inner", "?"),
        ("Part().children()", "generator[Module*]"),
    ],
)
def test_expression(expression: str, expected: str) -> None:
    one = instance(
        f"""
        import copy, functools

        def make(): return nn.Linear(1, 1)
        def make_in_branches(x):
            if x:
                return nn.Linear(1, 1)
            return nn.ReLU()
        def give_back(x): return x
        def annotated() -> nn.Linear: return load()
        def numbers():
            yield nn.Linear(1, 1)
        class Foreign: ...
        class Part(nn.Module): ...

        class C(nn.Module):
            def __init__(self, x, y):
                super().__init__()
                self.it = {expression}
        """
    )
    assert kind(one.value("it")) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["z = nn.Linear(1, 1)", "z = None", "self.it = z"], "None"),
        (["z = None", "if x:", "    z = nn.Linear(1, 1)", "self.it = z"], "Linear|None"),
        (["if x:", "    z = nn.Linear(1, 1)", "else:", "    self.it = z"], "?"),
        (["if x:", "    z = nn.Linear(1, 1)", "else:", "    raise ValueError", "self.it = z"], "Linear"),
        (
            ["if x:", "    z = 1", "elif y:", "    z = None", "else:", "    z = nn.ReLU()", "self.it = z"],
            "None|ReLU|plain",
        ),
        (["for z in [nn.Linear(1, 1)]:", "    self.it = z"], "Linear"),
        (["for z in []:", "    self.it = z"], "unbound"),
        (["for i, z in enumerate([nn.Linear(1, 1)]):", "    self.it = z"], "Linear"),
        (["for a, b in zip([1], [nn.Linear(1, 1)]):", "    self.it = b"], "Linear"),
        (["while x:", "    self.it = nn.Linear(1, 1)"], "Linear"),
        (["try:", "    z = nn.Linear(1, 1)", "except E:", "    z = None", "self.it = z"], "Linear|None"),
        (["with x as z:", "    self.it = z"], "?"),
        (["match x:", "    case 1:", "        self.it = nn.Linear(1, 1)"], "Linear"),
        (["a, b = nn.Linear(1, 1), None", "self.it = b"], "None"),
        (["a, *b = nn.Linear(1, 1), None, 1", "self.it = b"], "list[None,plain]"),
        (["self.it: nn.Linear = x"], "Linear*"),
        (["z: nn.Linear", "self.it = nn.ReLU()"], "ReLU"),
        (["self.it = []", "self.it.append(nn.Linear(1, 1))"], "list[Linear]"),
        (["self.it = []", "self.it += [nn.Linear(1, 1)]"], "list[Linear]"),
        (["self.it = {}", "self.it['a'] = nn.Linear(1, 1)"], "dict[Linear]"),
        (["setattr(self, 'it', nn.Linear(1, 1))"], "Linear"),
        (["self.add_module('it', nn.Linear(1, 1))"], "Linear"),
        (["self.register_buffer('it', torch.zeros(1))"], "tensor"),
        (["self.__dict__['it'] = nn.Linear(1, 1)"], "unbound"),
        (["assert isinstance(x, nn.Linear)", "self.it = x"], "Linear*"),
        (["if isinstance(x, nn.Linear):", "    self.it = x"], "Linear*"),
        (["if not isinstance(x, nn.Linear):", "    self.it = x"], "argument"),
        (["if isinstance(x, nn.Linear) or y:", "    self.it = x"], "argument"),
        (["if y and isinstance(x, nn.Linear):", "    self.it = x"], "Linear*"),
        (["def inner():", "    self.it = nn.Linear(1, 1)", "inner()"], "Linear"),
        (["def inner():", "    return nn.Linear(1, 1)", "self.it = inner()"], "Linear"),
        (["return", "self.it = nn.Linear(1, 1)"], "unbound"),
        (["raise ValueError", "self.it = nn.Linear(1, 1)"], "unbound"),
        (["from torch.nn import ReLU as R", "self.it = R()"], "ReLU"),
        (["import torch.nn as tnn", "self.it = tnn.ReLU()"], "ReLU"),
        (["class R(nn.Module): ...", "self.it = R()"], "?"),
    ],
)
def test_statements(lines: list[str], expected: str) -> None:
    assert kind(constructor(*lines).value("it")) == expected


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("it", "argument"),
        ("it: nn.Linear", "Linear*"),
        ("it: 'nn.Linear | None'", "Linear*"),
        ("it: nn.Linear | nn.ReLU", "Linear*|ReLU*"),
        ("it: nn.Linear | int", "Linear*|plain"),
        ("it: nn.Linear | Unheard", "argument"),
        ("it: list[nn.Linear]", "list[Linear*]"),
        ("it: dict[str, list[nn.Linear]]", "dict[list[Linear*]]"),
        ("it: list[int]", "argument"),
        ("it: torch.Tensor", "tensor"),
        ("it: nn.Parameter", "parameter"),
        ("*it: nn.Linear", "tuple[Linear*]"),
        ("**it: nn.Linear", "dict[Linear*]"),
        ("*it", "tuple[argument]"),
        ("**it", "?"),
        ("*, it: nn.Linear", "Linear*"),
        ("it: nn.Linear, /", "Linear*"),
    ],
)
def test_parameter(parameter: str, expected: str) -> None:
    one = instance(
        f"class C(nn.Module):\n    def __init__(self, {parameter}):\n        super().__init__()\n        self.it = it\n"
    )
    assert kind(one.value("it")) == expected
