"""From a written name to what it means: every form of import, alias, re-export and layout of folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.analysis.packages import meaning, shown, write
from torchmodlint.analysis.project import Project
from torchmodlint.analysis.refs import MODULE, Ref

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "name", "means"),
    [
        ("import torch", "torch.nn.Linear", "torch.nn.Linear"),
        ("import torch.nn", "torch.nn.Linear", "torch.nn.Linear"),
        ("import torch.nn as tnn", "tnn.Linear", "torch.nn.Linear"),
        ("from torch import nn", "nn.Linear", "torch.nn.Linear"),
        ("from torch import nn as layers", "layers.Linear", "torch.nn.Linear"),
        ("from torch.nn import Linear", "Linear", "torch.nn.Linear"),
        ("from torch.nn import Linear as Dense", "Dense", "torch.nn.Linear"),
        ("from torch.nn import (\n    ReLU,\n    Linear as L,  # why not\n)", "L", "torch.nn.Linear"),
        ("from torch.nn.modules.linear import Linear", "Linear", "torch.nn.Linear"),
        ("from torch.nn.modules import Module", "Module", "torch.nn.Module"),
        ("from torch.nn.modules.module import Module as M", "M", "torch.nn.Module"),
        ("from torch.nn import *", "Linear", "torch.nn.Linear"),
        ("import torch\nnn = torch.nn", "nn.Module", "torch.nn.Module"),
        ("import torch\nnn: object = torch.nn", "nn.Module", "torch.nn.Module"),
        ("from torch import nn\nM = nn.Module", "M", "torch.nn.Module"),
        ("from torch import nn\nA = B = nn.Linear", "B", "torch.nn.Linear"),
        ("from torch import nn\nA, B = nn.Linear, nn.Conv2d", "B", "torch.nn.Conv2d"),
        ("from torch import nn\nA = nn.Linear\nB = A\nC = B", "C", "torch.nn.Linear"),
        ("import torch; from torch import nn; M = nn.Module", "M", "torch.nn.Module"),
        ("from torch.nn import Parameter", "Parameter", "torch.nn.Parameter"),
        ("from torch.nn.parameter import Parameter", "Parameter", "torch.nn.Parameter"),
        ("from torch.autograd import Function", "Function", "torch.autograd.Function"),
        ("from unheard_of import Thing", "Thing.Part", "unheard_of.Thing.Part"),
        ("", "isinstance", "isinstance"),
        ("class A: ...", "A", "one.py:A"),
        ("class A:\n    class B: ...", "A.B", "one.py:A.B"),
        ("def make(): ...", "make", "one.py:make"),
        ("async def make(): ...\nalso = make", "also", "one.py:make"),
    ],
)
def test_one_meaning(tmp_path: Path, text: str, name: str, means: str) -> None:
    assert meaning(write(tmp_path, {"one.py": text}), "one.py", name) == [means]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "Missing"),
        ("A = make()", "A"),
        ("A = 3", "A"),
        ("A = None", "A"),
        ("A = x if y else z", "A"),
        ("A = B\nB = A", "A"),
        ("import torch\ntorch = wrap(torch)", "torch.nn.Linear"),
        ("from torch import nn\ndel nn", "nn.Linear"),
        ("from torch import nn\nfor nn in (): pass", "nn.Linear"),
        ("from torch import nn\nif x:\n    nn = other()", "nn.Linear"),
        ("if x:\n    nn = other()\nelse:\n    from torch import nn", "nn.Linear"),
        ("from torch import nn\ndef f():\n    global nn\n    nn = 3", "nn.Linear"),
        ("class A: ...", "A.B"),
        ("def make(): ...", "make.inner"),
        ("def f():\n    from torch import nn", "nn.Linear"),
        ("from . import gone", "gone.Net"),
        ("from .gone import Net", "Net"),
        ("from ......... import Net", "Net"),
        ("from .gone import *", "isinstance"),
    ],
)
def test_no_meaning(tmp_path: Path, text: str, name: str) -> None:
    assert meaning(write(tmp_path, {"pkg/__init__.py": "", "pkg/one.py": text}), "pkg/one.py", name) == []


class TestAssignedAgain:
    def test_last_unconditional_one_counts(self, tmp_path: Path) -> None:
        write(tmp_path, {"one.py": "from torch.nn import Linear as A\nfrom torch.nn import Conv2d as A\n"})
        assert meaning(tmp_path, "one.py", "A") == ["torch.nn.Conv2d"]

    def test_conditional_one_adds_a_candidate(self, tmp_path: Path) -> None:
        write(tmp_path, {"one.py": "from torch.nn import Linear as A\nif x:\n    from torch.nn import Conv2d as A\n"})
        assert meaning(tmp_path, "one.py", "A") == ["torch.nn.Linear", "torch.nn.Conv2d"]

    def test_class_over_import(self, tmp_path: Path) -> None:
        write(tmp_path, {"one.py": "from torch.nn import Module\nclass Module: ...\n"})
        assert meaning(tmp_path, "one.py", "Module") == ["one.py:Module"]

    def test_function_over_class(self, tmp_path: Path) -> None:
        write(tmp_path, {"one.py": "class A: ...\ndef A(): ...\n"})
        project = Project(tmp_path)
        (ref,) = project.resolve(project.source(tmp_path / "one.py"), "A")
        assert ref.is_function()


class TestConditionalImport:
    def test_candidates_in_source_order(self, tmp_path: Path) -> None:
        text = """
            try:
                from apex.normalization import FusedLayerNorm as Norm
            except ImportError:
                from torch.nn import LayerNorm as Norm
            """
        write(tmp_path, {"one.py": text})
        assert meaning(tmp_path, "one.py", "Norm") == ["apex.normalization.FusedLayerNorm", "torch.nn.LayerNorm"]

    def test_same_meaning_is_one_candidate(self, tmp_path: Path) -> None:
        text = """
            try:
                from torch.nn import Module
            except ImportError:
                from torch.nn.modules import Module
            """
        assert meaning(write(tmp_path, {"one.py": text}), "one.py", "Module") == ["torch.nn.Module"]

    def test_none_is_no_candidate(self, tmp_path: Path) -> None:
        text = """
            try:
                from torch.nn import RMSNorm
            except ImportError:
                RMSNorm = None
            """
        assert meaning(write(tmp_path, {"one.py": text}), "one.py", "RMSNorm") == ["torch.nn.RMSNorm"]

    def test_none_first_is_no_candidate(self, tmp_path: Path) -> None:
        text = """
            Norm = None
            if x:
                from torch.nn import LayerNorm as Norm
            """
        assert meaning(write(tmp_path, {"one.py": text}), "one.py", "Norm") == ["torch.nn.LayerNorm"]

    def test_one_unknown_candidate_makes_all_unknown(self, tmp_path: Path) -> None:
        text = """
            if x:
                from torch.nn import LayerNorm as Norm
            else:
                Norm = make_norm()
            """
        assert meaning(write(tmp_path, {"one.py": text}), "one.py", "Norm") == []

    def test_type_checking_block(self, tmp_path: Path) -> None:
        text = """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from torch.nn import Module
            """
        assert meaning(write(tmp_path, {"one.py": text}), "one.py", "Module") == ["torch.nn.Module"]


class TestRelativeImport:
    FILES: ClassVar = {
        "pkg/__init__.py": "from .blocks import Block\n",
        "pkg/blocks.py": "class Block: ...\n",
        "pkg/sub/__init__.py": "",
        "pkg/sub/deep.py": "class Deep: ...\n",
    }

    @pytest.mark.parametrize(
        ("text", "name", "means"),
        [
            ("from .deep import Deep", "Deep", "pkg/sub/deep.py:Deep"),
            ("from . import deep", "deep.Deep", "pkg/sub/deep.py:Deep"),
            ("from ..blocks import Block", "Block", "pkg/blocks.py:Block"),
            ("from .. import blocks as b", "b.Block", "pkg/blocks.py:Block"),
            ("from .. import Block", "Block", "pkg/blocks.py:Block"),
            ("from ..sub.deep import Deep as D", "D", "pkg/sub/deep.py:Deep"),
            ("from pkg import Block", "Block", "pkg/blocks.py:Block"),
            ("import pkg.sub.deep", "pkg.sub.deep.Deep", "pkg/sub/deep.py:Deep"),
            ("import pkg.sub.deep as d", "d.Deep", "pkg/sub/deep.py:Deep"),
            ("import pkg", "pkg.Block", "pkg/blocks.py:Block"),
            ("from ..blocks import *", "Block", "pkg/blocks.py:Block"),
        ],
    )
    def test_from_a_sub_package(self, tmp_path: Path, text: str, name: str, means: str) -> None:
        write(tmp_path, {**self.FILES, "pkg/sub/one.py": text})
        assert meaning(tmp_path, "pkg/sub/one.py", name) == [means]

    def test_from_an_init(self, tmp_path: Path) -> None:
        write(tmp_path, self.FILES)
        assert meaning(tmp_path, "pkg/__init__.py", "Block") == ["pkg/blocks.py:Block"]

    def test_beyond_the_top_is_unknown(self, tmp_path: Path) -> None:
        write(tmp_path, {**self.FILES, "pkg/one.py": "from ...pkg.other import Block\n"})
        assert meaning(tmp_path, "pkg/one.py", "Block") == []


class TestStarImport:
    def test_private_names_are_not_taken(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "class _A: ...\nclass A: ...\n", "b.py": "from a import *\n"})
        assert meaning(tmp_path, "b.py", "A") == ["a.py:A"]
        assert meaning(tmp_path, "b.py", "_A") == []

    def test_all_decides(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "__all__ = ['_A']\nclass _A: ...\nclass A: ...\n", "b.py": "from a import *\n"})
        assert meaning(tmp_path, "b.py", "_A") == ["a.py:_A"]
        assert meaning(tmp_path, "b.py", "A") == []

    def test_last_star_wins(self, tmp_path: Path) -> None:
        stars = "from a import *\nfrom b import *\n"
        write(tmp_path, {"a.py": "class N: ...\n", "b.py": "class N: ...\n", "c.py": stars})
        assert meaning(tmp_path, "c.py", "N") == ["b.py:N"]

    def test_own_name_before_star(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "class N: ...\n", "b.py": "from a import *\nclass N: ...\n"})
        assert meaning(tmp_path, "b.py", "N") == ["b.py:N"]

    def test_through_several_files(self, tmp_path: Path) -> None:
        files = {"a.py": "from torch.nn import Module\n", "b.py": "from a import *\n", "c.py": "from b import *\n"}
        write(tmp_path, files)
        assert meaning(tmp_path, "c.py", "Module") == ["torch.nn.Module"]

    def test_stars_of_modules_that_are_gone(self, tmp_path: Path) -> None:
        """A star's module is no name that other stars may bring: asking each for all the others would never end."""
        stars = "".join(
            f"try:\n    from .gone{number} import *\nexcept ImportError:\n    pass\n" for number in range(40)
        )
        write(tmp_path, {"pk/__init__.py": stars, "pk/one.py": "from . import *\n"})
        assert meaning(tmp_path, "pk/one.py", "Base") == []

    def test_stars_in_a_circle(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "from b import *\nclass A: ...\n", "b.py": "from a import *\nclass B: ...\n"})
        assert meaning(tmp_path, "a.py", "B") == ["b.py:B"]
        assert meaning(tmp_path, "b.py", "A") == ["a.py:A"]
        assert meaning(tmp_path, "a.py", "Gone") == []

    def test_builtin_behind_a_star_that_cannot_be_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "from unheard_of import *\n"})
        assert meaning(tmp_path, "a.py", "map") == []


