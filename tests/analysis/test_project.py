"""Which classes are nn.Modules, through any depth, and in which order their bases come."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from tests.analysis.packages import shown, verdict, write
from torchmodlint.analysis.project import MODULE, Answer, Project, Ref, Trigger

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("from torch import nn\nclass C(nn.Module): ...", YES),
        ("from torch import nn\nclass C(nn.Linear): ...", YES),
        ("from torch import nn\nclass C(nn.Module, metaclass=Meta): ...", YES),
        ("from torch import nn\nclass C(object, nn.Module): ...", YES),
        ("from torch import nn\nclass C(unknown(), nn.Module): ...", YES),
        ("from torch import nn\nclass C(*bases, nn.Module): ...", YES),
        ("from torch import nn\nclass B(nn.Module): ...\nclass C(B): ...", YES),
        ("from torch import nn\nM = nn.Module\nclass C(M): ...", YES),
        ("from torch import nn\nimport typing as t\nclass C(nn.Module, t.Generic[T]): ...", YES),
        ("from torch import nn\nclass B(nn.Module): ...\nclass C(B[int]): ...", YES),
        ("from torch import nn\nclass C[T](nn.Module): ...", YES),
        ("from torch import nn\nclass C(\n    # why\n    nn.Module,\n): ...", YES),
        ("import pytorch_lightning as pl\nclass C(pl.LightningModule): ...", YES),
        ("from transformers import BertModel\nclass C(BertModel): ...", YES),
        ("class C: ...", NO),
        ("class C(object): ...", NO),
        ("import abc\nclass C(abc.ABC): ...", NO),
        ("from enum import Enum\nclass C(Enum): ...", NO),
        ("from torch.autograd import Function\nclass C(Function): ...", NO),
        ("from torch.utils.data import Dataset\nclass C(Dataset): ...", NO),
        ("import keras\nclass C(keras.Model): ...", NO),
        ("from paddle import nn\nclass C(nn.Layer): ...", NO),
        ("import haiku as hk\nclass C(hk.Module): ...", NO),
        ("class Module: ...\nclass C(Module): ...", NO),
        ("class B(object): ...\nclass C(B): ...", NO),
        ("class C(Missing): ...", UNKNOWN),
        ("class C(make()): ...", UNKNOWN),
        ("class C(*bases): ...", UNKNOWN),
        ("from unheard_of import Base\nclass C(Base): ...", UNKNOWN),
        ("def make(): ...\nclass C(make): ...", UNKNOWN),
        ("class C(C): ...", UNKNOWN),
        ("class B(C): ...\nclass C(B): ...", UNKNOWN),
        ("class D: ...", UNKNOWN),
    ],
)
def test_verdict(tmp_path: Path, text: str, answer: Answer) -> None:
    assert verdict(write(tmp_path, {"one.py": text}), "one.py", "C") is answer


class TestCandidates:
    def test_all_agree(self, tmp_path: Path) -> None:
        text = """
            try:
                from apex.normalization import FusedLayerNorm as Norm
            except ImportError:
                from torch.nn import LayerNorm as Norm
            class C(Norm): ...
            """
        assert verdict(write(tmp_path, {"one.py": text}), "one.py", "C") is YES

    def test_they_differ(self, tmp_path: Path) -> None:
        text = """
            try:
                from torch.nn import Module as Base
            except ImportError:
                Base = object
            class C(Base): ...
            """
        assert verdict(write(tmp_path, {"one.py": text}), "one.py", "C") is UNKNOWN

    def test_none_in_the_handler(self, tmp_path: Path) -> None:
        text = """
            try:
                from torch.nn import Module
            except ImportError:
                Module = None
            class C(Module): ...
            """
        assert verdict(write(tmp_path, {"one.py": text}), "one.py", "C") is YES


def test_class_written_twice(tmp_path: Path) -> None:
    text = "from torch import nn\nclass C: ...\nclass C(nn.Module): ...\nclass D(nn.Module): ...\nclass D: ...\n"
    write(tmp_path, {"one.py": text})
    assert (verdict(tmp_path, "one.py", "C"), verdict(tmp_path, "one.py", "D")) == (YES, NO)


def test_depth(tmp_path: Path) -> None:
    files = {f"pkg/m{at}.py": f"from .m{at + 1} import C{at + 1}\nclass C{at}(C{at + 1}): ...\n" for at in range(30)}
    top = "from torch.nn import Module\nclass C30(Module): ...\n"
    write(tmp_path, {**files, "pkg/__init__.py": "", "pkg/m30.py": top})
    assert verdict(tmp_path, "pkg/m0.py", "C0") is YES


class TestInstalledLibrary:
    """A library that no table knows is read as source, and never imported."""

    LIBRARY: ClassVar = {
        "site-packages/newlib/__init__.py": "raise RuntimeError('imported')\nfrom .core.base import Base\n",
        "site-packages/newlib/core/__init__.py": "",
        "site-packages/newlib/core/base.py": """
            from torch import nn
            class Base(nn.Module):
                class Part(nn.Linear): ...
            class Config: ...
            """,
    }

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("from newlib import Base\nclass C(Base): ...", YES),
            ("import newlib\nclass C(newlib.Base): ...", YES),
            ("from newlib.core import base\nclass C(base.Base): ...", YES),
            ("from newlib.core.base import Base as B\nclass C(B): ...", YES),
            ("from newlib.core.base import Base\nclass C(Base.Part): ...", YES),
            ("from newlib.core.base import Config\nclass C(Config): ...", NO),
            ("from newlib import Missing\nclass C(Missing): ...", UNKNOWN),
        ],
    )
    def test_verdict(self, tmp_path: Path, text: str, answer: Answer) -> None:
        write(tmp_path, {**self.LIBRARY, "work/one.py": text})
        project = Project(tmp_path / "work", libraries=[tmp_path / "site-packages"])
        assert verdict(tmp_path, "work/one.py", "C", project) is answer

    def test_without_the_library(self, tmp_path: Path) -> None:
        write(tmp_path, {"one.py": "from newlib import Base\nclass C(Base): ...\n"})
        assert verdict(tmp_path, "one.py", "C") is UNKNOWN

    def test_first_folder_wins(self, tmp_path: Path) -> None:
        other = {"other/newlib/__init__.py": "class Base: ...\n"}
        write(tmp_path, {**self.LIBRARY, **other, "work/one.py": "from newlib import Base\nclass C(Base): ...\n"})
        for folders, answer in ((["site-packages", "other"], YES), (["other", "site-packages"], NO)):
            project = Project(tmp_path / "work", libraries=[tmp_path / folder for folder in folders])
            assert verdict(tmp_path, "work/one.py", "C", project) is answer

    def test_project_before_library(self, tmp_path: Path) -> None:
        own = {"work/newlib.py": "class Base: ...\n", "work/one.py": "from newlib import Base\nclass C(Base): ...\n"}
        write(tmp_path, {**self.LIBRARY, **own})
        project = Project(tmp_path / "work", libraries=[tmp_path / "site-packages"])
        assert verdict(tmp_path, "work/one.py", "C", project) is NO

    def test_order_goes_through_the_library(self, tmp_path: Path) -> None:
        write(tmp_path, {**self.LIBRARY, "work/one.py": "from newlib import Base\nclass C(Base): ...\n"})
        project = Project(tmp_path / "work", libraries=[tmp_path / "site-packages"])
        order, complete = project.ancestors(Ref(project.source(tmp_path / "work/one.py"), "C"))
        assert [shown(ref, tmp_path) for ref in order] == [
            "site-packages/newlib/core/base.py:Base",
            "torch.nn.Module",
        ]
        assert complete


class TestOrder:
    @pytest.mark.parametrize(
        ("text", "order", "complete"),
        [
            ("class C: ...", [], True),
            ("class C(nn.Module): ...", ["torch.nn.Module"], True),
            ("class C(nn.Linear): ...", ["torch.nn.Linear", "torch.nn.Module"], True),
            ("class A(nn.Module): ...\nclass C(A): ...", ["A", "torch.nn.Module"], True),
            ("class A: ...\nclass C(A, nn.Module): ...", ["A", "torch.nn.Module"], True),
            (
                "class A(nn.Module): ...\nclass B(nn.Module): ...\nclass C(A, B): ...",
                ["A", "B", "torch.nn.Module"],
                True,
            ),
            ("class T: ...\nclass A(T): ...\nclass B(T): ...\nclass C(A, B): ...", ["A", "B", "T"], True),
            ("class A: ...\nclass B(A): ...\nclass C(A, B): ...", ["A", "B"], True),  # Python refuses this
            ("class C(Gone, nn.Module): ...", ["torch.nn.Module"], False),
            ("class C(C): ...", [], False),
            ("class B(C): ...\nclass C(B): ...", [], False),
            ("class A(B): ...\nclass B(A): ...\nclass C(A): ...", ["A"], False),
        ],
    )
    def test_order(self, tmp_path: Path, text: str, order: list[str], complete: bool) -> None:
        write(tmp_path, {"one.py": f"from torch import nn\n{text}\n"})
        project = Project(tmp_path)
        found, whole = project.ancestors(Ref(project.source(tmp_path / "one.py"), "C"))
        assert [ref.name for ref in found] == order
        assert whole is complete

    def test_of_module_itself(self, tmp_path: Path) -> None:
        assert Project(tmp_path).ancestors(MODULE) == ((), True)


def test_module_classes(tmp_path: Path) -> None:
    text = """
        from torch import nn
        class A(nn.Module):
            class Inner(nn.Linear): ...
        class B: ...
        def make():
            class Local(nn.Module): ...
        if True:
            class D(A): ...
        """
    write(tmp_path, {"one.py": text})
    project = Project(tmp_path)
    names = [ref.name for ref in project.module_classes(project.source(tmp_path / "one.py"))]
    assert names == ["A", "A.Inner", "make.<locals>.Local", "D"]


@pytest.mark.parametrize(
    ("text", "triggers", "worth"),
    [
        ("x = 1\n", [".forward("], False),
        ("model.forward(x)\n", [".forward("], True),
        ("from torch import nn\nclass A(nn.Module): ...\n", [], True),
        ("class A: ...\n", [], False),
        ("model.eval()\n", [(".eval(", "backward")], False),
        ("loss.backward()\nmodel.eval()\n", [(".eval(", "backward")], True),
    ],
)
def test_worth_parsing(tmp_path: Path, text: str, triggers: list[Trigger], worth: bool) -> None:
    assert Project(tmp_path).worth_parsing(tmp_path / "one.py", text, triggers) is worth
