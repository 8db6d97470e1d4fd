"""For systems without a fork that is safe after torch was imported: macOS and Windows.

Each package has a fresh process, a batch, which imports torch itself and answers about one class after the other.
Only the clock and the audit hook guard it, and the resource limits where there are such; when it dies, the finding
at hand is lost and a new one goes on. The process that supervises needs no torch.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from torchmodlint.verify.wire import Options, package_job
from torchmodlint.verify.worker.arrival import announce, bring_in, device_here, jobs_from, torch_here
from torchmodlint.verify.worker.batches import Batch, Events, Spawner
from torchmodlint.verify.worker.link import Link
from torchmodlint.verify.worker.sandbox.layers import Layers, confine_package


def supervise() -> NoReturn:
    """Answer one linter's jobs, and end."""
    link = Link.taken()
    hello = link.hello()
    options = Options(**hello["options"])
    if options.sandbox == "require":
        link.unavailable("no-sandbox", "Landlock and seccomp")
    events: Events = queue.SimpleQueue()
    scout = Batch(options, events)
    message = scout.first_word()
    if message is None:
        os._exit(1)  # what it printed is read by the linter
    link.say(message)
    jobs, processes = jobs_from(link)
    options = replace(options, device=message["device"].removesuffix(":0"))
    supervisor = Spawner(link, jobs, options, Path(hello["scratch"]), processes, events, scout)
    threading.Thread(target=_end_with_linter, args=(link, supervisor), daemon=True).start()
    try:
        supervisor.run()
    finally:
        supervisor.end()
    os._exit(0)


def _end_with_linter(link: Link, supervisor: Spawner) -> NoReturn:
    link.read()  # after "go" the linter says nothing; this is its end
    supervisor.end()
    os._exit(0)


def batch() -> NoReturn:
    """The life of a batch: what it is, one job, then orders until there are no more."""
    link = Link.taken()
    hello = link.hello()
    options = Options(**hello["options"])
    layers = Layers(limits=sys.platform != "win32", audit=options.sandbox != "off")
    version = torch_here(link)
    options = replace(options, device=device_here(link, options.device, forks=False))
    bring_in()
    announce(link, version, options.device, layers)
    given = link.read()
    if given is None:
        os._exit(0)
    os.dup2(0, 2)

    from torchmodlint.verify.worker import package  # not sooner: it needs torch, which is only here now

    job, scratch = package_job(given["job"]), Path(given["scratch"])
    package.settle(job, scratch)
    confine_package(layers, scratch, (), cuda=options.device == "cuda", memory=options.memory)
    package.Server(_Orders(link), job, options, layers, scratch, forks=False).run()
    os._exit(0)


class _Orders:
    """Orders over a link, and verdicts back the same way."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def order(self) -> tuple[dict[str, Any], int] | None:
        message = self._link.read()
        return None if message is None else (message, self._link.results)

    def say(self, message: Mapping[str, Any]) -> None:
        self._link.say(message)

    def close(self) -> None:
        self._link.close()
