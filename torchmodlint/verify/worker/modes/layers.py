"""torch's containers and wrappers over recorders, its parameters, and what happens on `backward()`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.modes.events import Walked
from torchmodlint.verify.worker.modes.opaque import Opaque, fresh, within
from torchmodlint.verify.worker.modes.recorder import Recorder, Runs, adopt, materialise, recorder_of
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.taking import called, handle, opaque_sources


class Items(Recorder):
    """A container of modules. What is put in is kept as the code sees it."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__()
        self.__dict__["_tml_items"] = {}
        for argument in arguments:
            self.update(argument)
        self.update(keywords)

    def update(self, items: Any) -> None:
        pairs = items.items() if hasattr(items, "items") and not isinstance(items, Opaque) else enumerate(items)
        for key, value in pairs:
            self[key] = value

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__dict__["_tml_items"][key] = value
        if isinstance(value, Opaque):
            materialise(value)
        adopt(self, value, str(key))

    def __getitem__(self, key: Any) -> Any:
        items = self.__dict__["_tml_items"]
        if isinstance(key, int) and key < 0 and key not in items:
            key += len(items)
        if isinstance(key, slice):
            return type(self)(list(items.values())[key]) if not list(within((key,))) else self
        return items[key] if not isinstance(key, Opaque) and key in items else Opaque("item", receiver=self)

    def __len__(self) -> int:
        return len(self.__dict__["_tml_items"])

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.__dict__["_tml_items"].values()))

    def append(self, value: Any) -> Any:
        self[len(self)] = value
        return self

    def extend(self, values: Any) -> Any:
        for value in values:
            self.append(value)
        return self

    def insert(self, index: Any, value: Any) -> None:
        self.append(value)


class ModuleDict(Items):
    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.__dict__["_tml_items"]))

    def items(self) -> Any:
        return list(self.__dict__["_tml_items"].items())

    def values(self) -> Any:
        return list(self.__dict__["_tml_items"].values())

    def keys(self) -> Any:
        return list(self.__dict__["_tml_items"])


class Sequential(Items, Runs):
    """Runs what it holds, one after the other."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*([arguments[0]] if len(arguments) == 1 and isinstance(arguments[0], dict) else [arguments]))

    def forward(self, value: Any = None, *others: Any, **keywords: Any) -> Any:
        for one in self:
            module = materialise(one) if isinstance(one, Opaque) else recorder_of(one)
            if module is not None:
                value = called(module, (value,), {}) if not isinstance(one, Recorder) else one(value)
        return value


class Wrapper(Runs):
    """A module around another one: DataParallel and its like."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self._parameters.pop("(weight)", None)
        if isinstance(inner, Opaque):
            materialise(inner)
        module = recorder_of(inner)
        assert module is not None
        self.__dict__["training"] = module.training
        self._tml_known, self._tml_doubt = module._tml_known, module._tml_doubt
        self.module = inner

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        return self.module(*arguments, **keywords)


MODULES = {"Module": Recorder, "Sequential": Sequential, "ModuleList": Items, "ModuleDict": ModuleDict}


def real(kind: type[nn.Module], given: Iterable[object]) -> nn.Module | None:
    """A layer like one of torch's that is built with these, as far as modes go; a dropout of 0 minds none."""
    if issubclass(kind, nn.modules.dropout._DropoutNd):
        return None if any(type(one) in (int, float) and not one for one in given) else nn.Dropout(0.5)
    return nn.BatchNorm1d(2) if issubclass(kind, nn.modules.batchnorm._NormBase) else None


def parameter() -> Opaque:
    """A new nn.Parameter."""
    return handle(nn.Parameter(torch.ones(())))


def backward(values: Iterable[object], stepping: bool = True) -> Any:
    """Gradients of these are asked for: torch goes back along their graphs, or says why it cannot.

    `stepping`: they are left in the parameters, for an optimizer's step.
    """
    given = list(values)
    tensors = [one._tml.tensor for one in within(given) if one._tml.tensor is not None]
    unknown = next((one._tml.name for one in within(given) if one._tml.maybe), None)
    sources = frozenset[Any]().union(*(one._tml.sources for one in within(given)))
    now = run()
    if not tensors:
        for event in now.tape.calls:
            event.escaped = event.escaped or "a backward pass of what is not known"
        return fresh("gradients")
    doubt = f"it runs under `{now.managers[-1]}`, which is out of sight" if now.managers else None
    walked = Walked(tuple(now.stack), sources, torch.is_grad_enabled(), None, doubt, now.tick(), unknown is not None)
    now.tape.backwards.append(walked)
    now.stepping = stepping
    try:
        with torch.enable_grad():  # a sum of what has a graph is to have one, too
            whole = [tensor.sum() if tensor.dim() else tensor for tensor in tensors]
        torch.autograd.backward(whole, retain_graph=True)
    except RuntimeError as error:
        walked.error = str(error).strip().split("\n")[0]
        if "does not require grad" in walked.error:
            raise
    return fresh("gradients")


def escape(values: Iterable[object], to: str) -> None:
    """These go out of sight, with their graphs: somebody may ask for gradients of them there."""
    for event in opaque_sources(values):
        event.escaped = event.escaped or to
