"""Floor 3: asks another process about findings; nothing here imports torch, except behind the wall in `worker`.

`verify(findings, …)` is the library call. It is imported when it is asked for, because the worker imports this package
too, in interpreters that have neither LibCST nor click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torchmodlint.verify.verdicts import verify as verify

__all__ = ["verify"]


def __getattr__(name: str) -> object:
    if name == "verify":
        from torchmodlint.verify.verdicts import verify

        return verify
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
