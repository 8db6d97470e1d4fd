"""Calls of recorders, and what is told by them; who else got hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.modes.events import Called
from torchmodlint.verify.worker.modes.opaque import Opaque, carry, fresh, hooks, within
from torchmodlint.verify.worker.modes.recorder import Recorder, Runs, StandIn, recorder_of
from torchmodlint.verify.worker.modes.rewrite import TELLS
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.states import family

COST = 5  # of a call of a module, in calls of anything else


def called(module: Recorder, arguments: tuple[Any, ...], keywords: dict[str, Any], plain: bool = True) -> Any:
    """Call it: its own weights for real, and the `forward` of a class in sight."""
    given = (*arguments, *keywords.values())
    output = _through(module)
    event = note(module, output, plain)
    own = fresh("output")
    own._tml.tensor, own._tml.sources = output, frozenset([event])
    tells = any(vars(cls).get(TELLS) for cls in type(module).__mro__) or isinstance(module, Runs)
    forward = getattr(type(module), "forward", None) if plain and tells else None
    result: Any = None
    if forward is not None and forward is not nn.Module.forward:
        run().forwards += 1
        try:
            result = forward(module, *arguments, **keywords)
        finally:
            run().forwards -= 1
    if forward is not None and output.requires_grad and not _live((result,)):
        own._tml.tensor, event.records = output.detach(), False
    if isinstance(result, (tuple, list)):
        return type(result)(_joined(one, own) for one in result)
    if isinstance(result, dict):
        return {key: _joined(one, own) for key, one in result.items()}
    return _joined(result, own, *given)


def _live(values: Iterable[object]) -> bool:
    """Is there a graph on any of these, if there are tensors among them at all?"""
    tensors = [one._tml.tensor for one in within(values) if one._tml.tensor is not None]
    return not tensors or any(tensor.requires_grad for tensor in tensors)


def _joined(result: Any, *others: Any) -> Any:
    """The result, with the graphs of these."""
    if result is not None and not isinstance(result, Opaque):
        return result
    whole = fresh("output")
    carry(whole, (result, *others))
    return whole


def _through(module: Recorder) -> torch.Tensor:
    """The sum of what the module's own layers make of ones, in their mode."""
    weight = module._parameters.get("(weight)")
    value = torch.ones(2, 2) if weight is None else torch.ones(2, 2) * weight
    own = [layer for layer in module._modules.values() if layer is not None and not isinstance(layer, Recorder)]
    for layer in own:
        value = layer(value)
    others = [one for name, one in module.named_parameters() if name.rpartition(".")[2] != "(weight)" or "." in name]
    frozen = bool(others) and not any(parameter.requires_grad for parameter in others)
    return value.detach().sum() if frozen else value.sum()


def note(module: Recorder, output: torch.Tensor, plain: bool) -> Called:
    """Take down a call, and whether a backward pass comes back through its output."""
    now = run()
    now.calls += COST
    managers = f"it runs under `{now.managers[-1]}`, which is out of sight" if now.managers else None
    loads = [one._tml_loaded for one in module.modules() if isinstance(one, Recorder) and one._tml_loaded is not None]
    event = Called(
        places=tuple(now.stack),
        module=module,
        family=family(module),
        training=module.training,
        flags=frozenset(one.training for one in module.modules()),
        known=module._tml_known and not now.managers,
        doubt=module._tml_doubt or managers or now.broken,
        grad=torch.is_grad_enabled(),
        inference=torch.is_inference_mode_enabled(),
        records=output.requires_grad,
        loaded=loads[0] if loads else None,
        mode_set=module._tml_mode_set,
        at=now.tick(),
        plain=plain,
        inner=now.forwards > 0,
    )
    if output.requires_grad:

        def walk(gradient: torch.Tensor) -> None:
            event.walked = True
            event.stepped = event.stepped or now.stepping

        output.register_hook(walk)  # type: ignore[no-untyped-call]
    now.tape.calls.append(event)
    return event


def opaque_sources(values: Iterable[object]) -> frozenset[Called]:
    """The calls whose graph is carried by these values."""
    live = [one._tml for one in within(values) if one._tml.tensor is not None and one._tml.tensor.requires_grad]
    return frozenset[Called]().union(*(one.sources for one in live))


def hand_over(values: Iterable[object], to: str) -> None:
    """Code out of sight got hold of these, and of all that they hold: the modes of modules among them are unknown."""
    for module in held(values):
        for one in module.modules():
            if isinstance(one, Recorder):
                one._tml_known, one._tml_doubt = False, f"{to} got hold of it, and may set its mode"


def held(values: Iterable[object], depth: int = 5, seen: set[int] | None = None) -> Iterator[Recorder]:
    """The modules among these values and in what they hold."""
    seen = set() if seen is None else seen
    for value in values:
        if id(value) in seen or depth == 0:
            continue
        seen.add(id(value))
        module = recorder_of(value)
        if module is not None:
            yield module
        elif isinstance(value, dict):
            yield from held(list(value.values()), depth - 1, seen)
        elif isinstance(value, (list, tuple, set)):
            yield from held(list(value), depth - 1, seen)
        elif isinstance(value, StandIn):
            yield from held(list(vars(value).values()), depth - 1, seen)
        elif isinstance(value, Opaque):
            yield from held(list(value._tml.parts.values()), depth - 1, seen)
            if value._tml.receiver is not None and not isinstance(value._tml.receiver, Opaque):
                continue
        elif isinstance(value, FunctionType):
            yield from held([cell.cell_contents for cell in value.__closure__ or () if _filled(cell)], depth - 1, seen)


def _filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def handle(parameter: nn.Parameter) -> Opaque:
    """What the code sees of a parameter."""
    found = run().made.get(("leaf", id(parameter)))
    if found is None:
        found = run().made["leaf", id(parameter)] = Opaque("parameter")
        found._tml.leaf = parameter
        found._tml.tensor = parameter
    return found


hooks.module, hooks.given = called, hand_over