class TestInside:
    """Names written in a class or function."""

    FILES: ClassVar = {
        "one.py": """
            from torch import nn

            class Outer:
                class Base(nn.Module): ...
                class Inner(Base): ...

            def make():
                from torch.nn import Linear
                class Base(nn.Conv2d): ...
                class Local(Base): ...
                class Other(Linear): ...

            class Base: ...
            """
    }

    @pytest.mark.parametrize(
        ("holder", "name", "means"),
        [
            ("Outer.Inner", "Base", "one.py:Outer.Base"),
            ("make.<locals>.Local", "Base", "one.py:make.<locals>.Base"),
            ("make.<locals>.Other", "Linear", "torch.nn.Linear"),
            ("Outer", "Base", "one.py:Base"),
            ("Outer.Base", "Base", "one.py:Base"),
        ],
    )
    def test_nearest_scope(self, tmp_path: Path, holder: str, name: str, means: str) -> None:
        write(tmp_path, self.FILES)
        project = Project(tmp_path)
        source = project.source(tmp_path / "one.py")
        assert [shown(ref, tmp_path) for ref in project.resolver.resolve_in(source, holder, name)] == [means]


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        *[(name, True) for name in ("abc.ABC", "typing.Generic", "object", "Exception", "os.path")],
        *[(name, False) for name in ("torch.nn.Module", "numpy", "numpy.ndarray", "abc")],
    ],
)
def test_standard_library(name: str, standard: bool) -> None:
    assert Ref(None, name).is_standard() is standard


def test_module_is_one_name() -> None:
    assert Ref(None, "torch.nn.Module") == MODULE
    assert str(MODULE) == "torch.nn.Module"
