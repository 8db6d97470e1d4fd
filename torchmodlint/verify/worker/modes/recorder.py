"""A real module in place of the user's: it has weights and modes, and takes down in which state it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.modes.events import Assigned, Switched
from torchmodlint.verify.worker.modes.opaque import Opaque, fresh, hooks
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.states import Recorded, family, state

GIVEN = "its mode is whatever the caller left it in"


class Recorder(Recorded):
    """Stands for nn.Module itself as a base class, and, with `layers` of its own, for modules made out of sight.

    What it knows of itself is in `_tml_*`: whether its mode is known, and why not; where its weights were loaded and
    its mode was last set.
    """

    def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
        made = super().__new__(cls)
        nn.Module.__init__(made)
        made._parameters["(weight)"] = nn.Parameter(torch.ones(()))
        made.__dict__["_tml_known"] = cls._tml_known
        made.__dict__["_tml_doubt"] = cls._tml_doubt
        return made

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        pass  # done already, also where the user's class forgets to ask for it

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_tml"):
            self.__dict__[name] = value
            return
        if isinstance(value, Opaque) and name == "training":
            value = bool(value)
        watched = name in run().watched
        before = state(self) if watched else {}
        own: Any = getattr(type(self), name, None)
        plain = not hasattr(type(own), "__set__")
        if not plain:  # a property of the user's
            own.__set__(self, value)
        elif isinstance(value, Opaque):
            self._modules.pop(name, None)
            self.__dict__[name] = value
            adopt(self, value, name)
        elif name != "training" and isinstance(value, (nn.Module, nn.Parameter)):
            self.__dict__.pop(name, None)
            super().__setattr__(name, value)
        else:
            self._modules.pop(name, None)
            self.__dict__[name] = value
        if watched:
            file, line = run().here()
            run().tape.assignments.append(Assigned(file, line, name, self, before, state(self), plain))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return super().__getattr__(name)
        except AttributeError:
            missing = self.__dict__[name] = Opaque(name, receiver=self)
            return missing

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:  # torchmodlint: ignore[TML202] it runs hooks
        return hooks.module(self, arguments, keywords)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__getattr__("items"))

    def __getitem__(self, key: Any) -> Any:
        return self.__getattr__("items")[key]

    def train(self, mode: Any = True) -> Any:
        mode = bool(mode)
        now = run()
        self._tml_known, self._tml_doubt = True, None
        self._tml_mode_set = now.stack[-1] if now.stack else None
        now.switching += 1
        try:
            super().train(mode)  # each part does the same for itself
        finally:
            now.switching -= 1
        if not now.switching:
            now.tape.switches.append(Switched(tuple(now.stack), family(self), mode, now.tick()))
        return shown(self)

    def eval(self) -> Any:
        return self.train(False)

    def load_state_dict(self, *arguments: Any, **keywords: Any) -> Any:
        for module in self.modules():
            if isinstance(module, Recorder):
                module._tml_loaded = run().stack[-1] if run().stack else None
        return fresh("keys")

    def _same(self, *arguments: Any, **keywords: Any) -> Any:
        return shown(self)

    to = cuda = cpu = half = float = double = bfloat16 = type = to_empty = share_memory = _same

    def _nothing(self, *arguments: Any, **keywords: Any) -> Any:
        return fresh("nothing")

    state_dict = register_buffer = compile = _nothing

    def requires_grad_(self, requires_grad: Any = True) -> Any:
        super().requires_grad_(bool(requires_grad))
        return shown(self)

    def apply(self, fn: Any = None, *arguments: Any, **keywords: Any) -> Any:
        for module in list(self.modules()):
            fn(shown(module), *arguments, **keywords)
        return shown(self)

    def _register(self, name: Any, value: Any = None, **keywords: Any) -> None:
        setattr(self, str(name), value)

    add_module = register_module = register_parameter = _register  # type: ignore[assignment]


class Runs(Recorder):
    """A module whose `forward` is run whatever stands in it."""


class Hooked(Recorder):
    """A module whose methods an engine calls, which sets modes and gradients around them."""

    @classmethod
    def load_from_checkpoint(cls, *arguments: Any, **keywords: Any) -> Any:
        """A new object with weights, in training mode (Lightning 2.5)."""
        count = cls.__init__.__code__.co_argcount - 1 if cls.__init__ is not Recorder.__init__ else 0
        made = cls(*[Opaque("argument") for _ in range(count)])
        made.load_state_dict()
        return made


class StandIn:
    """What a class out of sight is as a base: its instances have every attribute."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        missing = Opaque(name, receiver=self)
        self.__dict__[name] = missing
        return missing

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        hooks.given(
            (self, *arguments, *keywords.values()), f"`{type(self).__name__}`, whose base class is out of sight"
        )
        return fresh("result", of=(*arguments, *keywords.values()))

    def __getitem__(self, key: Any) -> Any:
        return self.__getattr__("items")[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__getattr__("items"))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def made(label: str, *parts: nn.Module, known: bool = True, doubt: str | None = None) -> Recorder:
    """A recorder for a module made out of sight, which holds these."""
    module = Recorder()
    module._tml_label, module._tml_known, module._tml_doubt = label, known, doubt
    for number, part in enumerate(parts):
        module._modules[f"({number})"] = part
    return module


