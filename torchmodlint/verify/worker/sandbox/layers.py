"""Which layers are there, and putting them on: the one door to this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torchmodlint.verify.worker.sandbox import audit, landlock, limits, seccomp

NAMES_OF_GPUS = ("nvidia*", "nvidia-caps/*", "nvidia-caps-imex-channels/*")


@dataclass(frozen=True)
class Layers:
    """The layers that will be put on each process. `landlock` is its ABI, 0 for none."""

    limits: bool = True
    audit: bool = True
    landlock: int = 0
    seccomp: bool = False

    @property
    def kernel(self) -> bool:
        """Are both layers of the kernel there?"""
        return bool(self.landlock) and self.seccomp

    @property
    def names(self) -> tuple[str, ...]:
        """For people, from the weakest to the strongest; the wall clock is always there."""
        names = ["wall clock"]
        names += ["resource limits"] * self.limits
        names += ["audit hook"] * self.audit
        names += [f"Landlock {self.landlock}"] * bool(self.landlock)
        names += ["seccomp"] * self.seccomp
        return tuple(names)


def found(scratch: Path) -> Layers:
    """What this kernel gives, seen by trying it: each of its layers is put on a process of its own."""
    version = landlock.abi() if sys.platform == "linux" else 0
    if version and not _works(lambda: landlock.confine(version, scratch), lambda: _refuses_to_write(scratch)):
        version = 0
    filters = seccomp.available() and _works(_install_both, _refuses_to_fork)
    return Layers(limits=sys.platform != "win32", landlock=version, seccomp=filters)


def _works(put_on: Callable[[], None], refuses: Callable[[], bool]) -> bool:
    """Can the layer be put on, and does it then do its work?"""
    child = os.fork()
    if child == 0:
        works = False
        try:
            put_on()
            works = refuses()
        finally:
            os._exit(0 if works else 1)
    _, status = os.waitpid(child, 0)
    return status == 0


def _install_both() -> None:
    seccomp.install(seccomp.package_filter((os.getppid(),)))
    seccomp.install(seccomp.class_filter())


def _refuses_to_write(scratch: Path) -> bool:
    (scratch / "probe").write_text("")
    (scratch / "probe").unlink()
    try:
        (scratch.parent / f"{scratch.name}-probe").touch()
    except PermissionError:
        return True
    (scratch.parent / f"{scratch.name}-probe").unlink()
    return False


def _refuses_to_fork() -> bool:
    try:
        child = os.fork()
    except PermissionError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


def confine_package(layers: Layers, scratch: Path, protected: tuple[int, ...], *, cuda: bool, memory: float) -> None:
    """Before the user's files are imported. `protected` are processes that must not be signalled."""
    if layers.limits:
        limits.limit(None if cuda else memory)
    if layers.landlock:
        devices = [device for name in NAMES_OF_GPUS for device in Path("/dev").glob(name)] if cuda else []
        landlock.confine(layers.landlock, scratch, [device for device in devices if not device.is_dir()])
    if layers.seccomp:
        seccomp.install(seccomp.package_filter(protected, cuda=cuda))
    if layers.audit:
        audit.install(scratch)


def confine_class(layers: Layers) -> None:
    """Before a class is built, in a process that `confine_package` was called in or above."""
    if layers.landlock:
        landlock.keep_signals_inside(layers.landlock)
    if layers.seccomp:
        seccomp.install(seccomp.class_filter())
