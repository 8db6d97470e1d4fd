"""What a run was asked to do, after configuration file and command line have been put together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

OUTPUT_FORMATS = ("text", "concise", "json", "github")

# Directories that hold no code of the project's own. A configuration takes one back with a pattern such as "!build/".
DEFAULT_EXCLUDE = (
    ".bzr/",
    ".direnv/",
    ".eggs/",
    ".git/",
    ".hg/",
    ".ipynb_checkpoints/",
    ".mypy_cache/",
    ".nox/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".svn/",
    ".torchmodlint_cache/",
    ".tox/",
    ".venv/",
    "__pycache__/",
    "__pypackages__/",
    "build/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
)


class PerFileIgnore(NamedTuple):
    """Codes that are not looked for in files whose path fits a .gitignore-style pattern ("!" in front turns it)."""

    pattern: str
    codes: frozenset[str]


class Settings(NamedTuple):
    """Everything a run needs to know. `origins` says for each key whether it is a default or where it was set."""

    root: Path  # the project: imports are resolved within it
    base: Path  # what the patterns are relative to
    config_file: Path | None = None
    codes: frozenset[str] = frozenset()
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    exclude: tuple[str, ...] = ()  # on top of DEFAULT_EXCLUDE
    force_exclude: bool = False
    output_format: str = "text"
    show_source: bool = True
    examples: Mapping[str, str] = {}  # "pkg.net.Net" -> how the verifier may build it
    cache_dir: Path | None = None  # where to remember results; None for the project's own directory
    python: str | None = None  # the interpreter that the verifier asks, absolute or a command's name
    verify_timeout: float = 10.0  # seconds for each finding
    verify_memory: float = 6.0  # GB for each process
    written: Mapping[str, object] = {}  # key as in the configuration -> value in force
    origins: Mapping[str, str] = {}
