"""Shared by the tests of the result cache: a small project, and runs over it with and without the cache."""

from __future__ import annotations

import time
from pathlib import Path

from torchmodlint.core.result import Result
from torchmodlint.core.settings import Settings
from torchmodlint.engine.files import gather
from torchmodlint.engine.registry import all_rules
from torchmodlint.engine.run import run

DEFAULT = frozenset(rule.code for rule in all_rules() if rule.default)

FILES = {
    "pkg/__init__.py": "from pkg.base import Base\n",
    "pkg/base.py": "from torch import nn\n\n\nclass Base(nn.Module):\n    def helper(self):\n        return 1\n",
    "pkg/parts.py": "from torch import nn\n\n\ndef part():\n    return nn.Linear(2, 2)\n",
    "pkg/net.py": (
        "from torch import nn\nfrom pkg import Base\nfrom pkg.parts import part\n\n\n"
        "class Net(Base):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layers = [part() for _ in range(3)]\n        self.more = [nn.Linear(2, 2)]\n"
    ),
    "pkg/deep.py": "from pkg.net import Net\n\n\nclass Deep(Net):\n    def __init__(self):\n        self.x = 1\n",
    "pkg/twin.py": (
        "from pkg.parts import part\nfrom torch import nn\n\n\nclass Twin(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.layers = [part() for _ in range(3)]\n"
        "        self.more = [nn.Linear(2, 2)]\n"
    ),
    "plain.py": "import os\n\nx = os.sep\n",
    "broken.py": "def f(:\n    pass\n",
    "quiet.py": (
        "from torch import nn\n\n\nclass Quiet(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.rows = [nn.Linear(1, 1)]  # noqa: TML113\n"
    ),
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def asked(root: Path, codes: frozenset[str] = DEFAULT, **more: object) -> Settings:
    return Settings(root=root, base=root, codes=codes, **more)  # type: ignore[arg-type]


def check(root: Path, *, cached: bool = True, processes: int = 1, cwd: Path | None = None, **more: object) -> Result:
    """A run over the project, as the command makes it."""
    settings = asked(root, **more)  # type: ignore[arg-type]
    gathered = gather((str(root),), settings, cwd or root)
    cache = root.parent / "cache" if cached else None
    time.sleep(0.02)  # the clock of a file system goes by ticks
    return run(gathered, settings, all_rules, processes=processes, cache=cache)


def all_of(result: Result) -> tuple[object, ...]:
    """Everything that a reporter could show."""
    return result.findings, result.problems, result.files, result.suppressed, result.excerpts


def agree(root: Path, **more: object) -> Result:
    """A cached run, which must say what a cold one says."""
    warm = check(root, **more)  # type: ignore[arg-type]
    assert all_of(warm) == all_of(check(root, cached=False, **more))  # type: ignore[arg-type]
    return warm


def pack(root: Path) -> Path:
    (found,) = (root.parent / "cache" / "results").glob("*.json")
    return found
