"""The survey behind the table of library classes, on a library small enough to check by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

from tools.build_known import common_state, torch_classes
from tools.known_sources import Sources, read_wheel
from tools.known_survey import Survey

FILES = {
    "lib/__init__.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from .layers import *
        """,
    "lib/base.py": """
        import torch
        import torch.nn as nn
        from torch.nn import Module as Root
        class Base(Root): ...
        class Plain: ...
        class PlainMixin:
            def make(self): ...
            def __init__(self):
                super().__init__()
                self.make()
        """,
    "lib/layers.py": """
        import copy
        from functools import partial
        from .base import Base, PlainMixin, nn, torch
        from . import base as B
        from elsewhere import Strange

        def conv(n):
            return nn.Conv2d(n, n, 3)

        class Empty(Base):
            def __init__(self, factor):
                super().__init__()
                self.factor = factor
        class ByFunction(Base):
            def __init__(self):
                super().__init__()
                self.c = conv(3)
        class Normed(B.Base):
            def __init__(self, norm=nn.BatchNorm2d):
                super().__init__()
                self.c, self.n = conv(3), norm(3)
        class Optional(Base):
            def __init__(self, flag):
                super().__init__()
                if flag:
                    self.c = conv(3)
        class ByDefault(Base):
            def __init__(self, bias=True):
                super().__init__()
                if bias:
                    self.b = nn.Parameter(torch.zeros(3))
        class NoBuffer(Base):
            def __init__(self, weight=None):
                super().__init__()
                self.register_buffer("weight", weight)
        class Buffered(Base):
            def __init__(self):
                super().__init__()
                self.register_buffer("steps", torch.arange(3))
        class Switched(Base):
            def forward(self, x):
                return self._inner(x)
            def _inner(self, x):
                return x if self.training else -x
        class Restored(Base):
            def sample(self):
                was = self.training
                self.train(was)
        class Wrapper(Base):
            def __init__(self, wrapped):
                super().__init__()
                self.wrapped = wrapped
            def forward(self, x):
                return self.wrapped(x)
        class Given(Base):
            def __init__(self, *layers):
                super().__init__()
                self.layers = nn.ModuleList(layers)
        class Template(PlainMixin, Base):
            def make(self):
                self.w = nn.Parameter(torch.zeros(3))
        class Child(Template): ...
        class Stranger(Strange): ...
        class NotAModule(B.Plain): ...
        """,
    "lib/tests/test_layers.py": "class Hidden: ...",
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    wheel = Path(tmp_path_factory.mktemp("wheels")) / "lib-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, dedent(text))
    sources = Sources()
    sources.add(read_wheel(wheel))
    return Survey(sources, torch_classes(), {}, frozenset({"lib.base.Base"}))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Empty", ""),
        ("ByFunction", "p"),
        ("Normed", "pbm"),
        ("Optional", "?"),
        ("ByDefault", "p"),
        ("NoBuffer", "?"),
        ("Buffered", "b"),
        ("Switched", "m"),
        ("Restored", ""),
        ("Wrapper", "?"),
        ("Given", "?"),
        ("Template", "p"),
        ("Child", "p"),
    ],
)
def test_state(survey: Survey, name: str, state: str) -> None:
    dotted = survey.sources.absolute(f"lib.{name}")
    assert dotted == f"lib.layers.{name}", "the star import was not followed"
    assert survey.is_module(dotted) is True
    held = survey.held(dotted)
    assert held is not None
    assert held.state() == state


def test_what_is_no_module_or_unknown(survey: Survey) -> None:
    assert survey.is_module("lib.layers.NotAModule") is False
    assert survey.is_module("lib.layers.Stranger") is None


def test_metaclass_of_a_base_counts_for_its_subclasses(survey: Survey) -> None:
    assert survey.is_automatic("lib.layers.Child")
    assert not survey.is_automatic("lib.layers.NotAModule")


def test_tests_of_a_library_are_not_read(survey: Survey) -> None:
    assert all("test" not in module for module in survey.sources.modules)


@pytest.mark.parametrize(
    ("states", "common"),
    [
        (["p", "p"], "p"),
        (["p", "pm"], "pm"),
        (["pb", "pbm"], "pbm"),
        (["p", ""], "?"),
        (["p", "?"], "?"),
        (["p", "b"], "?"),
        (["m", "pm"], "m"),
    ],
)
def test_several_classes_of_one_name(states: list[str], common: str) -> None:
    assert common_state(states) == common
