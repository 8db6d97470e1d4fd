"""Sources that hold all kinds of syntax, for tests that compare with LibCST's own results."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import libcst as cst
import pytest

from torchmodlint import analysis

ZOO = Path(__file__).with_name("syntax_zoo.txt").read_text("utf-8")

# Parts of packages that may be installed beside the tests; only their source is read.
INSTALLED = ("torch/nn/modules", "torchvision/ops", "timm/layers", "torch_geometric/nn/dense")

NEWER_SYNTAX = {
    "TemplatedString": 't"a {b!r:>{c}} d"\n',
    "LazyImport": "lazy import a.b as c\n",
    "LazyImportFrom": "lazy from . import b as c\n",
    "StarredDictComp": "{** a for a in b}\n",
}

AWKWARD = {
    "empty": "",
    "comments only": "# a\n\n# b",
    "no newline at the end": "if a:\n    b",
    "form feeds": "x\n\f\ndef f():\n\f    return\x0c1\n",
    "tabs": "if\ta:\n\tif b:\n\t\tc\t=\td\n",
    "carriage returns": "if a:\r    b\r\r(c)\r",
    "carriage returns and line feeds": "if a:\r\n    b = '''\r\n'''; c\r\n",
    "beyond the basic plane": "'🙂' + \U0001d4b3 + é\n",
    "line separators that end no line": "'\u2028\x85' + a\n",
    "continued lines": "a = \\\n  b + \\\r\n c\n",
    "only a decorated class": "@a\n\n# b\n@c\nclass  D (E): pass",
}


def parsed(text: str) -> cst.Module:
    """The tree of `text`, or a skip if this LibCST is too old for it."""
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError:
        if text in NEWER_SYNTAX.values():
            pytest.skip("this LibCST cannot read it")
        raise


def real_files() -> list[Path]:
    """The files of this package's `analysis` and some of the standard library."""
    own = sorted(Path(analysis.__file__).parent.glob("*.py"))
    library = sorted(path for path in Path(ast.__file__).parent.glob("*.py") if 2_000 < path.stat().st_size < 30_000)
    return [path for path in own if path.stat().st_size] + library[::30]


def installed(part: str) -> Path:
    """The folder of a part of an installed package, or a skip if that is not here."""
    package, _, rest = part.partition("/")
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{package} is not installed")
    return Path(found.origin).parent / rest
