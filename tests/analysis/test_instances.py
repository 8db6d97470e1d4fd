"""What the methods of a class, and the lines of a function, do and in which order."""

from __future__ import annotations

import pytest

from tests.analysis.evaluated import constructor, instance, kind, receivers
from torchmodlint.analysis.machine import exclusive
from torchmodlint.analysis.values import Container, Module


class TestRegistered:
    @pytest.mark.parametrize(
        "line",
        [
            "self.a = part",
            "self.add_module('a', part)",
            "self.register_module('a', part)",
            "setattr(self, 'a', part)",
            "setattr(self, name, part)",
            "self.a = nn.Sequential(part)",
            "self.a = nn.ModuleList([part])",
            "self.a = nn.ModuleDict({'a': part})",
            "self.a = wrap(part)",
            "self._modules['a'] = part",
        ],
    )
    def test_registered(self, line: str) -> None:
        assert self._part(line).registered

    @pytest.mark.parametrize("line", ["self.a = [part]", "self.a = {'a': part}", "self.__dict__['a'] = part", "part"])
    def test_not_registered(self, line: str) -> None:
        assert not self._part(line).registered

    @pytest.mark.parametrize(("base", "registered"), [("nn.Module", False), ("nn.LSTM", True), ("Gone", True)])
    def test_method_out_of_sight_may_keep_it(self, base: str, registered: bool) -> None:
        """nn.Module's own methods are known; another base may have a method of any name."""
        one = instance(
            f"""
            class C({base}):
                def __init__(self, x):
                    super().__init__()
                    self.box = [part := nn.Linear(1, 1)]
                    self.other(part)
            """
        )
        box = one.of("bind", name="box")[0].value
        assert isinstance(box, Container)
        assert [value.registered for value in box.items if isinstance(value, Module)] == [registered]

    @staticmethod
    def _part(line: str) -> Module:
        """The layer that `line` is about; it lies in a list as well, from which it can be had."""
        one = constructor("name = x", "part = nn.Linear(1, 1)", "self.box = [part]", line)
        box = one.of("bind", name="box")[0].value
        assert isinstance(box, Container)
        (part,) = [value for value in box.items if isinstance(value, Module)]
        return part


class TestInitialised:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("super().__init__()", {"yes"}),
            ("super(C, self).__init__()", {"yes"}),
            ("nn.Module.__init__(self)", {"yes"}),
            ("self.helper()", {"yes"}),
            ("self.a = 1", {"no"}),
            ("super(C).__init__()", {"no"}),
            ("if x: super().__init__()", {"maybe"}),
            ("if x: return\n        super().__init__()", {"no", "yes"}),
            ("out_of_sight(self)", {"yes"}),
            ("print(self)", {"no"}),
        ],
    )
    def test_exits(self, body: str, expected: set[str]) -> None:
        helper = "    def helper(self):\n        super().__init__()\n"
        one = instance(f"class C(nn.Module):\n    def __init__(self, x):\n        {body}\n{helper}")
        assert one.initialised == expected


class TestEvents:
    def test_order_within_the_constructor(self) -> None:
        one = constructor("self.a = 1", "self.b = nn.Linear(1, 1)", "del self.a", "self.register_buffer('c', None)")
        kinds = [(event.kind, event.name) for event in one.events if event.kind != "reset"]
        assert [name for what, name in kinds if what in ("bind", "delete", "register")] == ["a", "b", "a", "c"]
        assert kinds[0][0] == "init"

    def test_how_far_initialised(self) -> None:
        one = instance(
            """
            class C(nn.Module):
                def __init__(self):
                    self.a = 1
                    super().__init__()
                    self.b = 1
            """
        )
        assert {event.name: event.initialised for event in one.of("bind")} == {"a": "no", "b": "yes"}

    def test_method_called_by_the_constructor_is_part_of_it(self) -> None:
        one = instance(
            """
            class C(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.build()
                def build(self):
                    self.a = nn.Linear(1, 1)
                def forward(self, x):
                    self.b = x
            """
        )
        assert {event.name: event.root for event in one.of("bind")} == {"a": "__init__", "b": "forward"}
        assert len(one.of("bind", name="a")) == 1

    def test_own_events_and_those_of_a_base(self) -> None:
        one = instance(
            """
            class B(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.a = nn.Linear(1, 1)
            class C(B):
                def __init__(self):
                    super().__init__()
                    self.b = nn.Linear(1, 1)
            """
        )
        assert [event.name for event in one.own("bind")] == ["b"]
        assert [event.name for event in one.of("bind")] == ["a", "b"]
        assert sorted(one.methods) == ["__init__"]

    def test_override_hides_the_method_of_the_base(self) -> None:
        one = instance(
            """
            class B(nn.Module):
                def build(self):
                    self.a = nn.Linear(1, 1)
            class C(B):
                def build(self):
                    self.b = nn.Linear(1, 1)
            """
        )
        assert [event.name for event in one.of("bind")] == ["b"]

    def test_arms_of_one_branch_exclude_each_other(self) -> None:
        one = constructor("if x:", "    self.a = 1", "else:", "    self.b = 2", "self.c = 3")
        a, b, c = one.of("bind")
        assert exclusive(a, b)
        assert not exclusive(a, c)

    def test_recursion_ends(self) -> None:
        one = instance(
            """
            class C(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.a = self.build(3)
                def build(self, n):
                    return self.build(n - 1) if n else nn.Linear(1, 1)
            """
        )
        assert "Linear" in kind(one.value("a"))


class TestFunctions:
    def test_function(self) -> None:
        assert receivers("def f(x, m: nn.Linear):\n    x.forward(1)\n    m.forward(1)\n") == ["argument", "Linear*"]

    def test_inner_functions_and_lambdas_run_once(self) -> None:
        text = """
            def f():
                m = nn.ReLU()
                def called(): m.forward(1)
                def uncalled(): m.forward(2)
                called()
                return lambda: m.forward(3)
            """
        assert receivers(text) == ["ReLU"] * 3

    def test_module_level(self) -> None:
        text = (
            "class N(nn.Module): ...\nm = N()\nm.forward(1)\nif x:\n    m = nn.ReLU()\n    m.forward(2)\nm.forward(3)\n"
        )
        assert receivers(text) == ["N", "ReLU", "ReLU", "N"]

    def test_expressions_within_strings_and_assertions(self) -> None:
        text = """
            def f(m: nn.ReLU):
                assert x, m.forward(1)
                y = f"{m.forward(2)}" "a" f"{m.forward(3)!r:>{4}}"
                del x[m.forward(4)]
                raise ValueError(m.forward(5))
            """
        assert receivers(text) == ["ReLU*"] * 5

    def test_branches_do_not_see_each_other(self) -> None:
        text = """
            def f(m, x):
                if x:
                    m = nn.ReLU()
                else:
                    m.forward(1)
            """
        assert receivers(text) == ["argument"]
