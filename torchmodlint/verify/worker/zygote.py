"""The zygote: imports torch once, and forks from itself a process for each package. It watches over all of them.

It is the only one that supervises. It runs none of the user's code, keeps one thread (torch in a second one would
not survive a fork) and owns the only way to the linter, so that whatever becomes of its children, it answers. What
they print goes nowhere.
"""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from torchmodlint.verify.wire import Options
from torchmodlint.verify.worker import tree
from torchmodlint.verify.worker.arrival import announce, bring_in, device_here, jobs_from, torch_here
from torchmodlint.verify.worker.link import Link
from torchmodlint.verify.worker.sandbox.kernel import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, prctl
from torchmodlint.verify.worker.sandbox.layers import Layers, found


def main() -> NoReturn:
    """Answer one linter's jobs, and end."""
    link = Link.taken()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)  # what we have open is not to be had through /proc
    hello = link.hello()
    scratch = Path(hello["scratch"])
    options = Options(**hello["options"])
    torch = torch_here(link)
    layers = _layers(link, options.sandbox, scratch)
    options = replace(options, device=device_here(link, options.device, forks=True))
    bring_in()
    announce(link, torch, options.device, layers)
    jobs, processes = jobs_from(link)

    from torchmodlint.verify.worker.children import Setting  # not sooner: it needs torch, which is only here now
    from torchmodlint.verify.worker.supervisor import Supervisor

    gc.freeze()  # what is here now stays: looking through it in each fork would copy all its pages
    setting = Setting(options, layers, (os.getpid(), os.getppid()))
    supervisor = Supervisor(link, jobs, setting, scratch, processes)
    try:
        supervisor.run()
    except BrokenPipeError:
        supervisor.end()
        tree.remove(scratch.parent)  # which the linter would have done, were it still there
    finally:
        supervisor.end()
    os._exit(0)


def _layers(link: Link, sandbox: str, scratch: Path) -> Layers:
    if sandbox == "off":
        return Layers(audit=False)
    layers = found(scratch)
    if sandbox == "require" and not layers.kernel:
        missing = [name for name, there in (("Landlock", layers.landlock), ("seccomp", layers.seccomp)) if not there]
        link.unavailable("no-sandbox", " and ".join(missing))
    return layers
