"""What the files of the linter itself tell without being imported: their digest, and which rules there are.

A run in which nothing has changed needs no more of the rules than their codes, and importing them takes longer than
such a run.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from torchmodlint.core.selector import RuleId

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOORS = ("core", "analysis", "rules", "engine")  # what a finding can depend on
OPT_IN = b"\n    default = False\n"


class ContractError(TypeError):
    """A rule file is not as rule files must be; the text begins with the file's path."""


class OwnCode(NamedTuple):
    """The digest of all files that findings depend on, and the rules by code."""

    digest: str
    rules: tuple[RuleId, ...]


def rule_ids() -> tuple[RuleId, ...]:
    """Code, name and default of every rule, for selection and configuration."""
    return own_code().rules


@cache
def own_code() -> OwnCode:
    """Read the files once."""
    return read_code(PACKAGE, FLOORS)


def read_code(package: str, floors: tuple[str, ...]) -> OwnCode:
    """The same for any package. Contents count and not times, so that every installation of a version is alike."""
    digest = blake2b(digest_size=16)
    rules: list[RuleId] = []
    for floor in floors:
        for folder, directories, names in os.walk(os.path.join(package, floor)):
            directories[:] = sorted(name for name in directories if name != "__pycache__")
            for name in sorted(name for name in names if name.endswith((".py", ".json"))):
                path = os.path.join(folder, name)
                # A path object, a buffer and `relpath` for each would take another half of the time.
                with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                    content = file.read()
                shown = path.removeprefix(os.path.join(package, "")).replace(os.sep, "/")
                digest.update(f"{shown}\0{len(content)}\0".encode() + content)
                if is_rule_file(name):
                    rules.append(listed(name, content))
    return OwnCode(digest.hexdigest(), tuple(sorted(rules)))


def is_rule_file(name: str) -> bool:
    """Is it named as the files are that hold a rule each?"""
    return name.startswith("tml") and name[3:4].isdigit()


def listed(file_name: str, content: bytes) -> RuleId:
    """What a rule's file says of it: code and name by its own name, the default by a line of its own.

    The registry refuses a rule that says otherwise once it is imported.
    """
    code, _, name = file_name.removesuffix(".py").partition("_")
    return RuleId(code.upper(), name.replace("_", "-"), OPT_IN not in content.replace(b"\r\n", b"\n"))
