"""An expression by which a class or a function is reached from the user's file."""

from __future__ import annotations

import enum
import importlib
from typing import Any

from torchmodlint.verify.worker.synth.names import VALUES


def expression_for(value: Any, scope: dict[str, Any]) -> str | None:
    """A name in `scope` for a class or function, or an import written as an expression; None where there is none."""
    name = getattr(value, "__qualname__", None)
    home = getattr(value, "__module__", None)
    if not isinstance(name, str) or not isinstance(home, str) or "<" in name:
        return None
    if scope.get(name, VALUES.get(name)) is value:
        return name
    if home == "builtins":
        return name
    if home.startswith("torch.nn.modules") and getattr(VALUES["nn"], name, None) is value:
        return f"nn.{name}"
    try:
        found: Any = importlib.import_module(home)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception:
        return None
    return f"importlib.import_module({home!r}).{name}" if found is value else None


def member_of(kind: type[enum.Enum], scope: dict[str, Any]) -> list[str]:
    """The members of an enumeration as expressions."""
    reached = expression_for(kind, scope)
    return [f"{reached}.{name}" for name in kind.__members__] if reached else []
