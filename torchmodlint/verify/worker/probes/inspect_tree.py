"""Builds the class and describes the object: every module with its parameters, buffers and memory, and what the object
holds without registering it. No rule asks this; `torchmodlint inspect` does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields

import torch
from torch import nn

from torchmodlint.core.parts import Part
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Seen, confirmed
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.observe.hidden import hidden, is_lazy, size_of, table, tensors_of
from torchmodlint.verify.worker.observe.words import count, kind_of

MOST = 10_000  # modules that are described: more do not fit into one message
MOST_HIDDEN = 1_000
FIELDS = tuple(field.name for field in fields(Part))


def probe(case: Case, question: Question) -> Seen:
    module = case.instance
    rows = list(_rows(module))
    held = hidden(module)
    return confirmed(
        f"`{question.owner}` has {count(len(rows), 'module')} and hides {count(len(held), 'thing')}",
        device=_device(module),
        fields=FIELDS,
        modules=rows[:MOST],
        modules_left_out=max(0, len(rows) - MOST),
        hidden=[asdict(each) for each in held[:MOST_HIDDEN]],
        hidden_left_out=max(0, len(held) - MOST_HIDDEN),
    )


def _rows(module: nn.Module) -> Iterator[tuple[object, ...]]:
    """One row for each place at which a module is registered, in the order of FIELDS, parents first.

    The numbers are those of the module with all that is registered below it, each tensor counted once. A module that
    was described before has only a row, not its children again.
    """
    first: dict[int, str] = {}
    waiting: list[tuple[str, nn.Module]] = [("", module)]
    while waiting:
        name, part = waiting.pop()
        before = first.get(id(part))
        first.setdefault(id(part), name)
        yield name, kind_of(part), *_numbers(part), before
        if before is None:
            children = [(f"{name}.{key}" if name else key, each) for key, each in table(part, "_modules").items()]
            waiting += [(path, each) for path, each in reversed(children) if isinstance(each, nn.Module)]


def _numbers(module: nn.Module) -> tuple[int, int, int, int, int]:
    tensors = tensors_of(module)
    parameters = [each for each in tensors if isinstance(each, nn.Parameter)]
    buffers = [each for each in tensors if not isinstance(each, nn.Parameter)]
    return (
        sum(size_of(each) for each in parameters),
        sum(size_of(each) for each in parameters if each.requires_grad),
        sum(size_of(each) for each in buffers),
        sum(size_of(each) * each.element_size() for each in tensors),
        sum(is_lazy(each) for each in tensors),
    )


def _device(module: nn.Module) -> str:
    devices = [each.device for each in tensors_of(module)]
    return str(devices[0] if devices else torch.device("cpu"))
