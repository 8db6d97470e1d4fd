"""The outline from the text alone equals the one that `ast` gives, and no text makes it fail or hang."""

from __future__ import annotations

import ast
import marshal
import pickle
import subprocess
import sys
import sysconfig
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.reference_outline import reference
from tests.analysis.sources import AWKWARD, ZOO
from torchmodlint.analysis.scan import Binding, ClassLine, Outline, scan

CASES = {
    name: text
    for name, _, text in (
        case.partition("\n")
        for case in Path(__file__).with_name("outline_cases.txt").read_text("utf-8").removeprefix("%% ").split("\n%% ")
    )
}

# Text that older Pythons refuse, with the names it binds; hand-written, so that it is checked on those too.
NEWER_SYNTAX = {
    'f"{x["a"]}"; import a\nimport b': "a b",
    'f"{\'a\' + f"{"b" + f\'{c["d"]}\'}"}"; import a': "a",
    'f"{x:{y["z"]}>{"w"}}"; import a': "a",
    'f"{\n    x["a"]  # comment "\n}"; import a': "a",
    "f'''{\n  y['''a''']:>{'w'}\n}'''; import a": "a",
    'f"{{{x["}"]}}}"; import a': "a",
    'f"\\{x["a"]}" f"\\N{EM DASH}{x["a"]}"; import a': "a",
    'rf"\\{x["a"]}\\""; import a': "a",
    'f"{(lambda x: {"a": x})("b")!r:>10}"; import a': "a",
    'f"{d["}"]}"; import a\nf"{a!r}{"\\n"}{\'\\\'\'}"; import b': "a b",
    't"{x["a"]}" rt"{x["#"]}"; import a': "a",
    "type X[T] = dict[str, T]; type Y = int; import a": "X Y a",
    "class A[T: (int, str), *Ts = *B, **P](B[T], C): import x\ndef f[T](a: T): pass": "A f",
    "with a as b, (c) as (d): pass\ntry: pass\nexcept* E as e: pass": "b d e",
    "try: pass\nexcept A, B: import a": "a",
}


def accepted(text: str) -> bool:
    """Whether this Python reads the text."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


@pytest.fixture(autouse=True)
def no_warnings_from_parsing() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes and comparisons in what is parsed
        yield


@pytest.mark.parametrize("name", CASES)
def test_awkward_code(name: str) -> None:
    assert scan(CASES[name]) == reference(CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_line_ends_and_odd_starts_make_no_difference(name: str) -> None:
    text = CASES[name] + "\n"
    expected = scan(text)
    assert scan("\ufeff" + text) == expected
    assert scan(text.rstrip("\n")) == expected
    assert scan(text.replace("\n", "\r\n")) == expected
    assert scan(text.replace("\n", "\r")) == expected
    assert scan("\f" + text.replace("\n", "\n\f")) == expected


@pytest.mark.parametrize("text", [ZOO, *AWKWARD.values()])
def test_all_kinds_of_syntax(text: str) -> None:
    if not accepted(text):
        pytest.skip("newer than this Python")
    assert scan(text) == reference(text)


@pytest.mark.parametrize("text", NEWER_SYNTAX)
def test_newer_syntax(text: str) -> None:
    assert " ".join(scan(text).bindings) == NEWER_SYNTAX[text]
    if accepted(text):
        assert scan(text) == reference(text)


def test_the_standard_library() -> None:
    root = Path(sysconfig.get_path("stdlib"))
    compared = 0
    for file in sorted(root.glob("*.py")):
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        assert scan(text) == reference(text), file
        compared += 1
    assert compared > 150


def test_what_bindings_say() -> None:
    outline = scan(
        "import torch.nn as nn\n"
        "from ..x import Y as Z\n"
        "try:\n"
        "    import apex.norm\n"
        "except ImportError:\n"
        "    apex = None\n"
        "Layer: type = nn.Linear\n"
        "def make():\n"
        "    global Z\n"
        "    from .late import Block\n"
    )
    assert outline.bindings == {
        "nn": (Binding("import", "torch.nn", False, 1),),
        "Z": (Binding("import", "..x.Y", False, 2), Binding("other", "", True, 9)),
        "apex": (Binding("import", "apex", True, 4), Binding("none", "", True, 6)),
        "Layer": (Binding("alias", "nn.Linear", False, 7),),
        "make": (Binding("function", "", False, 8),),
    }
    assert outline.inner_imports == {"Block": (Binding("import", ".late.Block", False, 10),)}


def test_what_classes_say() -> None:
    outline = scan(
        "class Outer(nn.Module, Generic[T], make(), metaclass=Meta):\n"
        "    class Inner(Outer): pass\n"
        "def make():\n"
        "    if fast:\n"
        "        class Inner(*bases, **options): pass\n"
    )
    assert outline.classes == (
        ClassLine("Outer", ("nn.Module", "Generic", ""), (("metaclass", "Meta"),), False, 1),
        ClassLine("Outer.Inner", ("Outer",), (), False, 2),
        ClassLine("make.<locals>.Inner", ("",), (("**", "options"),), True, 5),
    )


def test_stars_and_exports() -> None:
    outline = scan('from .a import *\nif b:\n    from c import *\n__all__ = ["d", "e"]\n__all__ += ("e", "f")\n')
    assert outline.stars == (".a", "c")
    assert outline.exports == ("d", "e", "f")
    assert scan("x = 1").exports is None


def test_outlines_are_plain_data() -> None:
    outline = scan(ZOO)
    assert pickle.loads(pickle.dumps(outline)) == outline
    assert marshal.loads(marshal.dumps(_plain(outline))) == _plain(outline)


def _plain(value: Any) -> Any:
    """With plain tuples for named ones."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def test_libcst_is_not_needed() -> None:
    code = "import sys, torchmodlint.analysis.scan; sys.exit('libcst' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


