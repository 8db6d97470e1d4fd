"""Landlock: writes only in the scratch folder, no TCP, no signals and no abstract sockets to the outside.

The rights and the sizes of the structures are those of linux/landlock.h; what an older kernel does not know is left
out: moving between folders came with ABI 2 (Linux 5.19), truncation with 3 (6.2), TCP with 4 (6.7), ioctl on devices
with 5 (6.10), signals and abstract sockets with 6 (6.12), the choice not to fill the system's log with 7 (6.15).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from torchmodlint.verify.worker.sandbox.kernel import PR_SET_NO_NEW_PRIVS, prctl, syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION = 1  # the flag that asks for the ABI instead of a ruleset
PATH_BENEATH = 1  # the one kind of rule used here
QUIET = 1  # of restrict_self: do not log what is refused to this program

EXECUTE, WRITE_FILE = 1 << 0, 1 << 1
CHANGES_TO_FOLDERS = sum(1 << bit for bit in range(4, 13))  # remove and make files, folders, links, sockets, devices
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
TCP_BIND, TCP_CONNECT = 1 << 0, 1 << 1
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # what `_pack_` means; Python 3.14 wants it said
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that this kernel speaks, 0 where it has none or it is switched off."""
    try:
        return syscall(CREATE_RULESET, None, 0, VERSION)
    except OSError:
        return 0


def confine(version: int, scratch: Path, devices: Iterable[Path] = ()) -> None:
    """From here on this thread and all it starts may write in `scratch` and to the harmless devices only.

    `version` is what `abi()` said. Raises OSError when the kernel refuses.
    """
    on_files = WRITE_FILE | (TRUNCATE if version >= 3 else 0) | (IOCTL_DEV if version >= 5 else 0)
    in_folders = on_files | CHANGES_TO_FOLDERS | (REFER if version >= 2 else 0)
    ruleset = _create(version, fs=in_folders | EXECUTE, net=TCP_BIND | TCP_CONNECT, scoped=ABSTRACT_SOCKETS | SIGNALS)
    try:
        _allow(ruleset, scratch, in_folders)
        for device in (*map(Path, DEVICES), *devices):
            if device.exists():
                _allow(ruleset, device, on_files)
        _restrict(version, ruleset)
    finally:
        os.close(ruleset)


def keep_signals_inside(version: int) -> None:
    """From here on signals and abstract sockets reach only what this thread starts itself."""
    if version < 6:
        return
    ruleset = _create(version, scoped=ABSTRACT_SOCKETS | SIGNALS)
    try:
        _restrict(version, ruleset)
    finally:
        os.close(ruleset)


def _create(version: int, *, fs: int = 0, net: int = 0, scoped: int = 0) -> int:
    attributes = _Ruleset(fs, net, scoped)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return syscall(CREATE_RULESET, ctypes.pointer(attributes), size, 0)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.pointer(_PathBeneath(rights, parent)), 0)
    finally:
        os.close(parent)


def _restrict(version: int, ruleset: int) -> None:
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    syscall(RESTRICT_SELF, ruleset, QUIET if version >= 7 else 0)
