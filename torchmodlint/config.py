"""Configuration: `[tool.torchmodlint]` in pyproject.toml, or torchmodlint.toml, put together with the command line.

Nothing is guessed: an unknown key, a value of the wrong type and an unknown rule are errors that name the file, the
key and the nearest spelling. One run has one configuration, the nearest at or above the files' common directory.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from torchmodlint.core.finding import Problem
from torchmodlint.core.paths import in_repository, is_directory, is_file
from torchmodlint.core.selector import RuleId, Selection, UnknownSelector, choose, did_you_mean, expand
from torchmodlint.core.settings import OUTPUT_FORMATS, PerFileIgnore, Settings

OWN_FILE = "torchmodlint.toml"
PYPROJECT = "pyproject.toml"
COMMAND_LINE = "command line"
DEFAULT = "default"

DEFAULTS: Mapping[str, object] = {
    "select": None,
    "extend-select": [],
    "ignore": [],
    "per-file-ignores": {},
    "exclude": [],
    "force-exclude": False,
    "output-format": "text",
    "show-source": True,
    "cache-dir": None,
    "examples": {},
    "python": None,
    "verify-timeout": 10.0,
    "verify-memory": 6.0,
}
UNSET = {
    "select": "the rules that are on by default",
    "cache-dir": ".torchmodlint_cache in the project",
    "python": "that of the active virtual environment, else of the project's own, else torchmodlint's",
}
PATHS = {"cache-dir": "a directory", "python": "an interpreter or of a virtual environment"}


class ConfigError(Exception):
    """The configuration cannot be used; `problems` says why, one entry a fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in problems))


def load(
    paths: Sequence[Path],
    rules: Sequence[RuleId],
    cwd: Path,
    *,
    command_line: Mapping[str, object] | None = None,
    file: Path | None = None,
    isolated: bool = False,
) -> Settings:
    """The settings for a run over `paths`. Raises ConfigError.

    `command_line` holds the keys given there, in the configuration's own spelling; they win over the file's, and
    rule selectors are laid over the file's as `core.selector.choose` says. `file` is used instead of the nearest
    one, and `isolated` uses none.
    """
    common = common_directory(paths, cwd)
    base = cwd
    if file is not None and not is_file(file):
        raise ConfigError([Problem(str(file), "no such configuration file")])
    try:
        if file is None and not isolated:
            file = find(common) or find(cwd)
            base = file.parent if file is not None else cwd
        table = read(file) if file is not None else {}
    except ConfigError as error:
        raise ConfigError(
            [one._replace(path=_shown(Path(one.path), cwd)) if one.path else one for one in error.problems]
        ) from error
    given = dict(command_line or {})
    shown = None if file is None else _shown(file, cwd)
    problems = [*_faults(table, shown, rules), *_faults(given, None, rules)]
    if problems:
        raise ConfigError(problems)
    return _settings(table, given, rules, file, shown, base, _root(file, common, cwd))


def common_directory(paths: Sequence[Path], cwd: Path) -> Path:
    """The deepest directory that holds all the paths; the working directory for none, or when they share none."""
    folders = [
        path if is_directory(path) else path.parent for path in (Path(os.path.abspath(cwd / one)) for one in paths)
    ]
    try:
        return Path(os.path.commonpath(folders)) if folders else cwd
    except ValueError:  # paths on several Windows drives
        return cwd


def find(start: Path) -> Path | None:
    """The nearest configuration file at or above a directory; a pyproject.toml counts when it has our table."""
    for folder in (start, *start.parents):
        own, pyproject = folder / OWN_FILE, folder / PYPROJECT
        if is_file(own):
            return own
        if is_file(pyproject) and _has_table(pyproject):
            return pyproject
    return None


def _has_table(pyproject: Path) -> bool:
    try:
        return "torchmodlint" in _tool(_parse(pyproject))
    except ConfigError:
        # A broken pyproject.toml is only our business when it speaks of us.
        if b"tool.torchmodlint" in pyproject.read_bytes():
            raise
        return False


def _tool(document: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = document.get("tool")
    return tool if isinstance(tool, dict) else {}


def read(file: Path) -> Mapping[str, Any]:
    """The table of keys in a configuration file; a pyproject.toml without ours gives an empty one."""
    document = _parse(file)
    table = _tool(document).get("torchmodlint", {}) if file.name == PYPROJECT else document
    if not isinstance(table, dict):
        raise ConfigError([Problem(str(file), "[tool.torchmodlint] must be a table")])
    return table


def _parse(file: Path) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):  # here, because most directories have no such file
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError([Problem(str(file), f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(file), f"is not valid TOML: {error}")]) from error


def _shown(file: Path, cwd: Path) -> str:
    return file.relative_to(cwd).as_posix() if file.is_relative_to(cwd) else str(file)


def _faults(table: Mapping[str, object], where: str | None, rules: Sequence[RuleId]) -> Iterator[Problem]:
    for key, value in table.items():
        name = f"--{key}" if where is None else f'"{key}"'
        if key not in DEFAULTS:
            yield Problem(where, f"unknown key {name}{did_you_mean(key, DEFAULTS)}")
            continue
        complaint = _type_fault(key, value)
        if complaint:
            yield Problem(where, f"{name} {complaint}")
            continue
        for selector in _selectors(key, value):
            try:
                expand(selector, rules)
            except UnknownSelector as error:
                yield Problem(where, f"{name}: {error}")


