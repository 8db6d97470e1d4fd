"""What an import statement binds."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.definitions import dotted


def imported_names(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that the statement binds, with the dotted name of what it means, leading dots included. Nothing for
    a star."""
    if isinstance(node.names, cst.ImportStar):
        return
    prefix = ""
    if isinstance(node, cst.ImportFrom):
        prefix = "." * len(node.relative)
        if node.module is not None:
            prefix += f"{dotted(node.module)}."
    for alias in node.names:
        written = dotted(alias.name) or ""
        bound = alias.evaluated_alias or (written if prefix else written.partition(".")[0])
        yield bound, prefix + written if prefix or alias.evaluated_alias else bound
