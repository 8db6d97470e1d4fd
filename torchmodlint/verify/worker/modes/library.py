"""What is known of libraries: which functions leave the modes of models alone, and which few are stood in for."""

from __future__ import annotations

import collections
import contextlib
import copy
import functools
import itertools
import math
import operator
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.modes import layers, methods
from torchmodlint.verify.worker.modes.opaque import Opaque, fresh, within
from torchmodlint.verify.worker.modes.recorder import Hooked, Recorder, StandIn, made, recorder_of, shown
from torchmodlint.verify.worker.modes.run import run
from torchmodlint.verify.worker.modes.taking import hand_over, held
from torchmodlint.verify.worker.modes.words import names

# Libraries whose functions leave the modes and the gradient switches alone, as far as their documentation says.
HARMLESS = names(
    """
    torch torchvision numpy np sklearn scipy pandas matplotlib PIL cv2 wandb accelerate einops tensorboard
    tensorboardX safetensors mlflow tqdm rich loguru yaml omegaconf hydra click typer flask fastapi lightning
    pytorch_lightning apex torchmetrics sacrebleu nltk h5py transformers datasets
    """
)
RISKY = (
    "torch.ao.",
    "torch.quantization.",
    "torch.onnx.",
    "torch.hub.",
    "torch.optim.swa_utils",
    "torch.utils.bottleneck",
    "lightning.",
    "pytorch_lightning.",
    "transformers.",
    "accelerate.",
    "apex.",
)
REAL = {module.__name__: module for module in (collections, contextlib, copy, functools, itertools, math, operator)}
GRADIENTS = ("torch.", "torch.autograd.", "torch.autograd.grad_mode.")
WRAPPERS = (
    "DataParallel",
    "DistributedDataParallel",
    "FullyShardedDataParallel",
)
BARS = frozenset({"tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm", "rich.progress.track"})
PREPARE = frozenset({"prepare", "prepare_model", "setup", "setup_module", "setup_dataloaders", "unwrap_model"})
ENGINES = ("accelerate.Accelerator()", "lightning.fabric.Fabric()", "lightning.Fabric()", "lightning_fabric.Fabric()")
ZOOS = ("torchvision.models.", "segmentation_models_pytorch.", "timm.models.")
PRETRAINED = ("pretrained", "weights", "encoder_weights", "checkpoint_path")


def known(path: str) -> Any:
    """What a library's name is in a rehearsal, None for an opaque value."""
    root, _, rest = path.partition(".")
    if path in REAL:
        return REAL[path]
    if root in REAL and rest and hasattr(REAL[root], rest):
        return getattr(REAL[root], rest)
    home, _, last = path.rpartition(".")
    if f"{home}." in GRADIENTS and last in _SWITCHES:
        return _SWITCHES[last]
    if path.startswith("torch.nn."):
        return layers.MODULES.get(last)
    if last in ("LightningModule", "LightningDataModule") and root in ("lightning", "pytorch_lightning"):
        return Hooked if last == "LightningModule" else StandIn
    return {"abc.ABC": object, "dataclasses.dataclass": _dataclass}.get(path)


def harmless(path: str) -> bool:
    """Does a function of that dotted path leave the modes and the gradient switches alone?"""
    root = path.partition(".")[0]
    return not path.startswith(RISKY) and (root in HARMLESS or root in sys.stdlib_module_names)


