"""The audit hook (PEP 578): refuses in Python's own words what the kernel would refuse with a number.

It sees what goes through the standard library, not what C code does by itself. Away from Linux it is all there is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.sandbox.denied import Denied
from torchmodlint.verify.worker.sandbox.landlock import DEVICES

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# Which arguments of an event are paths, and which of them the folders (as descriptors) that these are relative to.
CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
    "os.chflags": ((0, None),),
}
NETWORK = {
    "socket.connect": "a network connection",
    "socket.bind": "a network socket",
    "socket.sendto": "sending to the network",
    "socket.getaddrinfo": "a look-up of a network name",
    "socket.gethostbyname": "a look-up of a network name",
    "socket.gethostbyaddr": "a look-up of a network name",
    "socket.getnameinfo": "a look-up of a network name",
}
PROCESSES = frozenset(
    [
        *("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn"),
        *("subprocess.Popen", "sys.remote_exec", "_winapi.CreateProcess"),
    ]
)
OTHERS = frozenset(("os.killpg", "_winapi.TerminateProcess"))

Handler = Callable[[tuple[Any, ...]], None]


class _State:
    """The one thing about the hook that can change: our own forks pass."""

    forking = False


@contextmanager
def forking() -> Iterator[None]:
    """Our own fork."""
    _State.forking = True
    try:
        yield
    finally:
        _State.forking = False


def install(scratch: Path) -> None:
    """From here on, and for good, this process refuses to write outside `scratch`, to connect and to start others."""
    inside = os.path.realpath(scratch)
    handlers: dict[str, Handler] = {event: _change(event, inside) for event in CHANGES}
    handlers |= {event: _network(what) for event, what in NETWORK.items()}
    handlers |= dict.fromkeys(PROCESSES, _process)
    handlers |= dict.fromkeys(OTHERS, _signal)
    handlers["open"] = _open(inside)
    handlers["sqlite3.connect"] = _database(inside)
    handlers["os.kill"] = _kill

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is not None:
            handler(arguments)

    sys.addaudithook(hook)


def _open(inside: str) -> Handler:
    def check(arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if flags & WRITING and _outside(path, None, inside):
            raise Denied(f"opening {_shown(path)} for writing", Reason.WANTS_WRITE)

    return check


def _change(event: str, inside: str) -> Handler:
    places = CHANGES[event]

    def check(arguments: tuple[Any, ...]) -> None:
        for path, folder in places:
            relative_to = None if folder is None else arguments[folder]
            if _outside(arguments[path], relative_to, inside):
                raise Denied(f"{event}({_shown(arguments[path])})", Reason.WANTS_WRITE)

    return check


def _database(inside: str) -> Handler:
    def check(arguments: tuple[Any, ...]) -> None:
        if arguments[0] not in (":memory:", b":memory:", "") and _outside(arguments[0], None, inside):
            raise Denied(f"the database {_shown(arguments[0])}", Reason.WANTS_WRITE)

    return check


def _network(what: str) -> Handler:
    def check(arguments: tuple[Any, ...]) -> None:
        raise Denied(what, Reason.WANTS_NETWORK)

    return check


def _process(arguments: tuple[Any, ...]) -> None:
    if not _State.forking:
        raise Denied("starting another process")


def _signal(arguments: tuple[Any, ...]) -> None:
    raise Denied("a signal to other processes")


def _kill(arguments: tuple[Any, ...]) -> None:
    if arguments[0] != os.getpid():
        _signal(arguments)


def _outside(path: Any, folder: int | None, inside: str) -> bool:
    """Does the path lie outside? A descriptor does not: what it stands for is open already."""
    if isinstance(path, int):
        return False
    text = os.fsdecode(path)
    if text.lower() == os.devnull:
        return False
    if folder is not None and folder >= 0:
        try:
            text = str(Path(f"/proc/self/fd/{folder}").readlink() / text)
        except OSError:
            return True
    # Not the last part: it may be a link that is to be removed itself. Opening follows it, which Landlock sees.
    head, tail = os.path.split(os.path.abspath(text))
    real = os.path.join(os.path.realpath(head), tail)
    return real not in DEVICES and real != inside and not real.startswith(inside + os.sep)


def _shown(path: Any) -> str:
    return os.fsdecode(path) if not isinstance(path, int) else f"descriptor {path}"
