"""The process that imports the files of one package, and the processes that it forks, one for each class.

It runs the user's code, so it decides nothing: it does what it is ordered to and says how that ended. Where no
process may be forked (a CUDA context does not survive it; macOS and Windows cannot) it answers by itself.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import FileJob, Options, PackageJob, packed
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.load import read
from torchmodlint.verify.worker.link import write
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.sandbox import audit
from torchmodlint.verify.worker.sandbox.denied import cause, forget
from torchmodlint.verify.worker.sandbox.kernel import PR_SET_PDEATHSIG, prctl
from torchmodlint.verify.worker.sandbox.layers import Layers, confine_class
from torchmodlint.verify.worker.subject import answers, probe_for

SIGKILL = 9
SCRATCH = "<scratch folder>"

# Libraries that write below these would write to the user's folders otherwise.
FOLDERS = {
    "HOME": "home",
    "USERPROFILE": "home",
    "TMPDIR": "tmp",
    "TEMP": "tmp",
    "TMP": "tmp",
    "TORCH_HOME": "cache/torch",
    "TORCHINDUCTOR_CACHE_DIR": "cache/inductor",
    "TRITON_CACHE_DIR": "cache/triton",
    "CUDA_CACHE_PATH": "cache/cuda",
    "HF_HOME": "cache/huggingface",
    "NUMBA_CACHE_DIR": "cache/numba",
    "MPLCONFIGDIR": "cache/matplotlib",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
}


# Bound now: the user's code may put something else in their places. Where there is numpy, torch has imported it.
leave = os._exit
SEEDS: list[Callable[[int], object]] = [random.seed, torch.manual_seed]
if "numpy" in sys.modules:
    SEEDS.append(sys.modules["numpy"].random.seed)


class Channel(Protocol):
    """Where orders come from and what was done goes to."""

    def order(self) -> tuple[dict[str, Any], int] | None:
        """The next order, and where its verdicts go (a descriptor, which is the caller's to close); None at the end."""

    def say(self, message: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


def settle(job: PackageJob, scratch: Path) -> None:
    """Make this process a place in which the user's files find what they expect, and nothing of ours."""
    for variable, folder in FOLDERS.items():
        (scratch / folder).mkdir(parents=True, exist_ok=True)
        os.environ[variable] = str(scratch / folder)
    tempfile.tempdir = str(scratch / "tmp")
    sys.path[:0] = job.roots
    sys.argv[:] = [""]
    sys.modules["__main__"] = types.ModuleType("__main__")
    warnings.simplefilter("ignore")
    os.umask(0o077)


def seed() -> None:
    """The same random state in every process."""
    for each in SEEDS:
        each(0)


class Server:
    """Carries out orders until there are no more."""

    def __init__(
        self, channel: Channel, job: PackageJob, options: Options, layers: Layers, scratch: Path, *, forks: bool
    ) -> None:
        self._channel = channel
        self._job = job
        self._options = options
        self._layers = layers
        self._forks = forks
        self._questions = {question.id: question for file in job.files for question in file.questions}
        self._loaded: Loaded | None = None
        self._scratch = str(scratch)

    def run(self) -> None:
        while (given := self._channel.order()) is not None:
            order, to = given
            if order["do"] == "import":
                told = self._import(self._job.files[order["file"]])
            elif self._forks:
                told = {"kind": "ended", "status": self._fork(order, to)}
                os.close(to)
            else:
                seed()
                told = {"kind": "ended", "status": 0, "spent": not self._answer(order, to)}
            self._channel.say({**told, "nonce": order["nonce"]})

    def _import(self, job: FileJob) -> dict[str, Any]:
        for question in job.questions:
            probe_for(question.code)  # imported here, it need not be in each fork
        seed()
        try:
            self._loaded = read(self._job, job)
        except Inconclusive as why:
            reason, message = why.reason, why.message
        except BaseException as error:
            reason, message = cause(error) or (
                Reason.NOT_IMPORTABLE,
                f"importing {job.display} raises {type(error).__name__}: {error}",
            )
        else:
            seed()
            gc.freeze()  # what is here now stays: looking through it in each fork would copy all its pages
            return {"kind": "imported"}
        return {"kind": "failed", "reason": reason, "message": self._told(message)}

    def _fork(self, order: Mapping[str, Any], to: int) -> int | None:
        """Answer in a process of its own, and wait for its end: the wait status, None when that is not to be had."""
        parent = os.getpid()
        with audit.forking():
            child = os.fork()
        if child == 0:
            try:
                prctl(PR_SET_PDEATHSIG, SIGKILL)
                if os.getppid() == parent:
                    self._channel.close()
                    os.setsid()
                    confine_class(self._layers)
                    self._answer(order, to)
                    leave(0)
            finally:
                leave(1)
        try:
            return os.waitpid(child, 0)[1]
        except OSError:
            return None  # the user's code waits for children of its own, or does not want to hear of them

    def _answer(self, order: Mapping[str, Any], to: int) -> bool:
        """Answer in this process. False when it is not fit for another class."""
        assert self._loaded is not None
        nonce = order["nonce"]
        forget()  # what the import was denied and could do without
        try:
            asked = [self._questions[each] for each in order["questions"]]
            for identity, verdict in answers(self._loaded, asked, self._options):
                write(to, {"kind": "verdict", "id": identity, "verdict": self._told(packed(verdict)), "nonce": nonce})
                if not _sound():
                    return False
        except BaseException as error:
            write(to, {"kind": "raised", "what": f"{type(error).__name__}: {error}"[:200], "nonce": nonce})
        return True

    def _told(self, value: Any) -> Any:
        """The value without the name of the scratch folder, which is another one in each run."""
        if isinstance(value, str):
            return value.replace(self._scratch, SCRATCH)
        if isinstance(value, Mapping):
            return {key: self._told(each) for key, each in value.items()}
        return [self._told(each) for each in value] if isinstance(value, (list, tuple)) else value


def _sound() -> bool:
    """A failed kernel leaves a CUDA context in which everything fails after it."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        try:
            torch.cuda.synchronize()
        except Exception:
            return False
    return True