def called(function: Opaque, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The result of functions of libraries that give a module, or what they got; NotImplemented for all others."""
    path = function._tml.origin
    last = path.rpartition(".")[2]
    given = (*arguments, *keywords.values())
    if path.startswith("torch.nn.") or last in WRAPPERS:
        return _layer(last, given)
    if path == "torch.compile":
        return given[0] if arguments else lambda value: value
    if path in BARS or last in ("tqdm", "trange", "track"):
        return Bar(given[0]) if given else Bar(())
    if path in ("torch.autograd.backward", "torch.autograd.grad"):
        return layers.backward(given[:1], stepping=last == "backward")
    if path in ("timm.create_model", "timm.models.create_model") or (path.startswith(ZOOS) and last != "get_weight"):
        return _from_zoo(path, keywords)
    if (last in PREPARE and path.startswith(ENGINES)) or path == "apex.amp.initialize":
        return arguments[0] if len(arguments) == 1 else arguments
    if path.startswith("torch."):
        return methods.function(path.removeprefix("torch."), arguments, keywords)
    if path in ("sys.exit", "os._exit", "os.abort"):
        raise SystemExit
    return NotImplemented


def _layer(name: str, given: tuple[Any, ...]) -> Any:
    if name in WRAPPERS:
        inner = next(held(given), None)
        return layers.Wrapper(given[0]) if inner is not None else fresh(name)
    kind = getattr(nn, name, None)
    if name in ("Parameter", "Buffer"):
        return layers.parameter() if name == "Parameter" else fresh(name)
    if isinstance(kind, type) and issubclass(kind, nn.Module):
        parts = [layer for layer in (layers.real(kind, given),) if layer is not None]
        return shown(made(name, *parts, *held(given)))
    return NotImplemented


def _from_zoo(path: str, keywords: dict[str, Any]) -> Any:
    """A model as a collection of models gives it: in training mode, and perhaps with weights."""
    module = made(path.rpartition(".")[2], nn.Dropout(0.5), nn.BatchNorm1d(2))
    if any(keywords.get(word) not in (None, False) for word in PRETRAINED if word in keywords):
        module._tml_loaded = run().stack[-1] if run().stack else None
    return shown(module)


class Bar:
    """A progress bar around something that is gone over."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Any:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner) if hasattr(self._inner, "__len__") else 1

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Opaque(name, "tqdm.tqdm()." + name)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def _switch(kind: Callable[..., Any]) -> Callable[..., Any]:
    """One of torch's switches of gradients; what it is told is decided first."""

    @functools.wraps(kind, updated=())
    def made_of(*arguments: Any, **keywords: Any) -> Any:
        settled = [bool(one) if isinstance(one, Opaque) else one for one in arguments]
        return kind(*settled, **{name: bool(one) for name, one in keywords.items()})

    return made_of


_SWITCHES = {
    "no_grad": torch.no_grad,
    "enable_grad": torch.enable_grad,
    "inference_mode": _switch(torch.inference_mode),
    "set_grad_enabled": _switch(torch.set_grad_enabled),
    "is_grad_enabled": torch.is_grad_enabled,
    "is_inference_mode_enabled": torch.is_inference_mode_enabled,
}


def _dataclass(*arguments: Any, **keywords: Any) -> Any:
    return arguments[0] if arguments else lambda cls: cls


def unknown(function: Opaque, arguments: tuple[Any, ...], keywords: dict[str, Any], dropped: bool) -> Any:
    """What comes of a function out of sight; the modules that it gets hold of may be in any mode afterwards."""
    inside = function._tml
    given = (*arguments, *keywords.values())
    name = inside.origin or inside.name
    if not harmless(inside.origin):
        owner = inside.receiver
        whole = (*given, owner) if isinstance(owner, StandIn) and not isinstance(owner, Opaque) else given
        hand_over(whole, f"`{name}()`, which is out of sight,")
        if dropped:
            layers.escape(given, f"`{name}()`")
    origin = f"{inside.origin}()" if inside.origin else ""
    receiver = inside.receiver
    of = (receiver, *given) if isinstance(receiver, Opaque) else given
    return fresh(inside.name, origin, of=of)


def is_instance(value: Any, kind: Any) -> Any:
    """`isinstance`, which is a decision where either is opaque."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    module = recorder_of(value)
    if module is not None and Recorder in kinds:
        return True
    if module is not None and type(module) is Recorder:
        label = getattr(nn, module._tml_label, None)
        wanted = [getattr(nn, one._tml.name, None) for one in kinds if isinstance(one, Opaque)]
        if isinstance(label, type) and all(isinstance(one, type) for one in wanted):
            return any(issubclass(label, one) for one in wanted if isinstance(one, type))
    if isinstance(value, Opaque) or any(True for _ in within(kinds)):
        return NotImplemented
    return isinstance(value, kinds)
