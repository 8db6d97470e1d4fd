"""A verifier that runs nothing: shared by the tests of what is around it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify.interpreter import Interpreter, NoInterpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pytest

    from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

CONFIRMED = Verdict(Outcome.CONFIRMED, Reason.OBSERVED, "seen", {"hidden": 5}, "meta", 0.04, "`Net(3)`", (), "x = 1\n")
REFUTED = Verdict(Outcome.REFUTED, Reason.NOT_OBSERVED, "not so")
UNBUILT = Verdict(Outcome.INCONCLUSIVE, Reason.NOT_CONSTRUCTED, "`Net()` raises TypeError")


class Pretended:
    """Stands in for `pool.ask` and for the search for an interpreter, and remembers what it was asked.

    Answers by code; a code without an answer gets none, as when a process dies.
    """

    def __init__(self, answers: Mapping[str, Verdict]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[FileJob, Question]] = []
        self.options: Options | None = None
        self.python: str | None = None
        self.processes: int | None = None
        self.unavailable: str | None = None
        self.interpreter = Interpreter(Path("/env/bin/python"), "VIRTUAL_ENV", "3.12.1", "2.6.0", "marker")

    def find(self, root: Path, given: str | None = None) -> Interpreter:
        self.python = given
        if given == "nothing":
            raise NoInterpreter("nothing has no torch: install it there, or name another with --python")
        return self.interpreter

    def ask(
        self,
        jobs: Sequence[PackageJob],
        python: Path,
        options: Options,
        *,
        processes: int | None = None,
        on_answer: Callable[..., None] = lambda *_: None,
    ) -> Any:
        from torchmodlint.verify.pool import Answers, WorkerUnavailable

        if self.unavailable is not None:
            raise WorkerUnavailable(self.unavailable)
        assert python == self.interpreter.path
        self.options, self.processes = options, processes
        verdicts = {}
        for package in jobs:
            for job in package.files:
                for question in job.questions:
                    self.asked.append((job, question))
                    if question.code in self.answers:
                        verdicts[question.id] = self.answers[question.code]
                        on_answer(question.id, verdicts[question.id])
        return Answers(verdicts, torch="2.6.0+cpu", python="3.12.1", layers=("own session", "seccomp"), device="cpu")


def pretend(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Verdict]) -> Pretended:
    """Put a pretended verifier in the place of the real one."""
    pretended = Pretended(answers)
    monkeypatch.setattr("torchmodlint.verify.verdicts.find", pretended.find)
    monkeypatch.setattr("torchmodlint.verify.pool.ask", pretended.ask)
    return pretended
