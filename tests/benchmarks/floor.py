"""`python -m tests.benchmarks.floor`: parse the files named on standard input, a line each, and do nothing else.

With `--passed DIR` it prints the files of that folder which the prefilter passes, and parses none.
"""

from __future__ import annotations

import sys
from pathlib import Path

import libcst as cst


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--passed"]:
        print("\n".join(map(str, passed(Path(arguments[1])))))
        return
    for line in sys.stdin:
        try:
            cst.parse_module(Path(line.rstrip("\n")).read_bytes())
        except Exception as error:
            print(f"{line.rstrip()}: {type(error).__name__}", file=sys.stderr)


def passed(folder: Path) -> list[Path]:
    """The files below `folder` that a run of all rules would parse."""
    from torchmodlint.analysis.project import Project
    from torchmodlint.engine.lint import is_candidate, read
    from torchmodlint.engine.registry import all_rules

    project = Project(folder)
    found = []
    for path in sorted(folder.rglob("*.py")):
        try:
            text = read(str(path), path.read_bytes())
        except Exception:
            continue  # reported, and not parsed
        if is_candidate(path, text, all_rules(), project):
            found.append(path)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
