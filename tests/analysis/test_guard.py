"""The guard stops what would crash LibCST, and nothing that people write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.sources import AWKWARD, ZOO, real_files
from torchmodlint.analysis import guard
from torchmodlint.analysis.guard import MAX_BRACKETS, MAX_CHAIN, MAX_ELIF, too_deep

BRACKETS = f"more than {MAX_BRACKETS} nested brackets"
CHAIN = f"an expression with more than {MAX_CHAIN} nested operations"
ELIF = f"an if statement with more than {MAX_ELIF} elif"


def brackets(opening: str, closing: str, depth: int) -> str:
    return "x = " + opening * depth + "a" + closing * depth + "\n"


def chain(part: str, count: int, end: str = "a") -> str:
    return "x = " + part * count + end + "\n"


def elifs(count: int, indentation: str = "") -> str:
    return f"{indentation}if a:\n{indentation} pass\n" + f"{indentation}elif a:\n{indentation} pass\n" * count


# Each of these kills the process, or takes minutes or gigabytes, with at most 16,000 parts.
@pytest.mark.parametrize("count", [2_000, 16_000])
@pytest.mark.parametrize(
    ("part", "end"),
    [
        ("a + ", "a"),
        ("a +\\\n", "a"),
        ("a or ", "a"),
        ("a**", "a"),
        ("not ", "a"),
        ("-", "a"),
        ("- ", "a"),
        ("~", "a"),
        ("lambda: ", "a"),
        ("lambda x,: ", "a"),
        ("a if b else ", "a"),
        ("a.", "b"),
        ('"," + ', "a"),
        ("f(a, b) + ", "a"),
        ("'#' + ", "a"),
        ("1or ", "a"),
        ("a[0] @", "a"),
    ],
)
def test_long_chains_are_stopped(part: str, end: str, count: int) -> None:
    assert too_deep(chain(part, count, end)) == CHAIN
    assert too_deep(f"def f():\n    # (\n    y = '('\n    {chain(part, count, end)}") == CHAIN


@pytest.mark.parametrize("part", ["()", "[0]", ".b", ".b()", "[a, b]", "(a, b)"])
def test_long_chains_to_the_right_are_stopped(part: str) -> None:
    assert too_deep("x = a" + part * 2_000 + "\n") == CHAIN


@pytest.mark.parametrize("text", ['x = ("a"\n' + '  "b,"\n' * 4_000 + ")\n", "x = [a " + "for a in b " * 4_000 + "]\n"])
def test_long_expressions_over_several_lines_are_stopped(text: str) -> None:
    assert too_deep(text) == CHAIN


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), ("[", "]"), ("{1: ", "}"), ("f(", ")"), ("a[", "]"), ("[(", ")]"), ('f"{', '}"')],
)
def test_deep_brackets_are_stopped(opening: str, closing: str) -> None:
    assert too_deep(brackets(opening, closing, MAX_BRACKETS + 2)) == BRACKETS
    assert too_deep(brackets(opening, closing, MAX_BRACKETS // 2)) is None


def test_many_elif_are_stopped() -> None:
    assert too_deep(elifs(MAX_ELIF)) is None
    assert too_deep(elifs(MAX_ELIF + 1)) == ELIF
    inner = elifs(MAX_ELIF // 2 + 1, "    ")
    assert too_deep(elifs(MAX_ELIF // 2) + "elif b:\n" + inner) == ELIF
    assert too_deep((elifs(5) + "x = 1\n") * MAX_ELIF) is None


def test_chains_in_brackets_add_up() -> None:
    assert too_deep(brackets("f(not not not not not not ", ")", MAX_BRACKETS - 1)) == CHAIN


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "-a + b.c['(((('] * d, " * 5_000 + "]\n",
        "x = {" + '"a": "b", ' * 5_000 + "}\n",
        "f(a.b, c=-1)\n" * 5_000,
        "x = ':-( ((( [[[ {{{'\n" * 500,
        "# (((((\n" * 500,
        "x = (\n" + '    "implicit concatenation"\n' * 900 + ")\n",
        "x = " + " + ".join(["a.b * c ** 2 / d(e)"] * 600) + "\n",
        "x = '''\n" + "- - - - - -\n" * 5_000 + "'''\n",
        "if a if b else c:\n    return not d\n" * 3_000,
        "a = b; c = d + e\r" * 2_000,
        ZOO,
        *AWKWARD.values(),
    ],
    ids=lambda text: repr(text[:30]),
)
def test_flat_code_passes(text: str) -> None:
    assert too_deep(text) is None


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
def test_real_code_passes(path: Path) -> None:
    assert too_deep(path.read_text("utf-8")) is None


AT_THE_LIMIT = {
    "calls": brackets("f(", ")", MAX_BRACKETS - 1),
    "lists of conditions": brackets("[a if b else c if d else ", "]", MAX_BRACKETS - 20),
    "calls of negations": brackets("not not not f(", ")", MAX_BRACKETS - 2),
    "sum": chain("a + ", MAX_CHAIN - 1),
    "power": chain("a**-", MAX_CHAIN // 2 - 5),
    "subscripts": "x = a" + "[0]" * (MAX_CHAIN - 10) + "\n",
    "elif": elifs(MAX_ELIF),
    "strings": "x = (" + '"a"\n' * (MAX_CHAIN - 10) + "); y\n",
    "format strings": brackets('f"{', '}"', MAX_BRACKETS - 5),
    "deep expression at the end of many elif": elifs(MAX_ELIF - 5) + "else:\n " + brackets("f(not ", ")", 190),
}

CHECK = """
import sys
import libcst as cst
from torchmodlint.analysis.positions import locate
from torchmodlint.analysis.walk import walk

class Names(cst.BatchableCSTVisitor):
    def __init__(self):
        super().__init__()
        self.nodes = []

    def visit_Name(self, node):
        self.nodes.append(node)

tree = cst.parse_module(sys.stdin.read())
names = Names()
walk(tree, [names])
print(len(names.nodes), locate(tree, names.nodes[-1:])[0].line)
"""


@pytest.mark.parametrize("text", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_just_passes_is_read_walked_and_located(text: str) -> None:
    assert too_deep(text) is None
    result = subprocess.run([sys.executable, "-c", CHECK], input=text, capture_output=True, text=True, timeout=120)
    if sys.version_info[:2] == (3, 12) and "TooDeepError" in result.stderr:
        return  # this version alone limits calls through C, which no setting raises: a clear error, and no crash
    assert (result.returncode, result.stderr) == (0, "")
    last_line_with_a_name = text.count("\n") - text.endswith(" pass\n")
    assert result.stdout.split()[1:] == [str(last_line_with_a_name)]


def test_real_code_is_settled_by_the_first_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closer look reads every token; of real code hardly anything may need it."""
    closely: list[str] = []

    def measured(text: str) -> tuple[int, int]:
        closely.append(text)
        return measure(text)

    measure = guard._measure
    monkeypatch.setattr(guard, "_measure", measured)
    texts = [path.read_text("utf-8") for path in real_files()]
    assert [text for text in texts if too_deep(text)] == []
    assert sum(map(len, closely)) < 0.05 * sum(map(len, texts))
