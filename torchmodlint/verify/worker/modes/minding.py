"""Which layers of a module the mode makes a difference to, as far as they are in sight."""

from __future__ import annotations

import inspect
from functools import cache
from types import CodeType, FunctionType

from torch import nn

from torchmodlint.verify.worker.modes.layers import MODULES, Wrapper
from torchmodlint.verify.worker.modes.opaque import Opaque
from torchmodlint.verify.worker.modes.recorder import Recorder
from torchmodlint.verify.worker.modes.states import Recorded
from torchmodlint.verify.worker.observe.words import together

FLAG = "training"
NONE = "no layer of the model asks in which mode it is"


def minding(module: nn.Module) -> str | None:
    """The layers, in words, empty where there are none; None where part of the module is out of sight."""
    found: list[str] = []
    for part in module.modules():
        if not isinstance(part, Recorder):
            if isinstance(part, Recorded):
                return None
            if isinstance(module, Recorder):
                continue  # inside the recorder that stands for it
            kind: type = type(part)
        elif type(part) is Recorder:
            named = getattr(nn, part._tml_label, None)
            if not isinstance(named, type) or not issubclass(named, nn.Module):
                return None
            kind = named
        elif any(isinstance(value, Opaque) and value._tml.module is None for value in vars(part).values()):
            return None
        else:
            kind = type(part)
        if minds(kind) and not _drops_nothing(kind, part):
            found.append(kind.__name__)
    return together([f"{found.count(one)} {one}" for one in sorted(set(found))]) if found else ""


def _drops_nothing(kind: type, part: nn.Module) -> bool:
    """Is it a dropout of 0? The recorder of one stands for no layer."""
    if not issubclass(kind, nn.modules.dropout._DropoutNd):
        return False
    return not part._modules if isinstance(part, Recorder) else getattr(part, "p", None) == 0


@cache
def minds(kind: type) -> bool:
    """Does a class of modules ask for the mode? (torch's Transformer leaves that to the layers it makes.)"""
    if kind.__name__.startswith("Transformer"):
        return True
    own = [one for one in kind.__mro__ if one not in (nn.Module, object, Recorder, Wrapper, *MODULES.values())]
    functions = [inspect.unwrap(each) for one in own for each in vars(one).values() if isinstance(each, FunctionType)]
    return any(_mentions(each.__code__) for each in functions)


def _mentions(code: CodeType) -> bool:
    if FLAG in code.co_names or FLAG in code.co_consts:
        return True
    return any(_mentions(one) for one in code.co_consts if isinstance(one, CodeType))
