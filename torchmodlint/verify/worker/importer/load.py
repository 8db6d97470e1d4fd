"""A file's job in, the imported file out."""

from __future__ import annotations

import ast
import sys
import types

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import FileJob, PackageJob
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.loaded import Loaded


def load(package: PackageJob, job: FileJob) -> Loaded:
    """Import one file. Raises Inconclusive (not-importable, wants-network, …) with one clear sentence."""
    tree = ast.parse(job.text)
    module = types.ModuleType(job.module)
    module.__file__ = job.path
    sys.modules[job.module] = module
    try:
        exec(compile(tree, job.path, "exec"), module.__dict__)
    except Exception as error:
        raise Inconclusive(Reason.NOT_IMPORTABLE, f"{job.display} cannot be imported: {error!r}") from error
    return Loaded(job, module.__dict__, tree)
