"""Base classes out of libraries that are not there: an nn.Module where the class that derives from it must be one."""

from __future__ import annotations

import ast
import inspect
import linecache
import types
from functools import cache, lru_cache
from typing import Any

import torch
from torch import nn

# Last words of the names of classes that are nn.Modules in the libraries that people derive from.
ENDINGS = ("Module", "Model", "Layer", "Loss", "Net", "Network", "Encoder", "Decoder", "Metric", "Head", "Backbone")
LAYERS = (*ENDINGS, "Block", "Conv", "Conv1d", "Conv2d", "Conv3d", "Norm", "Pool", "ReLU", "Linear", "Attention")
# Missing libraries whose module classes register, initialise and call as nn.Module does: what is seen of a class
# built on a stand-in for one of them is about the class.
FAITHFUL = frozenset(
    [
        "lightning",
        "pytorch_lightning",
        "lightning_fabric",
        "transformers",
        "huggingface_hub",
        "mmengine",
        "mmcv",
        "fairseq",
    ]
)
METHODS = frozenset({"forward", "training_step", "configure_optimizers"})  # what only a class that is one defines


def module_for(name: str) -> nn.Module | None:
    """What calling the stub `name` gives where it must be a layer: by the endings, or as "build_conv_layer"."""
    last = name.rpartition(".")[2]
    if (last.endswith(LAYERS) and last[:1].isupper()) or (last.startswith("build_") and "layer" in last):
        made: nn.Module = _layer(name)()
        return made
    return None


def base_for(name: str, bases: tuple[Any, ...], frame: types.FrameType) -> type:
    """The class that stands for the stub `name` among `bases` in the class statement that runs in `frame`."""
    last = name.rpartition(".")[2]
    if any(isinstance(base, type) and issubclass(base, nn.Module) for base in bases):
        return _plain(name)  # a second nn.Module after nn.Module itself would have no method resolution order
    if last.endswith(ENDINGS) or _is_module(frame.f_code.co_filename, frame.f_lineno):
        return _module(name)
    return _plain(name)


@cache
def _module(name: str) -> type:
    base = ModuleBase if name.partition(".")[0] in FAITHFUL else InitialisedBase
    return type(name.rpartition(".")[2], (base,), {"_stub_name": name, "__module__": "stub"})


@cache
def _layer(name: str) -> type:
    return type(name.rpartition(".")[2], (LayerBase,), {"_stub_name": name, "__module__": "stub"})


@cache
def _plain(name: str) -> type:
    return type(name.rpartition(".")[2], (PlainBase,), {"_stub_name": name, "__module__": "stub"})


class PlainBase:
    """A base of which nothing is known; it hands on to the next base."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__()

    def __class_getitem__(cls, item: object) -> type:
        return cls


class ModuleBase(nn.Module):
    """An nn.Module of a training library. What such classes promise their children is here: hyperparameters are
    kept, values are logged to nowhere, and a metric's state is a plain attribute."""

    device = torch.device("cpu")
    dtype = torch.float32
    trainer = None
    config: Any
    hparams: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        if args and any("PreTrained" in base.__name__ for base in type(self).__mro__):
            self.config = args[0]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__()

    def __class_getitem__(cls, item: object) -> type:
        return cls

    def save_hyperparameters(self, *args: Any, **kwargs: Any) -> None:
        """What the caller was called with becomes `self.hparams`."""
        frame = inspect.currentframe()
        caller = frame.f_back if frame is not None else None
        given = inspect.getargvalues(caller) if caller is not None else None
        kept: dict[str, Any] = {}
        if given is not None:
            kept = {name: given.locals[name] for name in given.args[1:] if name in given.locals}
            kept.update(given.locals.get(given.keywords or "", {}))
        self.hparams = Record(kept)

    def add_state(self, name: str, default: Any, *args: Any, **kwargs: Any) -> None:
        """A state of a metric."""
        setattr(self, name, default)

    def _nothing(self, *args: Any, **kwargs: Any) -> None:
        """What has no bearing on the structure."""

    log = log_dict = post_init = init_weights = _nothing


class InitialisedBase(ModuleBase):
    """Some libraries initialise their modules from a metaclass: what is not called may not be missing."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        instance = super().__new__(cls)
        nn.Module.__init__(instance)
        return instance


class LayerBase(InitialisedBase):
    """A layer that a library would have built, or a pair of its name and it: both are taken apart in the same way."""

    __iter__ = None

    def __getitem__(self, key: object) -> LayerBase:
        return self


class Record(dict[str, Any]):
    """Hyperparameters: by key and by attribute, as training libraries keep them."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


@lru_cache(maxsize=64)
def _classes(filename: str) -> tuple[ast.ClassDef, ...]:
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _is_module(filename: str, line: int) -> bool:
    """Does the class statement on this line define what only an nn.Module has?"""
    for node in _classes(filename):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if first <= line <= node.body[0].lineno:
            return any(isinstance(each, ast.FunctionDef) and each.name in METHODS for each in node.body)
    return False
