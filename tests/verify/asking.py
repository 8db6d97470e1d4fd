"""Shared by the tests of probes: source in, verdicts out, without any process in between."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from tests.harness import findings_in, rules_with
from torchmodlint.verify.targets import jobs
from torchmodlint.verify.wire import Options

if TYPE_CHECKING:
    from pathlib import Path

    from torchmodlint.core.verdict import Verdict


def verdicts(
    source: str, folder: Path, *codes: str, options: Options | None = None, name: str = "net"
) -> list[tuple[int, str, Verdict]]:
    """Lint `source` as the file `net.py` of `folder` and ask about the findings of `codes` (all when none is named).

    Line, code and verdict of each, in the order of the findings.
    """
    from torchmodlint.verify.worker.importer.load import load
    from torchmodlint.verify.worker.subject import answers

    text = textwrap.dedent(source).strip("\n") + "\n"
    file = folder / f"{name}.py"
    file.write_text(text)
    found = [each for each in findings_in(text, rules_with(*codes), file) if not codes or each.code in codes]
    answered: dict[int, Verdict] = {}
    for package in jobs(found, folder, {each.path: text for each in found}):
        for job in package.files:
            sys.modules.pop(job.module, None)  # another test's file of that name
            loaded = load(package, job)
            owners = {question.owner: None for question in job.questions}
            for owner in owners:
                mine = [question for question in job.questions if question.owner == owner]
                answered.update(answers(loaded, mine, options or Options()))
    return [(each.line, each.code, answered[index]) for index, each in enumerate(found)]
