"""The first minute in the user's interpreter: is torch here, is it new enough, is the device there?"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
from collections import deque

from torchmodlint.verify.wire import PackageJob, package_job
from torchmodlint.verify.worker.link import Link
from torchmodlint.verify.worker.sandbox.layers import Layers

OLDEST = (2, 0)


def torch_here(link: Link) -> str:
    """Import torch, and say its version. Ends this process with a clear word when that cannot be."""
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name != "torch":
            link.unavailable("broken-torch", f"{type(error).__name__}: {error}")
        link.unavailable("no-torch")
    except Exception as error:
        link.unavailable("broken-torch", f"{type(error).__name__}: {error}")
    version = str(getattr(torch, "__version__", "0"))
    numbers = [int(part) if part.isdecimal() else 0 for part in version.split("+")[0].split(".")[:2]]
    if tuple(numbers) < OLDEST:
        link.unavailable("old-torch", version)
    # Before any operation: a pool of threads that torch starts once does not survive a fork.
    torch.set_num_threads(1)
    return version


def device_here(link: Link, wanted: str, *, forks: bool) -> str:
    """The device that is used: "auto" is the cpu, with meta standing in where a move is to be seen."""
    if wanted != "cuda":
        return "meta" if wanted == "meta" else "cpu"
    if not (_asked_in_a_fork() if forks else _has_cuda()):
        link.unavailable("no-cuda")
    return "cuda"


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def _asked_in_a_fork() -> bool:
    """The question itself may start the driver, which no fork survives; so it is not asked in this process."""
    child = os.fork()
    if child == 0:
        there = False
        try:
            there = _has_cuda()
        finally:
            os._exit(0 if there else 1)
    return os.waitpid(child, 0)[1] == 0


def bring_in() -> None:
    """Import the probes, once for all processes, and before the user's code may change what is imported."""
    from torchmodlint.verify.worker import probes

    for module in pkgutil.iter_modules(probes.__path__):
        try:
            importlib.import_module(f"{probes.__name__}.{module.name}")
        except Exception:
            pass  # a torch that lacks what this probe needs has the others none the less; whoever asks for it is told


def announce(link: Link, torch: str, device: str, layers: Layers) -> None:
    """Tell the linter what is here."""
    device = "cuda:0" if device == "cuda" else device
    python = platform.python_version()
    link.say({"kind": "ready", "torch": torch, "python": python, "device": device, "layers": layers.names})


def jobs_from(link: Link) -> tuple[deque[PackageJob], int]:
    """All jobs, and how many processes may work on them.

    They are read before the first is begun: two sides that write to each other at the same time can block both.
    """
    jobs: deque[PackageJob] = deque()
    while (message := link.read()) is not None:
        if message["kind"] == "go":
            return jobs, message["processes"]
        jobs.append(package_job(message["job"]))
    os._exit(0)