ANY_HEALTH = settings(deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = [
    *"\"'\\\n\r\f\t()[]{}:;,=.*@# \0\vé",
    '"""',
    "'''",
    "\r\n",
    "    ",
    ":=",
    "**",
    "+=",
    "==",
    'f"',
    'rf"',
    "{x",
    "\ud800",
]
WORDS = ["x", "y", "0", "None", "__all__", "import", "from", "class", "def", "async", "global", "del", "if", "else"]
WORDS += ["for", "in", "as", "with", "try", "match", "case", "lambda"]


@settings(ANY_HEALTH, max_examples=500)
@given(
    st.lists(st.sampled_from([*SIGNS, *WORDS, *(f"{word} " for word in WORDS)]), max_size=40).map("".join) | st.text()
)
def test_any_text_has_an_outline(text: str) -> None:
    outline = scan(text)
    assert isinstance(outline, Outline)
    assert not accepted(text) or outline == reference(text)


REPEATED = [
    "(",
    "()",
    '"',
    '"""',
    "\\\n",
    "\n\t",
    "lambda a=",
    'f"{',
    '\nf"{(',
    "f'{f\"{",
    'f"{{}}{',
    "(x:=",
    "a=b=",
    "(a,",
    "\n)",
]
REPEATED += [
    "class A(",
    "\nclass A(\n",
    "\ndef f(\n import a",
    ";import a",
    "\nfrom a import (",
    "\nfrom a\n",
    "\ncase",
    "a .",
]
HOSTILE = {repr(piece): piece * (300_000 // len(piece)) for piece in REPEATED} | {
    "spaces in an import": "from ." + " " * 200_000,
    "spaces in a class": "class A(b" + " " * 200_000 + "c[0]):",
    "spaces behind a long name": "x = (1 :=1, " + "a" * 200_000 + " " * 200_000 + ")",
    "spaces in a pattern": "match x:\n case a" + " " * 200_000 + "b: pass",
    "brackets around classes": "\nclass A(" * 30_000 + "\n)" * 30_000,
    "brackets around targets": "(" * 100_000 + "a" + ",)" * 100_000 + " = 1",
    "stairs": "\n".join(" " * i + "def f():\n" + " " * i + " import a" for i in range(700)),
    "exports on many lines": '__all__ += ["a"]\n' * 20_000,
    "exports on one line": '__all__ += ["a"];' * 20_000,
    "exports in a chain": "__all__ = " * 20_000 + "[" + '"a",' * 50_000 + "]",
    "tuples in a chain": "a, = " * 40_000 + "b," * 100_000,
    "names in a chain": "a = " * 50_000 + "b." * 100_000 + "c",
    "lambdas in lambdas": "x = " + "lambda a=" * 30_000 + "1" + ":1" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_no_faster_than_the_text(name: str) -> None:
    start = time.process_time()
    scan(HOSTILE[name])
    assert time.process_time() - start < 5  # all take less than half a second; quadratic ones would take minutes
