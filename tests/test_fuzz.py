"""Whatever text it is given, the linter answers: it may miss something, it may not crash or point outside the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.paths import CASES, ROOT
from torchmodlint.analysis.project import Project
from torchmodlint.engine.lint import lint
from torchmodlint.engine.registry import all_rules

hypothesmith = pytest.importorskip("hypothesmith")

NAME = re.compile(r"[^\W\d]\w*")
NAMES = (
    "self",
    "super",
    "nn",
    "torch",
    "Linear",
    "ModuleList",
    "Parameter",
    "__init__",
    "forward",
    "x",
    "None",
    "append",
)
HEADER = "import torch\nfrom torch import nn\n"
SEEDS = [
    file.read_text("utf-8")
    for file in [*sorted(CASES.rglob("*.py")), ROOT / "examples" / "pitfalls.py"]
    if b"coding:" not in file.read_bytes()
]
EXAMPLES = [example.text for rule in all_rules() for example in rule.examples]
FILE = Path("fuzzed.py").absolute()

bounded = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def _lint(text: str) -> None:
    """Lint with every rule; what does not parse is a problem with the file, anything else would be one of ours."""
    linted = lint(FILE, FILE.name, text.encode("utf-8", "surrogatepass"), all_rules(), Project(FILE.parent))
    assert not [problem for problem in linted.problems if " failed: " in problem.message]
    lines = re.split(r"\r\n|\r|\n", text)
    for finding in linted.findings:
        assert 1 <= finding.line <= finding.span.end_line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1


def _mutated(draw: st.DrawFn, text: str) -> str:
    """One small change, of the kinds that people make by mistake."""
    lines = text.split("\n")
    first, second = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["rename", "rename", "rename", "drop", "repeat", "swap", "indent", "cut"]))
    names = list(NAME.finditer(text))
    if kind == "rename" and names:
        old = draw(st.sampled_from(names))
        new = draw(st.sampled_from(NAMES) | st.sampled_from([name.group() for name in names]))
        return text[: old.start()] + new + text[old.end() :]
    if kind == "drop":
        del lines[first]
    elif kind == "repeat":
        lines.insert(second, lines[first])
    elif kind == "swap":
        lines[first], lines[second] = lines[second], lines[first]
    elif kind == "indent":
        lines[first] = draw(st.sampled_from(["", "    ", "\t"])) + lines[first].lstrip()
    elif kind == "cut":
        return text[: draw(st.integers(0, len(text)))]
    return "\n".join(lines)


@st.composite
def damaged_code(draw: st.DrawFn) -> str:
    """A case or an example, changed in a few places."""
    text = draw(st.sampled_from(SEEDS + EXAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        text = _mutated(draw, text)
    return text


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(damaged_code())
def test_damaged_code(text: str) -> None:
    _lint(text)


@bounded
@given(hypothesmith.from_node())
def test_generated_code(text: str) -> None:
    _lint(HEADER + text)


@pytest.mark.thorough
@bounded
@given(hypothesmith.from_node())
def test_generated_code_within_a_module(text: str) -> None:
    """Indented by one level, strings over several lines may change; they stay strings."""
    body = "\n".join("        " + line for line in text.split("\n"))
    _lint(f"{HEADER}\nclass Net(nn.Module):\n    def __init__(self, x):\n        super().__init__()\n{body}\n")


@bounded
@given(
    st.text(st.characters(exclude_categories=[]), max_size=200) | st.text("()[]{}:=,.'\"\\\n\t #@*selfnn", max_size=200)
)
def test_arbitrary_text(text: str) -> None:
    _lint(HEADER + text)


@bounded
@given(st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    linted = lint(FILE, FILE.name, b"import torch\n" + data, all_rules(), Project(FILE.parent))
    assert not [problem for problem in linted.problems if " failed: " in problem.message]
