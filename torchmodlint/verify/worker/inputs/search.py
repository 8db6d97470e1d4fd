"""The search for inputs with which `forward` runs."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive
from torchmodlint.verify.worker.importer.examples import Example
from torchmodlint.verify.worker.inputs.calls import written_calls
from torchmodlint.verify.worker.inputs.first import Beginnings
from torchmodlint.verify.worker.inputs.guess import required
from torchmodlint.verify.worker.inputs.leaves import traced
from torchmodlint.verify.worker.inputs.repair import repaired
from torchmodlint.verify.worker.inputs.spec import Given
from torchmodlint.verify.worker.loaded import Loaded
from torchmodlint.verify.worker.synth.build import same_start
from torchmodlint.verify.worker.synth.clock import Budget, TookTooLong, limited
from torchmodlint.verify.worker.synth.failure import failure_of, release
from torchmodlint.verify.worker.synth.names import scope
from torchmodlint.verify.worker.synth.plan import Plan

CALLS = 24  # of forward; measured on 752 classes, 93 of 100 that succeed do so within 5
ONE_CALL = 1.5  # seconds
REPAIRS = 10  # of one failure
LEAF, LINE = 4, 3
MOST_ELEMENTS = 4_000_000  # of one tensor
Made = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Inputs:
    """Arguments for one call of the module, made anew (and alike) by each `make()`; `text` shows them."""

    text: str
    make: Callable[[], Made]
    complete: bool = True  # False: the best that was found, with which forward still raises

    def on(self, device: torch.device | str) -> Made:
        """The arguments with their tensors on another device."""
        arguments, keywords = self.make()
        return tuple(moved(each, device) for each in arguments), {
            key: moved(each, device) for key, each in keywords.items()
        }


def moved(value: Any, device: torch.device | str) -> Any:
    """The value with all tensors in it on another device."""
    if isinstance(value, (torch.Tensor, nn.Module)):
        return value.to(device)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(moved(each, device) for each in value)
    if isinstance(value, dict):
        return {key: moved(each, device) for key, each in value.items()}
    if type(value).__name__ == "SimpleNamespace":
        return type(value)(**{key: moved(each, device) for key, each in vars(value).items()})
    return value


def search(
    module: nn.Module,
    example: Example | None,
    budget: Budget,
    loaded: Loaded | None = None,
    plan: Plan | None = None,
) -> Inputs | None:
    """Inputs that `module` accepts, or the ones that got furthest, or None where there is nothing to try.

    `plan` is how the module was built, for the sizes in it. The module is called, so it is not to be used for
    anything else afterwards. Raises Inconclusive, naming the place, when the inputs of the user's example cannot be
    made.
    """
    names = scope(loaded.namespace if loaded is not None else {})
    if example is not None and example.has_inputs:
        return _example(module, example, names)
    finder = Search(module, names, budget, plan)
    written = written_calls(loaded, type(module), names) if loaded is not None else []
    return finder.as_written(written) or finder.run()


def _example(module: nn.Module, example: Example, names: dict[str, Any]) -> Inputs:
    inputs = inputs_of(list(example.arguments), dict(example.keywords), names)
    try:
        inputs.make()
    except Exception as error:
        raise Inconclusive(
            Reason.NO_INPUTS, f"the inputs of the example ({example.place}) raise {type(error).__name__}: {error}"
        ) from error
    with same_start():
        try:
            arguments, keywords = inputs.make()
            module(*arguments, **keywords)
        except Exception:
            return Inputs(inputs.text, inputs.make, False)
    return inputs


def inputs_of(arguments: list[str], keywords: dict[str, str], names: dict[str, Any], device: str = "cpu") -> Inputs:
    """Inputs from expressions; they are moved to the device of an object that was built on meta."""

    def make() -> Made:
        torch.manual_seed(0)
        made = [eval(each, names) for each in arguments]
        named = {key: eval(each, names) for key, each in keywords.items()}
        if device == "cpu":
            return tuple(made), named
        return tuple(moved(each, device) for each in made), {key: moved(each, device) for key, each in named.items()}

    text = ", ".join([*arguments, *(f"{key}={each}" for key, each in keywords.items())])
    return Inputs(text, make)


def entry_of(module: nn.Module) -> Any:
    """What takes the arguments of a call: `forward`, or a `__call__` of the class's own that names them."""
    call, forward = type(module).__call__, type(module).forward
    if call is nn.Module.__call__:
        return forward
    # One that only hands on whatever comes says nothing about it.
    return forward if not required(call) and forward is not nn.Module.forward else call


