"""The tensors that torch's factories and functions give."""

from __future__ import annotations

from torchmodlint.analysis import torch_names
from torchmodlint.analysis.arguments import Given, leaves
from torchmodlint.analysis.dimensions import folds, scalar_after
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Container,
    Nothing,
    Parameter,
    Plain,
    Tensor,
    Value,
    possible,
)

VARIABLES = frozenset({"torch.autograd.Variable", "torch.Variable", "torch.autograd.variable.Variable"})
# The arguments, or the first one, are sizes.
SHAPED = frozenset({"torch.zeros", "torch.ones", "torch.empty", "torch.full", "torch.rand", "torch.randn"})
SIZED = SHAPED - {"torch.full"} | {"torch.eye", "torch.Tensor", "torch.FloatTensor", "torch.LongTensor"}
FROM_DATA = frozenset({"torch.tensor", "torch.scalar_tensor", "torch.as_tensor", "torch.asarray"})


def tensor_factory(dotted: str, given: Given) -> Value:
    flag = given.keywords.get("requires_grad")
    grad = isinstance(flag, Plain) and flag.literal is True
    if flag is not None and not isinstance(flag, Plain):
        return UNKNOWN
    first = given.values[0] if given.values else None
    if dotted in VARIABLES:
        inner = first if isinstance(first, Tensor) else Tensor()
        return Tensor(grad=grad, scalar=inner.scalar, fresh=inner.fresh, given=inner.given)
    scalar: bool | None = False
    empty = False
    fresh = True
    if dotted in FROM_DATA:
        # Something unknown that is taken over as it is was an array already; torch.tensor(unknown) may be a number.
        scalar = False if dotted in ("torch.as_tensor", "torch.asarray") else None
        if isinstance(first, Plain):
            scalar = True
        elif isinstance(first, Container) and first.kind in ("list", "tuple"):
            scalar = False
        elif isinstance(first, Tensor):
            scalar = first.scalar
        elif first is not None and any(map(_may_be_number, possible(first))):
            scalar = None
        fresh = _constant(first)
    elif dotted in SIZED or (dotted == "torch.arange" and len(given.values) == 1):
        sizes = first.values if isinstance(first, Container) and first.values is not None else given.values
        empty = any(isinstance(one, Plain) and one.literal == 0 and not one.flag for one in sizes)
    if isinstance(first, Container) and first.values is not None and not first.values:
        empty = dotted not in SHAPED
        scalar = scalar if empty else True
    if dotted == "torch.Tensor" and first is None:
        empty = True
    if dotted in ("torch.from_numpy", "torch.frombuffer"):
        fresh = _constant(first)
    return Tensor(grad=grad, scalar=scalar, fresh=fresh, empty=empty)


def _may_be_number(value: Value) -> bool:
    return isinstance(value, Plain) or (isinstance(value, Argument) and value.number)


def _constant(value: Value | None) -> bool:
    """Is a tensor made from `value` as good as one made from numbers?"""
    return not isinstance(value, Tensor | Parameter) or (isinstance(value, Tensor) and value.fresh)


def tensor_function(dotted: str, given: Given) -> Value:
    tensors = [one for value in given.all() for one in leaves(value) if isinstance(one, Tensor | Parameter)]
    plain = [one for one in tensors if isinstance(one, Tensor)]
    like = dotted in torch_names.LIKE_FACTORIES
    origin = None if like else next((one for one in tensors if isinstance(one, Parameter)), None)
    lost = f"{dotted}()" if origin is not None else None
    fresh = bool(tensors) and all(isinstance(one, Tensor) and one.fresh for one in tensors)
    before = None if not tensors else False if any(one.scalar is False for one in tensors) else tensors[0].scalar
    name = dotted.rpartition(".")[2]
    scalar = scalar_after(name, given.values[1:], given.keywords, before)
    flag = given.keywords.get("requires_grad") if like else None
    grad = isinstance(flag, Plain) and flag.literal is True
    unknown = any(
        not isinstance(one, Tensor | Parameter | Plain | Nothing) for value in given.all() for one in leaves(value)
    )
    if not tensors and unknown:
        return Tensor()
    given_in = any(one.given for one in plain) and not folds(name)
    return Tensor(grad, scalar, lost, origin, fresh=fresh and not unknown, given=given_in)