def _type_fault(key: str, value: object) -> str | None:
    if key == "output-format":
        if value not in OUTPUT_FORMATS:
            known = ", ".join(OUTPUT_FORMATS)
            return f"must be one of {known}, not {value!r}{did_you_mean(str(value), OUTPUT_FORMATS)}"
    elif isinstance(DEFAULTS[key], bool):
        if not isinstance(value, bool):
            return f"must be true or false, not {value!r}"
    elif isinstance(DEFAULTS[key], float):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            return f"must be a number above 0, not {value!r}"
    elif key in PATHS:
        if not isinstance(value, str) or not value:
            return f"must be the path of {PATHS[key]}, not {value!r}"
    elif key == "examples":
        if not isinstance(value, dict) or not all(_is_call(text) for text in value.values()):
            example = '"pkg.net.Net" = "Net(dim=64), x=(2, 3, 32, 32)"'
            return f"must be a table of classes and the ways to build them, such as {example}, not {value!r}"
    elif key == "per-file-ignores":
        if not isinstance(value, dict) or not all(_is_strings(codes) for codes in value.values()):
            return f'must be a table of patterns and lists of rules, such as "tests/*" = ["TML111"], not {value!r}'
    elif not _is_strings(value):
        return f'must be a list of texts, such as ["..."], not {value!r}'
    return None


def _is_strings(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _is_call(text: object) -> bool:
    """Is this "Net(dim=64)", perhaps with inputs for forward behind it? What they mean is the verifier's affair."""
    import ast  # takes long to import, and is seldom needed

    try:
        tree = ast.parse(f"example({text})", mode="eval").body if isinstance(text, str) else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return isinstance(tree, ast.Call) and bool(tree.args) and isinstance(tree.args[0], ast.Call)


def _selectors(key: str, value: Any) -> tuple[str, ...]:
    if key in ("select", "extend-select", "ignore"):
        return tuple(value)
    if key == "per-file-ignores":
        return tuple(selector for selectors in value.values() for selector in selectors)
    return ()


def _settings(
    table: Mapping[str, Any],
    given: Mapping[str, Any],
    rules: Sequence[RuleId],
    file: Path | None,
    shown: str | None,
    base: Path,
    root: Path,
) -> Settings:
    written: dict[str, Any] = {**DEFAULTS, **table, **given}
    origins = dict.fromkeys(DEFAULTS, DEFAULT) | dict.fromkeys(table, str(shown)) | dict.fromkeys(given, COMMAND_LINE)
    folder = written["cache-dir"]
    ignores = [
        PerFileIgnore(pattern, frozenset(code for one in selectors for code in expand(one, rules)))
        for pattern, selectors in written["per-file-ignores"].items()
    ]
    return Settings(
        root=root,
        base=base,
        config_file=file,
        codes=choose(rules, [_selection(table), _selection(given)]),
        per_file_ignores=tuple(ignores),
        exclude=tuple(written["exclude"]),
        force_exclude=written["force-exclude"],
        output_format=written["output-format"],
        show_source=written["show-source"],
        cache_dir=Path(os.path.abspath(base / Path(folder).expanduser())) if folder else None,
        examples=written["examples"],
        python=_interpreter(written["python"], base if origins["python"] == shown else None),
        verify_timeout=float(written["verify-timeout"]),
        verify_memory=float(written["verify-memory"]),
        written=written,
        origins=origins,
    )


def _interpreter(written: str | None, base: Path | None) -> str | None:
    """A path in a configuration file is relative to `base`; what is not there may be a command, "python3.12"."""
    if written is None or base is None:
        return written
    path = base / Path(written).expanduser()
    return str(path) if os.path.exists(path) else written  # noqa: PTH110


def _selection(table: Mapping[str, Any]) -> Selection:
    select = table.get("select")
    return Selection(
        select=None if select is None else tuple(select),
        ignore=tuple(table.get("ignore", ())),
        extend_select=tuple(table.get("extend-select", ())),
    )


def _root(file: Path | None, common: Path, cwd: Path) -> Path:
    """The project's directory: where its configuration is, else its repository, else where we stand or were sent."""
    if file is not None and common.is_relative_to(file.parent):
        return file.parent
    return in_repository(common) or (cwd if common.is_relative_to(cwd) else common)


def explained(settings: Settings) -> str:
    """The configuration in force as TOML, each key with where it was set."""
    lines = [f"# configuration file: {settings.config_file or 'none'}", f"# project: {settings.root}"]
    for key, value in settings.written.items():
        if value is None:
            lines.append(f"# {key}: {UNSET[key]}")
        else:
            lines.append(f"{key} = {_toml(value)}  # {settings.origins[key]}")
    lines.append(f"# rules in force: {', '.join(sorted(settings.codes)) or 'none'}")
    return "".join(line + "\n" for line in lines)


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return json.dumps(value, ensure_ascii=False)  # texts, booleans and lists of texts are written alike
