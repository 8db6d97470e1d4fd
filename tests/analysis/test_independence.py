"""Answers do not depend on the order of questions, nor on the seed of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.packages import shown, write
from tests.paths import ROOT
from torchmodlint.analysis.project import Project

# Packages whose files import from each other at random, circles and gaps included.
NAMES = ("A", "B", "C")
FILES = ("p", "q", "r")
PIECES = st.one_of(
    st.tuples(st.just("from .{} import {}"), st.sampled_from(FILES), st.sampled_from(NAMES)),
    st.tuples(st.just("from .{} import {} as A"), st.sampled_from(FILES), st.sampled_from(NAMES)),
    st.tuples(st.just("from .{} import *  # {}"), st.sampled_from(FILES), st.just("")),
    st.tuples(st.just("{} = {}"), st.sampled_from(NAMES), st.sampled_from((*NAMES, "None", "make()"))),
    st.tuples(st.just("class {}({}): ..."), st.sampled_from(NAMES), st.sampled_from((*NAMES, "Module", "object"))),
    st.tuples(
        st.just("try:\n    from .{} import {}\nexcept ImportError:\n    from torch.nn import Linear as A"),
        st.sampled_from(FILES),
        st.sampled_from(NAMES),
    ),
)
PACKAGES = st.fixed_dictionaries({file: st.lists(PIECES, max_size=4) for file in FILES})
QUESTIONS = [(file, name) for file in FILES for name in NAMES]


def _answers(root: Path, order: list[tuple[str, str]]) -> dict[tuple[str, str], object]:
    project = Project(root)
    found: dict[tuple[str, str], object] = {}
    for file, name in order:
        source = project.source(root / "pkg" / f"{file}.py")
        refs = project.resolve(source, name)
        ancestors = [[shown(one, root) for one in project.ancestors(ref)[0]] for ref in refs]
        found[file, name] = ([shown(ref, root) for ref in refs], [project.is_module(ref) for ref in refs], ancestors)
    return found


@settings(max_examples=150, deadline=None)
@given(package=PACKAGES, order=st.permutations(QUESTIONS))
def test_order_of_questions(package: dict[str, list[tuple[str, str, str]]], order: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        files = {
            f"pkg/{file}.py": "from torch.nn import Module\n"
            + "".join(f"{form.format(a, b)}\n" for form, a, b in pieces)
            for file, pieces in package.items()
        }
        root = write(Path(folder).resolve(), {**files, "pkg/__init__.py": ""})
        assert _answers(root, order) == _answers(root, QUESTIONS)


def test_hash_seed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pkg/__init__.py": "from .a import *\nfrom .b import *\n",
            "pkg/a.py": "from torch import nn\nfrom .b import *\nclass A(nn.Module): ...\nclass C(B): ...\n",
            "pkg/b.py": """
                from .a import *
                try:
                    from .c import B
                except ImportError:
                    B = A
                class D(B, A): ...
                """,
            "pkg/c.py": "from . import A, D\nclass B(A): ...\nclass E(D, B): ...\n",
        },
    )
    script = f"""
        from pathlib import Path
        from torchmodlint.analysis.project import Project, Ref
        root = Path({str(tmp_path)!r})
        project = Project(root)
        for path in sorted(root.rglob("*.py")):
            source = project.source(path)
            for name in "ABCDE":
                for ref in project.resolve(source, name):
                    order, complete = project.ancestors(ref)
                    print(path.name, name, ref, project.is_module(ref), [str(one) for one in order], complete)
        """
    outputs = set()
    for seed in ("0", "1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", dedent(script)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    (output,) = outputs
    assert "pkg.c.E Answer.YES" in output
