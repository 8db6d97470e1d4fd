"""One class, built as the verifier builds it, and what the object consists of."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from torchmodlint.analysis.project import Project
from torchmodlint.core.finding import Finding, Severity, Span, Subject
from torchmodlint.core.inspection import Inspection
from torchmodlint.core.parts import Held, Part
from torchmodlint.core.selector import did_you_mean
from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify.interpreter import Interpreter
from torchmodlint.verify.verdicts import examine
from torchmodlint.verify.wire import Options

CODE = "INSPECT"  # a question that no rule asks


class NotInspected(Exception):
    """There is nothing to show; the text says why, and what may help."""


def inspected(
    path: str,
    owner: str | None,
    root: Path,
    python: str | None,
    options: Options,
    examples: Mapping[str, str] | None = None,
    *,
    on_start: Callable[[Interpreter], None] = lambda interpreter: None,
) -> Inspection:
    """Build the class `owner` of the file `path` and look at it. Runs its code in another process.

    Without `owner` it is the file's only class. Raises NotInspected, and what `examine` raises when nothing could be
    asked.
    """
    source = Project(root).source(Path(os.path.abspath(path)))
    classes = {line.qualname: line.line for line in source.outline.classes if "<locals>" not in line.qualname}
    name = _chosen(path, owner, list(classes))
    span = Span(classes[name], 1, classes[name], 1)
    asked = Finding(path, span, CODE, "inspect", Severity.INFO, "", Subject(f"{source.dotted}.{name}"))
    examined = examine([asked], root, python, options, examples=examples, on_start=on_start)
    (verdict,) = examined.verdicts
    if verdict.outcome is Outcome.INCONCLUSIVE:
        raise NotInspected(f"{path}:{name} cannot be shown ({verdict.reason}): {verdict.message}{_help(verdict, name)}")
    facts = cast("Mapping[str, Any]", verdict.evidence)
    return Inspection(
        path,
        name,
        tuple(Part(**dict(zip(facts["fields"], row, strict=True))) for row in facts["modules"]),
        tuple(Held(**each) for each in facts["hidden"]),
        verdict,
        examined.verification,
        int(facts["modules_left_out"]),
        int(facts["hidden_left_out"]),
    )


def _chosen(path: str, owner: str | None, classes: list[str]) -> str:
    if owner in classes:
        return owner
    if owner is not None:
        raise NotInspected(f'{path} has no class "{owner}"{did_you_mean(owner, classes)}')
    if len(classes) == 1:
        return classes[0]
    if not classes:
        raise NotInspected(f"{path} has no class")
    raise NotInspected(f"{path} has several classes; name one: {', '.join(f'{path}:{each}' for each in classes)}")


def _help(verdict: Verdict, name: str) -> str:
    if verdict.reason is not Reason.NOT_CONSTRUCTED:
        return ""
    return f"; say how with a comment above the class: # torchmodlint: example {name}(...)"
