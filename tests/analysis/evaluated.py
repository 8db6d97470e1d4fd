"""Classes and functions evaluated from their text, and short words for the values found."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import libcst as cst

from torchmodlint.analysis.instances import Instance, evaluate_class, evaluate_function, evaluate_module
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.project import Project
from torchmodlint.analysis.refs import Ref
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.values import (
    Argument,
    Container,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Reference,
    Tensor,
    Value,
    possible,
)

HEAD = "import torch\nfrom torch import nn\n"


def instance(text: str, name: str = "C") -> Instance:
    """The class of that name in `text`, evaluated."""
    project = Project(Path("/nowhere"))
    source = project.source(Path("/nowhere/one.py"), HEAD + dedent(text))
    trees = Trees.of(project)
    trees.begin(source, cst.parse_module(source.text))
    return evaluate_class(trees, Ref(source, name), deep=True)


def constructor(*lines: str) -> Instance:
    """A module with these lines in its constructor, `x` and `y` its arguments."""
    body = "".join(f"        {line}\n" for line in lines)
    return instance(f"class C(nn.Module):\n    def __init__(self, x, y):\n        super().__init__()\n{body}")


def kind(value: Value | None) -> str:
    """A short word for a value: `Linear`, `list[Linear]`, `Linear|None`."""
    if value is None:
        return "unbound"
    return "|".join(sorted({_kind(one) for one in possible(value)}))


def _kind(one: Value) -> str:
    if isinstance(one, Module):
        name = one.cls.name.rpartition(".")[2] if one.cls is not None else "Module"
        return name + ("*" if one.given else "")
    if isinstance(one, Container):
        return f"{one.kind}[{','.join(sorted({kind(item) for item in one.items}))}]"
    words = {Nothing: "None", Plain: "plain", Tensor: "tensor", Parameter: "parameter", Argument: "argument"}
    if isinstance(one, Opaque):
        return "foreign" if one.foreign else "?"
    if isinstance(one, Reference):
        return f"<{one.ref.name}>"
    return words.get(type(one), type(one).__name__)


def events(text: str) -> list[Event]:
    """What happens in the function `f` of `text`, or in `text` itself where there is none."""
    project = Project(Path("/nowhere"))
    source = project.source(Path("/nowhere/one.py"), HEAD + dedent(text))
    trees = Trees.of(project)
    tree = cst.parse_module(source.text)
    found = trees.begin(source, tree).functions.get("f")
    if found is None:
        return evaluate_module(trees, source, tree, deep=True)
    return evaluate_function(trees, source, found, deep=True)


def receivers(text: str) -> list[str]:
    """The receivers of every `.forward(…)` there, in the order of evaluation."""
    return [kind(event.value) for event in events(text) if event.kind == "forward"]
