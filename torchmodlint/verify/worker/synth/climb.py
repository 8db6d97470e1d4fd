"""Hill climbing: a repair is kept when the constructor gets further with it, and undone when it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.examples import Example
from torchmodlint.verify.worker.synth.blueprint import Blueprint
from torchmodlint.verify.worker.synth.build import build
from torchmodlint.verify.worker.synth.clock import Budget, TookTooLong
from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure, failure_of, refused_ours, release
from torchmodlint.verify.worker.synth.guess import Guesser
from torchmodlint.verify.worker.synth.plan import Attempt, Plan
from torchmodlint.verify.worker.synth.repairs import choices, kinds, lengths, records, relations, signature, sizes
from torchmodlint.verify.worker.synth.repairs.shop import Shop

TECHNIQUES = (signature, records, choices, kinds, lengths, relations, sizes)
STEPS = 30  # repairs that are kept, of one seed
FIRST, LATER = 2.5, 1.5  # seconds for one construction
TRIES = 400  # constructions of one class
SIDEWAYS, WAITING = 5, 12  # repairs that changed the failure but got no further, kept as well
OWN_BUGS = ("before Module.__init__() call", "must be an instance or subtype of type", "obj must be an instance")
TABLES = ("_parameters", "_buffers", "_modules")  # which nn.Module's initialiser makes


def never(error: BaseException) -> bool:
    """No failure ends the search before its time."""
    return False


class Climber:
    """The search for one class. `best` is the attempt that got furthest."""

    def __init__(self, blueprint: Blueprint, budget: Budget, enough: Callable[[BaseException], bool] = never) -> None:
        self.blueprint = blueprint
        self.budget = budget
        self.enough = enough
        self.satisfied = False
        self.shop = Shop(blueprint, Guesser(blueprint))
        self.best = Attempt(None)
        self.tries = 0
        self._progress: tuple[int, ...] = (-1,)
        self._seen: set[tuple[str, str]] = set()

    @property
    def over(self) -> bool:
        """Is the time spent, or is there nothing more to learn?"""
        return self.satisfied or self.budget.over or self.tries >= TRIES or self.own_bug(self.best.error)

    def own_bug(self, error: BaseException | None) -> bool:
        """Does the class refuse every argument alike, by its own fault?"""
        name = self.blueprint.cls.__name__
        lacks = [f"'{name}' object has no attribute '{table}'" for table in TABLES]
        return error is not None and any(text in str(error) for text in (*OWN_BUGS, *lacks))

    def example(self, example: Example) -> Attempt:
        """The user's example, as it stands."""
        attempt = build(self.blueprint.loaded, self.blueprint.cls, Plan(example.call, "example", example.place))
        if attempt.error is not None and not self.own_bug(attempt.error):
            text = str(attempt.error).strip().split("\n")[0][:200]
            raise Inconclusive(
                Reason.NOT_CONSTRUCTED,
                f"the example `{example.call}` ({example.place}) raises {type(attempt.error).__name__}: {text}",
            )
        return attempt

    def climb(self, seed: Draft) -> Attempt | None:
        """Mend the seed step by step; the attempt that succeeded, or None."""
        current = seed
        found = self.attempt(current)
        if found is None or isinstance(found, Attempt):
            return found
        sideways: list[tuple[Draft, Failure]] = []
        moved = 0
        for _ in range(STEPS):
            step = self._step(current, found, sideways)
            if isinstance(step, Attempt):
                return step
            if step is None and sideways and moved < SIDEWAYS:
                moved += 1
                step = sideways.pop(0)
            if step is None or self.over:
                return None
            current, found = step
        return None

    def _step(
        self, current: Draft, failure: Failure, sideways: list[tuple[Draft, Failure]]
    ) -> Attempt | tuple[Draft, Failure] | None:
        for draft in self._repaired(failure, current):
            if self.over:
                return None
            found = self.attempt(draft)
            if isinstance(found, Attempt):
                return found
            if found is None:
                continue
            if found.progress > failure.progress:
                sideways.clear()
                return draft, found
            if found.progress == failure.progress and len(sideways) < WAITING:
                # Another message is the better sign; of two conditions in one line the first may be met now.
                place = len(sideways) if found.message == failure.message else _changed(sideways, failure)
                sideways.insert(place, (draft, found))
            else:
                release(found.error)
        return None

    def _repaired(self, failure: Failure, draft: Draft) -> Iterator[Draft]:
        for technique in TECHNIQUES:
            try:
                yield from technique.repairs(failure, draft, self.shop)
            except (SyntaxError, ValueError, KeyError, IndexError, AttributeError):
                continue  # a value of the user's that cannot be looked at

    def attempt(self, draft: Draft) -> Attempt | Failure | None:
        """Build once: the attempt when it succeeded, how it failed, or None for a draft that was tried before."""
        call = draft.call(self.blueprint.call, self.blueprint.parameters)
        if (call, draft.device) in self._seen:
            return None
        self._seen.add((call, draft.device))
        self.tries += 1
        if self.budget.over:
            return None
        plan = Plan(call, draft.origin, draft.witness, draft.repairs, device=draft.device)
        # The first try may take longest: what a class costs with its own defaults is what it costs.
        seconds = min(FIRST if self.tries == 1 else LATER, self.budget.left)
        attempt = build(self.blueprint.loaded, self.blueprint.cls, plan, seconds)
        if attempt.built:
            self.best = replace(attempt, plan=replace(attempt.plan or plan, sensible=self.shop.sensible(draft)))
            return self.best
        error = attempt.error
        assert error is not None
        if self.best.plan is None:
            self.best = attempt
        if self.enough(error):
            self.best, self.satisfied = attempt, True
            return None
        if _too_large(error) and draft.device == "cpu" and self.tries <= TRIES:
            return self.attempt(
                replace(
                    draft,
                    device="meta",
                    repairs=(*draft.repairs, "built on meta: too large for the memory or the time"),
                )
            )
        if self.mended_import(error):
            self._seen.discard((call, draft.device))
            return self.attempt(draft)
        refused = refused_ours(error, attempt.supplied) if self.own_bug(error) else None
        if refused is not None:
            hints = [each for each in self.blueprint.hints.values() if nn.Module in getattr(each, "__mro__", ())]
            asked = any(isinstance(refused, each) for each in hints)
            attempt.plan = replace(plan, sensible=asked)
            if draft.repairs:  # a module was put where none belongs: that is no bug of the class
                release(error)
                return None
        failure = failure_of(error, list(self.blueprint.all_parameters) or list(draft.values))
        if failure.progress > self._progress or self.own_bug(error):
            self._progress = failure.progress
            self.best = attempt
        return failure

    def mended_import(self, error: BaseException) -> bool:
        """A library that the constructor asked for was missing, and is stood in for now."""
        importer: Any = self.blueprint.loaded.importer
        if importer is None or not isinstance(error, ImportError) or self.tries > 60:
            return False
        before = set(importer.stubs.modules)
        if not importer.mend(error):
            return False
        added = sorted(set(importer.stubs.modules) - before)
        loaded = self.blueprint.loaded
        loaded.stubbed = tuple(sorted({*loaded.stubbed, *added}))
        return True


def _changed(sideways: list[tuple[Draft, Failure]], failure: Failure) -> int:
    """Where those end whose message is another one."""
    return sum(1 for _, found in sideways if found.message != failure.message)


def _too_large(error: BaseException) -> bool:
    """Did the memory or the time run out? On the meta device tensors take neither."""
    return isinstance(error, (MemoryError, TookTooLong)) or "DefaultCPUAllocator" in str(error)