def shown(module: nn.Module) -> Any:
    """What the code sees of a module: itself where it is of a class in sight, else the opaque value before it."""
    if not isinstance(module, Recorder):
        module = _wrapped(module)
    if type(module) is not Recorder:
        return module
    if module._tml_shell is None:
        shell = Opaque(module._tml_label)
        shell._tml.module = module
        module._tml_shell = shell
    return module._tml_shell


def _wrapped(layer: nn.Module) -> Recorder:
    """A recorder around a real layer, the same one each time."""
    found = run().made.get(("layer", id(layer)))
    if found is None:
        module = made(type(layer).__name__, layer)
        module.__dict__["training"] = layer.training
        found = run().made["layer", id(layer)] = Opaque(type(layer).__name__)
        found._tml.module = module
        module._tml_shell = found
    assert found._tml.module is not None
    return found._tml.module


def recorder_of(value: object) -> Recorder | None:
    """The module that a value is, or has been used as."""
    if isinstance(value, Recorder):
        return value
    return value._tml.module if isinstance(value, Opaque) else None


def materialise(value: Opaque) -> Recorder:
    """The module behind a value that turns out to be one. What is part of a module is in the mode of that."""
    inside = value._tml
    if inside.module is not None:
        return inside.module
    module = made(inside.name, nn.Dropout(0.5), nn.BatchNorm1d(2), known=False, doubt=_unknown(inside.origin))
    module._tml_shell = value
    inside.module = module
    if inside.frozen:
        module.requires_grad_(False)
    for name, part in inside.parts.items():
        adopt(module, part, str(name))
    parent = recorder_of(inside.receiver)
    if parent is not None:
        nn.Module.train(module, parent.training)
        module._tml_known, module._tml_doubt = parent._tml_known, parent._tml_doubt
        module._tml_loaded, module._tml_mode_set = parent._tml_loaded, parent._tml_mode_set
        if any(not one.requires_grad for one in nn.Module.parameters(parent)):
            module.requires_grad_(False)
        adopt(parent, value, inside.name)
    return module


def _unknown(origin: str) -> str:
    if origin.startswith("torch.load("):
        return "a module that was saved whole comes back in the mode in which it was saved"
    return f"it is made by `{origin.removesuffix('()')}`, which is out of sight" if origin else GIVEN


def adopt(parent: object, value: object, name: str = "") -> None:
    """A module that becomes an attribute or an item of another is part of it from then on."""
    whole, part = recorder_of(parent), recorder_of(value)
    if whole is None:
        return
    if part is not None:
        if id(part) not in family(whole) and id(whole) not in family(part):
            whole._modules[name.lstrip(".") or str(id(part))] = part
    elif isinstance(value, Opaque):
        if value._tml.leaf is not None:
            whole._parameters[name.lstrip(".")] = value._tml.leaf
        elif value._tml.receiver is None:
            value._tml.receiver = whole
