"""Compares `known_torch.py` with real torch: builds every class that can be built and looks at what it holds.

    python -m tools.check_torch        (in an environment that has torch)

Prints the differences; exit status 1 when there are any.
"""

from __future__ import annotations

import importlib
import inspect
import warnings
from typing import Any

from tools import known_torch

# Constructor arguments by beginning of the class name, the longest match first; every other class is tried with none.
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "AdaptiveAvgPool": (2,),
    "AdaptiveLogSoftmaxWithLoss": (8, 8, [2]),
    "AdaptiveMaxPool": (2,),
    "AvgPool": (2,),
    "BatchNorm": (4,),
    "Bilinear": (4, 4, 4),
    "ChannelShuffle": (2,),
    "CircularPad": (1,),
    "ConstantPad": (1, 0.0),
    "Conv": (4, 4, 3),
    "CrossMapLRN2d": (2,),
    "Embedding": (4, 4),
    "Fold": (4, 2),
    "FractionalMaxPool": (2, 1),
    "GRU": (4, 4),
    "GroupNorm": (2, 4),
    "LPPool": (2, 2),
    "LSTM": (4, 4),
    "LayerNorm": (4,),
    "LazyConv": (4, 3),
    "LazyLinear": (4,),
    "Linear": (4, 4),
    "LocalResponseNorm": (2,),
    "MaxPool": (2,),
    "MaxUnpool": (2,),
    "MultiheadAttention": (4, 2),
    "NonDynamicallyQuantizableLinear": (4, 4),
    "PixelShuffle": (2,),
    "PixelUnshuffle": (2,),
    "RMSNorm": (4,),
    "RNN": (4, 4),
    "RNNBase": ("LSTM", 4, 4),
    "RNNCellBase": (4, 4, True, 4),
    "ReflectionPad": (1,),
    "ReplicationPad": (1,),
    "SyncBatchNorm": (4,),
    "Threshold": (0.1, 0.0),
    "Transformer": (4, 2, 1, 1, 4),
    "TransformerDecoderLayer": (4, 2, 4),
    "TransformerEncoderLayer": (4, 2, 4),
    "Unflatten": (1, (2, 2)),
    "Unfold": (2,),
    "ZeroPad": (1,),
}


def build(torch: Any, name: str) -> Any:
    """An instance of a class, or None where torch.nn itself does not have it."""
    kind = getattr(torch.nn, name, None)
    if kind is None:
        return None
    if name in ("TransformerDecoder", "TransformerEncoder"):
        return kind(getattr(torch.nn, name + "Layer")(4, 2, 4), 1)
    if name in ("ParameterDict", "ParameterList"):
        weight = torch.nn.Parameter(torch.zeros(1))
        return kind({"w": weight} if name == "ParameterDict" else [weight])
    known = max((start for start in ARGUMENTS if name.startswith(start)), key=len, default="")
    return kind(*ARGUMENTS.get(known, ()))


def letters(module: Any) -> str:
    """What an instance holds, as far as its tables tell: "p" and "b"."""
    return "p" * any(True for _ in module.parameters()) + "b" * any(True for _ in module.buffers())


def main() -> int:
    torch = importlib.import_module("torch")
    warnings.simplefilter("ignore")  # lazy modules and the like announce themselves
    differences, built = [], 0
    for state, names in known_torch.MODULES.items():
        for name in names.split():
            if state == "?" or name.startswith("_"):
                continue
            module = build(torch, name)
            if module is None:
                continue
            built += 1
            if letters(module) != state.replace("m", ""):
                differences.append(f"{name}: the table says {state!r}, the instance holds {letters(module)!r}")
            if "m" not in state and "self.training" in inspect.getsource(type(module).forward):
                differences.append(f"{name}: forward looks at self.training, the table says {state!r}")
    listed = {name for names in known_torch.MODULES.values() for name in names.split()}
    for name, kind in vars(torch.nn).items():
        if inspect.isclass(kind) and issubclass(kind, torch.nn.Module) and name not in listed:
            differences.append(f"{name}: a module of torch.nn that is not listed")
    print(*differences, f"torch {torch.__version__}: built {built} classes, {len(differences)} differences", sep="\n")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
