"""Findings in, jobs for the worker out: which file is imported under which name, and which question is about what."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchmodlint.analysis.decoding import decode
from torchmodlint.analysis.project import Project
from torchmodlint.core.finding import Finding
from torchmodlint.verify.wire import FileJob, PackageJob, Question


def jobs(
    findings: Sequence[Finding],
    root: Path,
    texts: Mapping[str, str] | None = None,
    examples: Mapping[str, str] | None = None,
) -> list[PackageJob]:
    """One job for each package, its files in order. A question's id is the position of its finding in `findings`.

    `texts` are sources that are not what lies on disk (an editor's, stdin), by the path of the finding; `examples`
    ways to build classes, by "pkg.net.Net". Raises OSError for a file that is gone by now.
    """
    project = Project(root)
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        by_path[finding.path].append(index)
    packages: defaultdict[tuple[str, str], list[FileJob]] = defaultdict(list)
    roots: dict[tuple[str, str], tuple[str, ...]] = {}
    for display, indexes in sorted(by_path.items()):
        path = Path(os.path.abspath(display))
        text = (texts or {}).get(display)
        if text is None:
            text = decode(path.read_bytes())
        module = project.source(path, text).dotted
        own = _own_root(path, module)
        name = module.split(".")[0] if "." in module or path.name == "__init__.py" else ""
        questions = tuple(_question(index, findings[index], module) for index in indexes)
        job = FileJob(str(path), display, module, text, questions, _own_examples(examples or {}, module))
        packages[str(own), name].append(job)
        roots[str(own), name] = _roots(own, root)
    return [PackageJob(name or own, roots[own, name], tuple(files)) for (own, name), files in packages.items()]


def _own_root(path: Path, module: str) -> Path:
    """The directory from which `module` is imported."""
    folder = path.parent if path.name != "__init__.py" else path.parent.parent
    for _ in range(module.count(".")):
        folder = folder.parent
    return folder


def _roots(own: Path, root: Path) -> tuple[str, ...]:
    """Where absolute imports of the file may start: its own root, then the directories above, up to the project's."""
    above = [folder for folder in own.parents if folder == root or root in folder.parents]
    return tuple(str(folder) for folder in (own, *above, root / "src") if folder == own or folder.is_dir())


def _question(index: int, finding: Finding, module: str) -> Question:
    subject, span = finding.subject, finding.span
    owner = subject.owner.removeprefix(f"{module}.") if subject.owner else None
    return Question(
        id=index,
        code=finding.code,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        owner=owner,
        attribute=subject.attribute,
        function=subject.function,
        related=tuple((one.line, one.message) for one in finding.related),
    )


def _own_examples(examples: Mapping[str, str], module: str) -> Mapping[str, str]:
    """The examples for classes of this module, by their qualified name within it."""
    prefix = f"{module}."
    return {name.removeprefix(prefix): text for name, text in examples.items() if name.startswith(prefix)}
