"""The `torchmodlint` command: arguments in, output and exit code out. Nothing else in the package prints.

Imports stand in the functions that need them: what a run does not need is not loaded, LibCST least of all.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from torchmodlint import __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command, with the process's own arguments if none are given, and leave the process."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given == ["--version"]:  # what reads the options takes three times as long to import as Python to start
        print(f"torchmodlint {__version__}")
        return
    gc.disable()  # a run leaves few cycles behind, and collects those that hold trees by itself
    from torchmodlint.cli.command import command

    try:
        command(given, prog_name="torchmodlint")
    finally:
        gc.freeze()  # or Python would look for cycles once more as it ends, in all that has been imported