class Search:
    """Best first: of the inputs that were not tried yet, those that came of the ones that got furthest."""

    def __init__(self, module: nn.Module, names: dict[str, Any], budget: Budget, plan: Plan | None) -> None:
        self.module = module
        self.names = names
        self.budget = budget
        self.function = entry_of(module)
        self.missing = self.function is nn.Module.forward
        self.device = plan.device if plan is not None else "cpu"
        self.beginnings = Beginnings(module, self.function, names, plan.call if plan is not None else None)
        self.best: tuple[tuple[int, tuple[int, ...]], Inputs] | None = None

    def as_written(self, calls: list[tuple[list[str], dict[str, str]]]) -> Inputs | None:
        """The first of some calls that runs through."""
        for arguments, keywords in calls:
            inputs = inputs_of(arguments, keywords, self.names, self.device)
            with same_start():
                try:
                    with limited(ONE_CALL):
                        made, named = inputs.make()
                        self.module(*made, **named)
                except (Exception, SystemExit, TookTooLong) as error:
                    release(error)
                    continue
            return inputs
        return None

    def run(self) -> Inputs | None:
        """The inputs that were found."""
        if self.missing:
            return None
        queue: list[tuple[int, int, Given, tuple[int, ...]]] = []
        seen: set[str] = set()
        order = 0
        for given in self.beginnings.guesses():
            queue.append((order, order, given, ()))
            order += 1
        heapq.heapify(queue)
        calls = 0
        while queue and calls < CALLS and not self.budget.over:
            _, _, given, before = heapq.heappop(queue)
            inputs = self.inputs(given)
            if inputs.text in seen or any(spec.elements > MOST_ELEMENTS for spec in given.values()):
                continue
            seen.add(inputs.text)
            calls += 1
            outcome = self.attempt(given, inputs)
            if outcome is None:
                return inputs
            done, line, others = outcome
            if self.best is None or (done, line) > self.best[0]:
                self.best = (done, line), Inputs(inputs.text, inputs.make, False)
            # A leaf more that was passed, or a later line, counts as much as a few places in the list of repairs.
            gain = LEAF * min(done, 50) + (LINE if line > before and before else 0)
            for turn, other in enumerate(others):
                heapq.heappush(queue, (turn - gain, order, other, line))
                order += 1
        return self.best[1] if self.best is not None else None

    def inputs(self, given: Given) -> Inputs:
        """The inputs as they are shown and made."""
        arguments: list[str] = []
        keywords: dict[str, str] = {}
        required = {one.name for one in self.beginnings.parameters}
        for one in self.beginnings.all_parameters:
            text = self.beginnings.forms[one.name].expression(one.name, given)
            if text is None or (one.name not in required and one.name not in given):
                continue
            if one.kind is one.KEYWORD_ONLY or one.name not in required:
                keywords[one.name] = text
            else:
                arguments.append(text)
        arguments += [spec.expression for name, spec in given.items() if name.startswith("*")]
        return inputs_of(arguments, keywords, self.names, self.device)

    def attempt(self, given: Given, inputs: Inputs) -> tuple[int, tuple[int, ...], list[Given]] | None:
        """Call the module once: None when forward runs through, else how many leaves did, the lines it got to, and
        what to try next."""
        tensors: dict[str, Any] = {}
        with same_start(), traced(self.module) as trace:
            try:
                with limited(min(ONE_CALL, max(self.budget.left, 0.5))):
                    arguments, keywords = inputs.make()
                    tensors = self.tensors(arguments, keywords)
                    torch.manual_seed(0)
                    self.module(*arguments, **keywords)
            except (Exception, SystemExit, TookTooLong) as error:
                failure = failure_of(error, [one.name for one in self.beginnings.all_parameters])
                others = list(islice(repaired(given, error, trace, tensors, failure.suspects), REPAIRS))
                release(error)
                return trace.done, failure.progress, others
        return None

    def tensors(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """The objects that were made, by their names in `Given`."""
        found: dict[str, Any] = {}
        names = [one.name for one in self.beginnings.parameters if one.kind is not one.KEYWORD_ONLY]
        for name, value in [*zip(names, arguments, strict=False), *keywords.items()]:
            found.update(self.beginnings.forms[name].values(name, value))
        return found
