"""Findings in, jobs for the worker out: which file is imported under which name, and which question is about what."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchmodlint.analysis.decoding import decode
from torchmodlint.analysis.outline import Outline
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
        source = project.source(path, text)
        known_as = source.dotted
        module = _imported_as(path, known_as, _dots(source.outline), root)
        own = _own_root(path, module)
        name = module.split(".")[0] if "." in module or path.name == "__init__.py" else ""
        questions = tuple(_question(index, findings[index], known_as) for index in indexes)
        own_examples = _own_examples(examples or {}, known_as) or _own_examples(examples or {}, module)
        job = FileJob(str(path), display, module, text, questions, own_examples)
        packages[str(own), name].append(job)
        roots[str(own), name] = _roots(own, root)
    return [PackageJob(name or own, roots[own, name], tuple(files)) for (own, name), files in packages.items()]


def _imported_as(path: Path, known_as: str, dots: int, root: Path) -> str:
    """The name to import a file by: as long as its packages make it, and as its relative imports need it.

    A directory without an `__init__.py` is a package all the same when it lies in one, or when a file in it imports
    with more `dots` than its packages have levels.
    """
    folder = _own_root(path, known_as)
    above = [each for each in (folder, *folder.parents) if each != root and root in each.parents]
    inside = [depth for depth, each in enumerate(above, 1) if (each / "__init__.py").is_file()]
    levels = known_as.count(".") + (path.name == "__init__.py")
    more = min(max(max(inside, default=0), dots - levels), len(above))
    return ".".join([*(each.name for each in reversed(above[:more])), known_as])


def _dots(outline: Outline) -> int:
    """The most dots with which a relative import of the file begins."""
    bindings = [*outline.bindings.values(), *outline.inner_imports.values()]
    targets = [one.target for each in bindings for one in each if one.kind == "import"] + list(outline.stars)
    return max((len(target) - len(target.lstrip(".")) for target in targets), default=0)


def _own_root(path: Path, module: str) -> Path:
    """The directory from which `module` is imported."""
    folder = path.parent if path.name != "__init__.py" else path.parent.parent
    for _ in range(module.count(".")):
        folder = folder.parent
    return folder


def _roots(own: Path, root: Path) -> tuple[str, ...]:
    """Where absolute imports of the file may start: its own root, then the directories above, up to the project's."""
    above = [folder for folder in own.parents if folder == root or root in folder.parents]
    folders = dict.fromkeys((own, *above, root / "src"))
    return tuple(str(folder) for folder in folders if folder == own or folder.is_dir())


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
