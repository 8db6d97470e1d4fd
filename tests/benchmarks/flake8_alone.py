"""`python -m tests.benchmarks.flake8_alone ARGUMENT...`: flake8 as it is where torchmodlint is not installed."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator

from flake8.main.cli import main

_all = importlib.metadata.distributions


def _others() -> Iterator[importlib.metadata.Distribution]:
    return (one for one in _all() if one.metadata["Name"] != "torchmodlint")


if __name__ == "__main__":
    importlib.metadata.distributions = _others  # type: ignore[assignment]
    sys.exit(main(sys.argv[1:]))
