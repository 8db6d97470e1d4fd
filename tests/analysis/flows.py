"""What the flow of a piece of code has seen, in words short enough to compare."""

from __future__ import annotations

import textwrap
from pathlib import Path

import libcst as cst

from torchmodlint.analysis.facts import FileFacts
from torchmodlint.analysis.flow.entries import Flow
from torchmodlint.analysis.flow.things import Use
from torchmodlint.analysis.project import Project

HEAD = "import contextlib\nimport copy\nimport torch\nfrom torch import nn\n"
PARAMETERS = "model, other, x, y, loader, flag, unknown"


def facts_of(text: str, folder: Path | None = None) -> FileFacts:
    """The facts of a file with this text; `folder` holds the other files of its project."""
    root = folder or Path(__file__).parent / "nowhere"
    return FileFacts(root / "flowing.py", text, cst.parse_module(text), Project(root))


def flow_of(text: str, folder: Path | None = None) -> Flow:
    """The flow of a file, with the helpers of other files in `folder`."""
    facts = facts_of(text, folder)
    return facts.flow if folder is None else facts.whole_flow


def uses_in(body: str, before: str = "", folder: Path | None = None) -> list[Use]:
    """The calls seen from `def f(model, other, x, y, loader, flag, unknown)` with this body, below `before`."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    text = f"{HEAD}{textwrap.dedent(before)}\ndef f({PARAMETERS}):\n{inner}\n"
    return uses_from("f", text, folder)


def uses_from(name: str, text: str, folder: Path | None = None) -> list[Use]:
    """The calls seen from the function or method of that name as an entry point."""
    return [
        use
        for entry in flow_of(text, folder).entries
        for use in entry.uses
        if use.functions and use.functions[0].name.value == name
    ]


def modes(uses: list[Use]) -> list[str]:
    """The modes of each call, in the order of the calls: `eval`, or `eval train` where paths meet."""
    return [" ".join(sorted({setting.kind for setting in use.settings})) for use in uses]


def gradients(uses: list[Use]) -> list[str]:
    """Whether gradients are recorded in each call."""
    return [" ".join(sorted({grad.kind for grad in use.grads})) for use in uses]


def trained(uses: list[Use]) -> list[bool]:
    """Whether a gradient was asked for, or may have been, of each call."""
    return [use.trained for use in uses]
