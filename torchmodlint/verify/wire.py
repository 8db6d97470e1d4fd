"""What the linter's side and the worker say to each other: frames of JSON, each preceded by its length.

The only file beside `core.verdict` that both sides of the wall share, so it needs nothing but the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from torchmodlint.core.verdict import Outcome, Reason, Verdict

VERSION = 1  # of these messages; both sides come from one installation, so a difference means a broken one
LENGTH = 4  # bytes, big-endian, before each frame
LONGEST = 4_000_000  # bytes of one frame: nothing honest is as long


class WireError(Exception):
    """What arrived is no frame of ours."""


@dataclass(frozen=True)
class Question:
    """One finding, as the worker is asked about it. Lines and columns are those of the finding, 1-based.

    `owner` is the qualified name of the class within its file, None outside classes. `related` are the findings'
    related places as (line, message).
    """

    id: int
    code: str
    line: int
    column: int
    end_line: int
    end_column: int
    owner: str | None = None
    attribute: str | None = None
    function: str | None = None
    related: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class FileJob:
    """One file with its questions. `text` is what was linted, which need not be what lies at `path` now.

    `module` is the dotted name to import it by. `examples` are the user's own ways to build a class, by its
    qualified name within the file: "Net(dim=64), x=(2, 3, 32, 32)".
    """

    path: str
    display: str
    module: str
    text: str
    questions: tuple[Question, ...]
    examples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PackageJob:
    """Files that are imported in one process. `roots` come first in that process's sys.path."""

    name: str
    roots: tuple[str, ...]
    files: tuple[FileJob, ...]


@dataclass(frozen=True)
class Options:
    """How to ask. `timeout` is in seconds for each finding, `memory` in GB for each process,
    beside what torch itself takes."""

    device: str = "auto"  # auto, cpu, cuda or meta
    timeout: float = 10.0
    memory: float = 6.0
    sandbox: str = "auto"  # require, auto or off


def frame(message: Mapping[str, Any]) -> bytes:
    """One message, ready to be sent."""
    body = json.dumps(message, separators=(",", ":"), default=str).encode()
    return len(body).to_bytes(LENGTH, "big") + body


class Frames:
    """Puts messages together again from bytes that arrive in any pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that are complete with these bytes. Raises WireError when they cannot be ours."""
        self._waiting += data
        messages = []
        while len(self._waiting) >= LENGTH:
            length = int.from_bytes(self._waiting[:LENGTH], "big")
            if length > LONGEST:
                raise WireError(f"a frame of {length} bytes")
            if len(self._waiting) < LENGTH + length:
                break
            body = bytes(self._waiting[LENGTH : LENGTH + length])
            del self._waiting[: LENGTH + length]
            try:
                message = json.loads(body)
            except (ValueError, RecursionError) as error:
                raise WireError(f"a frame that is no JSON: {error}") from error
            if not isinstance(message, dict):
                raise WireError("a frame that is no object")
            messages.append(message)
        return messages


def package_job(data: Mapping[str, Any]) -> PackageJob:
    """A package job, back from the object that `dataclasses.asdict` made of it."""
    files = tuple(
        FileJob(**{**one, "questions": tuple(question(each) for each in one["questions"])}) for one in data["files"]
    )
    return PackageJob(data["name"], tuple(data["roots"]), files)


def question(data: Mapping[str, Any]) -> Question:
    """A question, back from its object."""
    return Question(**{**data, "related": tuple((line, message) for line, message in data["related"])})


def packed(verdict: Verdict) -> dict[str, Any]:
    """A verdict as an object of JSON values."""
    return asdict(verdict)


def verdict(data: Mapping[str, Any]) -> Verdict:
    """A verdict, back from its object. Raises WireError when it holds what no verdict holds."""
    try:
        return Verdict(
            outcome=Outcome(data["outcome"]),
            reason=Reason(data["reason"]),
            message=_text(data["message"]),
            evidence=dict(data["evidence"]),
            device=_text(data["device"]),
            seconds=float(data["seconds"]),
            built=None if data["built"] is None else _text(data["built"]),
            stubbed=tuple(_text(name) for name in data["stubbed"]),
            repro=None if data["repro"] is None else _text(data["repro"]),
        )
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise WireError(f"not a verdict: {error}") from error


def _text(value: object) -> str:
    """As text that any terminal shows and any encoding can hold: it may be made of what the user's code raised."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\n\t" else ascii(each)[1:-1] for each in text)
