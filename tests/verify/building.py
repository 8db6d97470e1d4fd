"""Shared by the tests of imports, arguments and inputs: source in, the loaded file or a built class out."""

from __future__ import annotations

import itertools
import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from torchmodlint.verify.wire import FileJob, PackageJob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_count = itertools.count()


def load_source(
    source: str,
    folder: Path,
    others: Mapping[str, str] | None = None,
    module: str | None = None,
    examples: Mapping[str, str] | None = None,
    on_disk: str | None = None,
) -> Any:
    """Load a file as the verifier does. `others` are more files of the project, by path below `folder`.

    Without a dotted `module` the file lies alone, under a name that no other test uses.
    """
    from torchmodlint.verify.worker.importer.load import load

    module = module or f"net_of_test_{next(_count)}"
    for name, text in (others or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    path = folder / (module.replace(".", "/") + ".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = textwrap.dedent(source).strip("\n") + "\n"
    path.write_text(textwrap.dedent(on_disk) if on_disk is not None else text)
    job = FileJob(str(path), path.name, module, text, (), examples or {})
    name = module.partition(".")[0] if "." in module else str(path.parent)
    return load(PackageJob(name, (str(folder),), (job,)), job)


def build_class(source: str, folder: Path, name: str = "Net", seconds: float = 10.0, **more: Any) -> Any:
    """The attempt that the search for arguments ends with."""
    from torchmodlint.verify.worker.synth.clock import Budget
    from torchmodlint.verify.worker.synth.search import search

    loaded = load_source(source, folder, **more)
    return search(loaded, name, loaded.find(name), Budget(seconds))


def inputs_of(source: str, folder: Path, name: str = "Net", **more: Any) -> Any:
    """The inputs that are found for the built class."""
    from torchmodlint.verify.worker.inputs.search import search as search_inputs
    from torchmodlint.verify.worker.synth.clock import Budget
    from torchmodlint.verify.worker.synth.search import search

    loaded = load_source(source, folder, **more)
    attempt = search(loaded, name, loaded.find(name), Budget(10.0))
    assert attempt.built
    assert attempt.instance is not None
    return search_inputs(attempt.instance, loaded.example(name), Budget(3.0), loaded, attempt.plan)


@contextmanager
def same_process() -> Iterator[None]:
    """Whatever an import does to this process is undone: modules, path, finders."""
    modules, path, finders = dict(sys.modules), list(sys.path), list(sys.meta_path)
    writes = sys.dont_write_bytecode
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name not in modules]:
            if not name.startswith(("torch", "numpy", "sympy", "mpmath")):
                del sys.modules[name]
        sys.path[:] = path
        sys.meta_path[:] = finders
        sys.dont_write_bytecode = writes


HEAD = "import torch\nfrom torch import nn\nfrom typing import *\nimport enum, dataclasses\n\n"


def net(parameters: str, *body: str, before: str = "", base: str = "nn.Module", init: str = "") -> str:
    """A class whose constructor has these parameters and statements, after other definitions."""
    lines = "\n".join(f"        {line}" for each in body for line in each.split("\n"))
    return (
        f"{HEAD}{textwrap.dedent(before)}\nclass Net({base}):\n    def __init__(self, {parameters}):\n"
        f"        super().__init__({init})\n{lines}\n"
    )
