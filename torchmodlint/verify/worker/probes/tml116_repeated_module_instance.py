"""Builds the class and looks at the value of the flagged expression. Confirmed when it has one module with weights at
several positions, and the built object still has; refuted when every position has a module of its own. One position, or
a module that the verifier passed in, proves nothing."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.construction import observe, require_initialised
from torchmodlint.verify.worker.observe.expressions import flagged, seen
from torchmodlint.verify.worker.observe.hidden import attributes, contents, table, tensors_of
from torchmodlint.verify.worker.observe.provenance import Supplied, refuse_stand_ins
from torchmodlint.verify.worker.observe.words import count, kind_of

DEEPEST = 8  # levels of modules in modules that are looked into
KINDS = (ast.BinOp, ast.ListComp, ast.GeneratorExp)


def probe(case: Case, question: Question) -> Seen:
    if question.owner is None:
        raise Inconclusive(Reason.UNSUPPORTED, "the finding is about no class")
    target = flagged(case, question, lambda node: isinstance(node, KINDS))
    _ = case.plan
    values: list[list[Any]] = []

    def see(value: Any) -> Any:
        items = list(value) if isinstance(target, ast.GeneratorExp) else None
        values.append(_modules(value if items is None else items))
        return value if items is None else iter(items)

    with seen(case, target, see):
        observed = observe(case, question)
    module = observed.instance
    require_initialised(module)
    filled = [modules for modules in values if len(modules) > 1]
    if not values:
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {question.line} does not run when it is built")
    if not filled:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, f"with {observed.call} line {question.line} fills one place at most")
    times = Counter(id(one) for modules in filled for one in modules)
    repeated = [one for modules in filled for one in _distinct(modules) if _times(one, modules) > 1]
    if not repeated:
        return refuted(f"line {question.line} gives {count(sum(times.values()), 'module')}, all of them distinct")
    supplied = Supplied(observed.attempt)
    own = [one for one in repeated if one not in supplied]
    if not own:
        raise Inconclusive(Reason.SYNTHETIC_VALUE, "the repeated module was passed in by the verifier")
    refuse_stand_ins(case, own)
    places = Counter(id(one) for one in _positions(module))
    shared = [one for one in own if places[id(one)] > 1 and tensors_of(one)]
    if not shared:
        raise Inconclusive(Reason.UNSUPPORTED, "the built object has no module with weights at several positions")
    one = max(shared, key=lambda each: times[id(each)])
    positions = min(times[id(one)], places[id(one)])
    has, seems = len(tensors_of(one)), len(tensors_of(one)) * positions
    return confirmed(
        f"{positions} positions hold one {kind_of(one)}: {count(has, 'tensor')} instead of {seems}",
        positions=positions,
        modules=1,
        tensors=has,
        tensors_if_distinct=seems,
    )


def _modules(value: Any) -> list[nn.Module]:
    """The modules at the positions of a container, of Python's or torch's."""
    if isinstance(value, (nn.Sequential, nn.ModuleList)):
        return [one for one in table(value, "_modules").values() if one is not None]
    return [one for one in value if isinstance(one, nn.Module)] if isinstance(value, (list, tuple)) else []


def _distinct(modules: list[nn.Module]) -> list[nn.Module]:
    return list({id(one): one for one in modules}.values())


def _times(module: nn.Module, modules: list[nn.Module]) -> int:
    return sum(one is module for one in modules)


def _positions(module: nn.Module, above: frozenset[int] = frozenset()) -> Iterator[nn.Module]:
    """Every module that the object holds, registered or in plain containers, once for each position."""
    plain = [leaf for name, value in attributes(module).items() for _, leaf in contents(value, name)]
    for child in [*table(module, "_modules").values(), *plain]:
        if isinstance(child, nn.Module):
            yield child
            if len(above) < DEEPEST and id(child) not in above:
                yield from _positions(child, above | {id(module)})
