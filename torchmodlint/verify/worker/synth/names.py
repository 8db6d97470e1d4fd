"""The names an expression of ours may use beside those of the user's file."""

from __future__ import annotations

import collections
import functools
import importlib
import math
import pathlib
import types
from typing import Any

import torch
from torch import nn

try:
    import numpy as np
except ImportError:  # torch does without it
    np = None  # type: ignore[assignment]

__all__ = ["IMPORTS", "VALUES", "np", "scope"]

# Each name with the line that makes it available in a script of one's own.
IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "math": "import math",
    "importlib": "import importlib",
    "partial": "from functools import partial",
    "defaultdict": "from collections import defaultdict",
    "Path": "from pathlib import Path",
    "SimpleNamespace": "from types import SimpleNamespace",
    "np": "import numpy as np",
}
VALUES: dict[str, Any] = {
    "torch": torch,
    "nn": nn,
    "math": math,
    "importlib": importlib,
    "partial": functools.partial,
    "defaultdict": collections.defaultdict,
    "Path": pathlib.Path,
    "SimpleNamespace": types.SimpleNamespace,
    "np": np,
}


def scope(namespace: dict[str, Any]) -> dict[str, Any]:
    """The namespace in which an expression is evaluated: the file's own names come before ours."""
    return {**VALUES, **namespace}
