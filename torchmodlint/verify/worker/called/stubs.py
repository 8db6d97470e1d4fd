"""Stand-ins for missing libraries while a function is called: what one of them would do is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torchmodlint.verify.worker.importer.stubs import Stub, StubModule
from torchmodlint.verify.worker.modes.library import harmless


class Untrusted(BaseException):
    """The run came to rest on something missing. No `except` of the user's may see it."""


@contextmanager
def refused_stubs() -> Iterator[None]:
    """While the block runs a call or a `with` of a stand-in raises Untrusted, unless its library leaves modes alone."""
    places: list[tuple[type, str, Callable[..., Any]]] = [
        (Stub, "__call__", Stub.__call__),
        (Stub, "__enter__", Stub.__enter__),
        (StubModule, "__call__", StubModule.__call__),
    ]
    for cls, name, real in places:
        setattr(cls, name, _refusing(real))
    try:
        yield
    finally:
        for cls, name, real in places:
            setattr(cls, name, real)


def _refusing(real: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(self: Any, *arguments: Any, **keywords: Any) -> Any:
        name = vars(self).get("_stub_name") or self.__name__
        if not harmless(str(name)):
            raise Untrusted(f"it calls `{name}`, which cannot be imported")
        return real(self, *arguments, **keywords)

    return refuse
