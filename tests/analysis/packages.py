"""Small packages on disk, for tests of what names in them mean."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from torchmodlint.analysis.project import Answer, Project, Ref

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files by their paths below `root`, and give `root` back."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


def meaning(root: Path, file: str, name: str, project: Project | None = None) -> list[str]:
    """What `name`, written in `file`, may mean: dotted names, those of files with the path of the file."""
    project = project or Project(root)
    return [shown(ref, root) for ref in project.resolve(project.source(root / file), name)]


def shown(ref: Ref, root: Path) -> str:
    """`torch.nn.Linear` for a name of a library, `pkg/a.py:Net` for one of a file."""
    if ref.source is None:
        return ref.name
    path = ref.source.path
    return f"{path.relative_to(root).as_posix() if root in path.parents else path.name}:{ref.name}"


def verdict(root: Path, file: str, qualname: str, project: Project | None = None) -> Answer:
    """Is the class of that name in `file` an nn.Module?"""
    project = project or Project(root)
    return project.is_module(Ref(project.source(root / file), qualname))
