"""Whose torch is asked: the interpreter of the project, found without importing torch into anything."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_PYTHON = (3, 10)
OLDEST_TORCH = (2, 0)
PATIENCE = 60.0  # seconds for an interpreter to start; a cold network drive may take long

# Runs in the user's interpreter. It looks for torch without importing it, for that takes seconds. `sources` are the
# directories that are imported from but are no installed packages: editable installs, PYTHONPATH.
_INQUIRY = r"""
import sys
if sys.path and sys.path[0] in ("", None):
    del sys.path[0]
import hashlib, importlib.util, json, os, sysconfig
from importlib import metadata

def torch_version():
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.origin:
        return None
    try:
        with open(os.path.join(os.path.dirname(spec.origin), "version.py"), encoding="utf-8") as file:
            for line in file:
                name, equals, value = line.partition("=")
                if equals and name.split(":")[0].strip() == "__version__":
                    return value.strip().strip("'\"")
    except OSError:
        pass
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return "unknown"

def fingerprint(path):  # a RECORD holds the digests of all files of a package
    try:
        with open(os.path.join(path, "RECORD"), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        pass
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None

paths = sysconfig.get_paths()
own = {os.path.realpath(paths[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
installed, sources = [], []
for entry in sys.path:
    try:
        names = sorted(os.listdir(entry))
    except OSError:  # a zip file, or nothing that is there
        continue
    kept = [each for each in names if each.endswith((".dist-info", ".egg-info", ".egg-link", ".pth"))]
    inside = os.path.realpath(entry)
    if kept or inside.endswith(("site-packages", "dist-packages")):
        for each in kept:
            installed.append([inside, each, fingerprint(os.path.join(entry, each))])
            try:
                with open(os.path.join(entry, each, "direct_url.json"), encoding="utf-8") as file:
                    origin = json.load(file)
            except (OSError, ValueError):
                continue
            if origin.get("dir_info", {}).get("editable") and origin.get("url", "").startswith("file:"):
                from urllib.request import url2pathname
                rest = origin["url"][len("file:"):]
                sources.append(url2pathname(rest[2:] if rest.startswith("//") else rest))
    elif inside not in own and not inside.endswith("lib-dynload"):
        sources.append(inside)
marker = hashlib.sha256(json.dumps([sys.version, sys.platform, installed]).encode()).hexdigest()
print(json.dumps({
    "python": list(sys.version_info[:3]), "torch": torch_version(), "marker": marker, "sources": sources,
    "executable": sys.executable,
}))
"""


class NoInterpreter(Exception):
    """Nothing can be asked; the text is one sentence that names the fix."""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that has torch. `origin` says why it is this one.

    `marker` changes with what is installed there; `sources` are further directories that it imports from.
    """

    path: Path
    origin: str
    python: str
    torch: str
    marker: str
    sources: tuple[Path, ...] = ()


def find(root: Path, given: str | None = None) -> Interpreter:
    """The interpreter to ask about a project: `given`, else the first that has torch.

    `given` may be an interpreter, the directory of a virtual environment, or a command. Without it the active
    environment is tried, then `.venv` and `venv` in the project, then the interpreter that runs this. Raises
    NoInterpreter.
    """
    if given is not None:
        return _asked(_given(given), "as asked for")
    refused = []
    for origin, path in _candidates(root):
        try:
            return _asked(path, origin)
        except NoInterpreter as error:
            refused.append(str(error))
    if len(refused) == 1:
        raise NoInterpreter(refused[0])
    raise NoInterpreter(f"no interpreter with torch was found: {'; '.join(refused)}")


def _given(given: str) -> Path:
    path = Path(given).expanduser()
    if path.is_dir():
        inside = in_environment(path)
        if inside is None:
            raise NoInterpreter(f"{given} is a directory without an interpreter; --python wants one that has torch")
        return inside
    if path.is_file():
        return Path(os.path.abspath(path))  # not `resolve`: what a virtual environment is lies in the link
    command = shutil.which(given)
    if command is None:
        raise NoInterpreter(f"{given} is no interpreter, virtual environment or command; --python wants one with torch")
    return Path(command)


def in_environment(folder: Path) -> Path | None:
    """The interpreter of a virtual environment or of conda's, on any platform."""
    for parts in (("bin", "python"), ("bin", "python3"), ("Scripts", "python.exe"), ("python.exe",)):
        path = Path(os.path.abspath(folder)).joinpath(*parts)
        if path.is_file():
            return path
    return None


def _candidates(root: Path) -> Iterator[tuple[str, Path]]:
    """Where an interpreter may be, and in which words that is told; each once."""
    homes = [(variable, os.environ.get(variable)) for variable in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    homes += [("the project's own", str(root / name)) for name in (".venv", "venv")]
    seen = set()
    for origin, home in homes:
        path = in_environment(Path(home)) if home else None
        if path is not None and path not in seen:
            seen.add(path)
            yield origin, path
    if Path(sys.executable) not in seen:
        yield "the one that runs torchmodlint", Path(sys.executable)


def _asked(path: Path, origin: str) -> Interpreter:
    """What the interpreter says about itself; NoInterpreter when it cannot be used."""
    who = f"{path} ({origin})"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    complaint = ""
    try:
        done = subprocess.run(
            [str(path), "-c", _INQUIRY],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=PATIENCE,
            check=False,
        )
        complaint = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        said = json.loads(done.stdout.decode("utf-8", "replace").strip().rpartition("\n")[2])
        python = tuple(said["python"])
        torch = said["torch"]
        interpreter = Interpreter(
            path,
            origin,
            ".".join(str(part) for part in python),
            str(torch),
            str(said["marker"]),
            tuple(Path(each) for each in said["sources"]),
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NoInterpreter(f"{who} cannot be run: {reason}; name another with --python") from error
    except (ValueError, KeyError, TypeError) as error:
        why = f" ({complaint})" if complaint else ""
        raise NoInterpreter(
            f"{who} does not answer as Python 3.10 and newer do{why}; name another with --python"
        ) from error
    if python < OLDEST_PYTHON:
        raise NoInterpreter(f"{who} is Python {interpreter.python}, but 3.10 or newer is needed")
    if torch is None:
        raise NoInterpreter(f"{who} has no torch: install it there, or name another with --python")
    version = re.match(r"(\d+)\.(\d+)", interpreter.torch)
    if version is not None and (int(version[1]), int(version[2])) < OLDEST_TORCH:
        raise NoInterpreter(f"{who} has torch {torch}, but 2.0 or newer is needed: upgrade it there")
    return interpreter
