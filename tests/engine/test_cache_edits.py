"""Random edits of a small project: a cached run says what a cold one says."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.remembering import agree, asked, write
from torchmodlint.engine.files import Gathered, gather
from torchmodlint.engine.registry import all_rules
from torchmodlint.engine.run import run

pytestmark = pytest.mark.usefixtures("quick_clock")

LINES = st.sampled_from(
    [
        "class {name}({base}):\n    def __init__(self):\n        super().__init__()\n        self.a = [{call}]\n",
        "class {name}({base}):\n    def __init__(self):\n        self.a = {call}\n",
        "from {module} import {name}\n",
        "from {module} import *\n",
        "import {module}\n",
        "from . import {module}\n",
        "{name} = {base}\n",
        "def {function}():\n    return {call}\n",
        "import torch\nfrom torch import nn\n",
    ]
)
WORDS = {
    "name": st.sampled_from(["A", "B", "C"]),
    "base": st.sampled_from(["A", "B", "nn.Module", "object", "b.A", "p.a.B"]),
    "module": st.sampled_from(["a", "b", "p.a", "p", "torch", ".a"]),
    "function": st.sampled_from(["f", "g"]),
    "call": st.sampled_from(["f()", "g()", "nn.Linear(2, 2)", "A()", "B()", "3"]),
}
NAMES = ["a.py", "b.py", "p/__init__.py", "p/a.py", "p/b.py", "torch.py", "src/a.py"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = ["from torch import nn\n", *draw(st.lists(LINES, max_size=5))]
    return "".join(line.format(**{word: draw(choice) for word, choice in WORDS.items()}) for line in lines)


EDITS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.none() | texts(), min_size=1, max_size=3), min_size=2, max_size=5
)


@pytest.mark.thorough
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(EDITS, st.randoms(use_true_random=False))
def test_cached_runs_say_what_cold_ones_say(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, str | None]], chance: random.Random
) -> None:
    """Whatever is edited, added and removed, and whichever of the files are checked in between."""
    root = tmp_path_factory.mktemp("edits") / "project"
    write(root, {"a.py": "", "b.py": ""})
    choice = asked(root)
    for edit in edits:
        for name, text in edit.items():
            if text is None:
                (root / name).unlink(missing_ok=True)
            else:
                write(root, {name: text})
        some = chance.sample(files := gather((".",), choice, root).files, chance.randint(0, len(files)))
        time.sleep(0.01)
        run(Gathered(tuple(some), ()), choice, all_rules, processes=1, cache=root.parent / "cache")
        agree(root)
