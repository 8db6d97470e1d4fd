"""Whether a tensor still has dimensions after an operation: one without any may stay on any device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from torchmodlint.analysis.values import Container, Plain, Value

# They fold all dimensions when they are told none.
REDUCTIONS = frozenset(
    {
        "all",
        "amax",
        "amin",
        "any",
        "argmax",
        "argmin",
        "count_nonzero",
        "max",
        "mean",
        "median",
        "min",
        "mode",
        "nanmean",
        "nanmedian",
        "nanquantile",
        "nansum",
        "norm",
        "prod",
        "quantile",
        "std",
        "sum",
        "var",
        "vector_norm",
    }
)
# They may fold dimensions, depending on how many there are.
FOLDING = frozenset(
    {
        "cond",
        "cosine_similarity",
        "det",
        "dist",
        "dot",
        "einsum",
        "inner",
        "logdet",
        "logsumexp",
        "matmul",
        "matrix_norm",
        "pairwise_distance",
        "select",
        "slogdet",
        "squeeze",
        "take",
        "tensordot",
        "trace",
        "trapezoid",
        "trapz",
        "vdot",
        "vecdot",
    }
)
RESHAPES = frozenset({"broadcast_to", "expand", "reshape", "view", "new_zeros", "new_ones", "new_empty", "new_full"})
GROWING = frozenset({"unsqueeze", "repeat", "tile", "unflatten", "flatten", "ravel"})
STACKING = frozenset({"cat", "stack", "concat", "concatenate", "hstack", "vstack", "dstack", "column_stack"})


def folds(name: str) -> bool:
    """May the operation leave fewer dimensions than there were?"""
    return name in FOLDING or name in REDUCTIONS or name.endswith(("_loss", "cross_entropy", "_with_logits"))


def scalar_after(
    name: str, positional: Sequence[Value], keywords: Mapping[str, Value], before: bool | None
) -> bool | None:
    """`Tensor.scalar` of the result of torch's operation `name` on a tensor whose own is `before`.

    `positional` and `keywords` are the other arguments.
    """
    if name in GROWING or name in STACKING:
        return False
    if name in RESHAPES:
        empty = any(isinstance(one, Container) and one.values is not None and not one.values for one in positional)
        return None if empty else False
    if folds(name) and name not in REDUCTIONS:
        return None if before is False else before
    if name in REDUCTIONS:
        if before is True or not (positional or keywords.keys() - {"dtype"}):
            return True
        keep = keywords.get("keepdim")
        return before if isinstance(keep, Plain) and keep.literal is True else None
    return before


def scalar_at(index: Sequence[cst.SubscriptElement]) -> bool | None:
    """`Tensor.scalar` of `tensor[index]`: a slice, a None or a list of places leaves a dimension."""
    for element in index:
        if isinstance(element.slice, cst.Slice):
            return False
        value = element.slice.value if isinstance(element.slice, cst.Index) else None
        if isinstance(value, cst.List | cst.Comparison) or (isinstance(value, cst.Name) and value.value == "None"):
            return False
    return None
