"""TML104 and TML105: constructors of parents that are passed over, and those that `dataclass` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.by_hand import by_hand, only

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

BASE = """
    class Base(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.proj = nn.Linear(width, width)
            self.depth = 3

        def forward(self, x):
            return self.proj(x)
"""


def test_skipped_parent(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()
            self.gate = nn.Linear(width, width)
    """
    outcome, _, message = only(BASE + source, tmp_path, "TML104")
    assert outcome == "confirmed"
    assert "`proj`" in message


def test_skipped_parent_whose_attribute_the_constructor_misses(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()  # here
            self.gate = nn.Linear(self.proj.in_features, width)
    """
    outcome, _, message = by_hand(BASE + source, tmp_path, "TML104", "proj")
    assert outcome == "confirmed"
    assert "constructor raises AttributeError" in message


@pytest.mark.parametrize(
    "extra",
    [
        "self.proj = nn.Linear(width, width)",
        "setattr(self, 'proj', nn.Linear(width, width))",
        "self.__dict__.update(proj=nn.ReLU())",
        "vars(self)['proj'] = None",
    ],
)
def test_attribute_set_in_another_way(tmp_path: Path, extra: str) -> None:
    source = f"""
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()  # here
            {extra}
    """
    assert by_hand(BASE + source, tmp_path, "TML104", "proj")[0] == "refuted"


def test_attribute_by_getattr_of_the_class(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()  # here
            self.inner = Base(width)

        def __getattr__(self, name):
            try:
                return super().__getattr__(name)
            except AttributeError:
                return getattr(super().__getattr__("inner"), name)
    """
    assert by_hand(BASE + source, tmp_path, "TML104", "proj")[0] == "refuted"


def test_property_that_raises_says_nothing(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()  # here

        @property
        def proj(self):
            raise AttributeError("not yet")
    """
    assert by_hand(BASE + source, tmp_path, "TML104", "proj")[0] == "inconclusive"


def test_call_that_never_reads_it(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super(Base, self).__init__()  # here
            self.gate = nn.Linear(width, width)

        def forward(self, x):
            return self.gate(x)
    """
    assert by_hand(BASE + source, tmp_path, "TML104", "proj")[0] == "inconclusive"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("super(Other, self).__init__()", "TypeError: super("),
        ("super(Missing, self).__init__()", "NameError: name 'Missing' is not defined"),
        ("super().__init__", "before Module.__init__() call"),
    ],
)
def test_calls_of_the_wrong_thing(tmp_path: Path, call: str, text: str) -> None:
    source = f"""
    class Other(nn.Module):
        pass

    class Net(nn.Module):
        def __init__(self, width=16):
            {call}
            self.gate = nn.Linear(width, width)
    """
    outcome, _, message = only(source, tmp_path, "TML104")
    assert outcome == "confirmed", message
    assert text in message


def test_error_of_an_argument_is_not_the_calls(tmp_path: Path) -> None:
    source = """
    class Net(Base):
        def __init__(self, width=16):
            super().__init__(len(3))  # here
    """
    assert by_hand(BASE + source, tmp_path, "TML104")[:2] == ("inconclusive", "not-constructed")


def test_dataclass_that_nobody_can_build_is_still_unhashable(tmp_path: Path) -> None:
    source = """
    @dataclass
    class Net(nn.Module):
        width: int

        def __post_init__(self):
            super().__init__()
            raise RuntimeError("no licence")
    """
    outcome, _, message = only(source, tmp_path, "TML105")
    assert outcome == "confirmed"
    assert "unhashable type: 'Net'" in message


@pytest.mark.parametrize(
    ("field", "outcome"),
    [
        ("weight: nn.Parameter = dataclasses.field(default_factory=lambda: nn.Parameter(torch.zeros(2)))", "confirmed"),
        ("width: int = 3", "refuted"),
        ("proj: nn.Module = None", "inconclusive"),
    ],
)
def test_dataclass_field_before_the_initialiser(tmp_path: Path, field: str, outcome: str) -> None:
    source = f"""
    @dataclass(eq=False)
    class Net(nn.Module):  # here
        {field}

        def __post_init__(self):
            super().__init__()
    """
    found, _, message = by_hand(source, tmp_path, "TML105")
    assert found == outcome, message
    assert outcome != "confirmed" or "cannot assign parameters before" in message
