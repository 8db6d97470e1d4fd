"""A case: one class and what a probe may do with it. Built once, and shared by all questions about the class."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Options, Question
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.inputs.search import Inputs
from torchmodlint.verify.worker.inputs.search import search as search_inputs
from torchmodlint.verify.worker.lines import Lines
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.build import same_start
from torchmodlint.verify.worker.synth.climb import never
from torchmodlint.verify.worker.synth.clock import Budget
from torchmodlint.verify.worker.synth.plan import Attempt, Plan
from torchmodlint.verify.worker.synth.search import build, mended
from torchmodlint.verify.worker.synth.search import search as search_plan

SHARE_OF_PLAN, SHARE_OF_INPUTS = 0.3, 0.15  # of the time for one finding; the rest is the probe's own


class Case:
    """One class (or, with `qualname` None, the functions of a file) under the probes.

    Every method that cannot do its work raises Inconclusive with the reason, so that a probe reads as if all went
    well. Nothing here changes what a probe may look at: `instance` is never trained or moved, `fresh()` is for that.
    """

    def __init__(self, loaded: Loaded, qualname: str | None, options: Options) -> None:
        self.loaded = loaded
        self.qualname = qualname
        self.options = options
        self._satisfied = False

    def with_plan(self, plan: Plan) -> Case:
        """The same class, built with other arguments, and those beside them mended where that is needed."""
        assert self.qualname is not None
        other = Case(self.loaded, self.qualname, self.options)
        other.attempt = mended(self.loaded, self.qualname, self.cls, plan, self._budget(SHARE_OF_INPUTS))
        return other

    @property
    def away(self) -> torch.device:
        """The device to move things to when a move is to be seen."""
        return torch.device("cuda:0" if self.options.device == "cuda" else "meta")

    @cached_property
    def cls(self) -> type[nn.Module]:
        """The class itself."""
        if self.qualname is None:
            raise Inconclusive(Reason.UNSUPPORTED, "the finding is about no class")
        return self.loaded.find(self.qualname)

    @cached_property
    def attempt(self) -> Attempt:
        """The best attempt to build the class, successful or not: for probes about the constructor itself."""
        return self._sought(never)

    def satisfied_with(self, enough: Callable[[BaseException], bool]) -> None:
        """For a probe that is after a failure: no more arguments are sought once there is one that is `enough`."""
        if "attempt" not in self.__dict__:
            self.attempt = self._sought(enough)
            self._satisfied = self.attempt.error is not None and enough(self.attempt.error)

    def reopen(self) -> None:
        """The next question is not satisfied with what the last one was."""
        if self._satisfied:
            self._satisfied = False
            del self.attempt

    def _sought(self, enough: Callable[[BaseException], bool]) -> Attempt:
        assert self.qualname is not None
        return search_plan(self.loaded, self.qualname, self.cls, self._budget(SHARE_OF_PLAN), enough)

    def _budget(self, share: float) -> Budget:
        return Budget(share * self.options.timeout)

    @property
    def plan(self) -> Plan:
        """The plan with which the class was built."""
        if self.attempt.plan is None or not self.attempt.built:
            if isinstance(self.attempt.error, Inconclusive):  # what the sandbox denied
                raise self.attempt.error
            raise Inconclusive(Reason.NOT_CONSTRUCTED, why_not_built(self.attempt)) from self.attempt.error
        return self.attempt.plan

    @property
    def instance(self) -> nn.Module:
        """The built object; look, but do not touch."""
        _ = self.plan
        assert self.attempt.instance is not None
        return self.attempt.instance

    def fresh(self) -> nn.Module:
        """Another object, built alike from the same random state, to be moved, trained or called as one likes."""
        again = build(self.loaded, self.cls, self.plan)
        if again.instance is None or again.error is not None:
            raise Inconclusive(Reason.NOT_CONSTRUCTED, f"a second object could not be built: {again.error!r}")
        return again.instance

    def moved(self) -> nn.Module:
        """A copy that was moved `away`; a second object where the copy fails."""
        try:
            module = copy.deepcopy(self.instance)
        except Exception:
            module = self.fresh()
        try:
            module.to(self.away)
        except Exception as error:
            raise Inconclusive(Reason.NOT_CONSTRUCTED, f"it cannot be moved to {self.away}: {error}") from error
        return module

    @cached_property
    def construction(self) -> Lines:
        """The lines of the file that run while the object is built."""
        lines = Lines(self.loaded.job.path)
        plan = self.attempt.plan
        if plan is not None:
            with lines.watched():
                build(self.loaded, self.cls, plan)
        return lines

    @property
    def inputs(self) -> Inputs:
        """Inputs for forward; `complete` says whether it runs through with them."""
        if self.found_inputs is None:
            raise Inconclusive(Reason.NO_INPUTS, "no inputs were found with which forward runs")
        return self.found_inputs

    @cached_property
    def found_inputs(self) -> Inputs | None:
        """The same, or None where there are none."""
        example = self.loaded.example(self.qualname or "")
        return search_inputs(self.fresh(), example, self._budget(SHARE_OF_INPUTS), self.loaded, self.plan)

    def call(self, module: nn.Module) -> Any:
        """What the module gives for the inputs. Raises what forward raises."""
        arguments, keywords = self.inputs.make()
        with same_start():
            return module(*arguments, **keywords)

    @contextmanager
    def forward_failing_is_fine(self) -> Iterator[None]:
        """For probes that only need forward to get as far as a line: what it raises after that is no matter."""
        try:
            yield
        except Inconclusive:
            raise
        except Exception:
            pass

    def require_line(self, lines: Lines, question: Question, during: str) -> None:
        """The line gate: nothing may be refuted unless the flagged line ran."""
        if not lines.any(question.line, question.end_line):
            raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} did not run during {during}")


def why_not_built(attempt: Attempt) -> str:
    """One sentence about a constructor that does not run through."""
    if attempt.plan is None:
        return "no arguments to build it with were found"
    error = attempt.error
    return f"`{attempt.plan.call}` raises {type(error).__name__}: {_first_line(str(error))}"


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:200]
