"""What the layers of torch accept, as inputs."""

from __future__ import annotations

import re
from math import prod

from torch import nn

from torchmodlint.verify.worker.inputs.leaves import leaves
from torchmodlint.verify.worker.inputs.spec import BATCH, IMAGE, SEQUENCE, VOLUME, Spec

LAZY, COLORS = 32, 3  # features and channels of a layer that takes those of its first input


def shapes_for(leaf: nn.Module, size: int = IMAGE) -> list[Spec]:
    """Inputs that a leaf accepts, the likeliest first; `size` is the side of images."""
    if isinstance(leaf, nn.modules.conv._ConvNd):
        return [Spec(shape=(BATCH, leaf.in_channels or COLORS, *_sides(len(leaf.kernel_size), size)))]
    if isinstance(leaf, nn.Linear):
        wide = leaf.in_features or LAZY
        return [Spec(shape=(BATCH, wide)), Spec(shape=(BATCH, SEQUENCE, wide)), Spec(shape=(BATCH, 8, 8, wide))]
    if isinstance(leaf, (nn.Embedding, nn.EmbeddingBag)):
        return [Spec("long", (BATCH, SEQUENCE), leaf.num_embeddings), Spec("long", (BATCH,), leaf.num_embeddings)]
    if isinstance(leaf, (nn.RNNBase, nn.MultiheadAttention)):
        return [Spec(shape=(BATCH, SEQUENCE, leaf.input_size if isinstance(leaf, nn.RNNBase) else leaf.embed_dim))]
    if isinstance(leaf, nn.RNNCellBase):
        return [Spec(shape=(BATCH, leaf.input_size))]
    if isinstance(leaf, nn.Bilinear):
        return [Spec(shape=(BATCH, leaf.in1_features))]
    if type(leaf).__module__.startswith("einops"):
        return _for_pattern(leaf, size)
    return _normalised(leaf, size)


def _normalised(leaf: nn.Module, size: int) -> list[Spec]:
    """Inputs of layers that normalise."""
    if isinstance(leaf, nn.LayerNorm):
        wide = tuple(leaf.normalized_shape)
        return [Spec(shape=(BATCH, SEQUENCE, *wide)), Spec(shape=(BATCH, *wide))]
    if isinstance(leaf, nn.GroupNorm):
        return [Spec(shape=(BATCH, leaf.num_channels, size, size)), Spec(shape=(BATCH, leaf.num_channels, size))]
    if isinstance(leaf, (nn.BatchNorm1d, nn.InstanceNorm1d)):
        features = leaf.num_features or LAZY
        return [Spec(shape=(BATCH, features)), Spec(shape=(BATCH, features, SEQUENCE))]
    if isinstance(leaf, (nn.BatchNorm2d, nn.InstanceNorm2d, nn.SyncBatchNorm, nn.BatchNorm3d, nn.InstanceNorm3d)):
        count = 3 if isinstance(leaf, (nn.BatchNorm3d, nn.InstanceNorm3d)) else 2
        return [Spec(shape=(BATCH, leaf.num_features or LAZY, *_sides(count, size)))]
    return []


def _sides(count: int, size: int) -> tuple[int, ...]:
    return (VOLUME,) * 3 if count == 3 else (size,) * count


def _for_pattern(leaf: nn.Module, size: int) -> list[Spec]:
    """What the left side of an einops layer's pattern says: "b c (h p1) (w p2)"."""
    pattern, known = getattr(leaf, "pattern", ""), getattr(leaf, "axes_lengths", {})
    shape: list[int] = []
    for axis in re.findall(r"\([^)]*\)|[^\s()]+", pattern.partition("->")[0]):
        fixed = prod(known.get(name, 1) for name in axis.strip("()").split())
        if axis.startswith("("):
            shape.append(max(1, size // fixed) * fixed)
        else:
            shape.append(known.get(axis, BATCH if not shape else COLORS if axis == "c" else size))
    return [Spec(shape=tuple(shape))] if shape and prod(shape) < 10**7 else []


def first_shapes(module: nn.Module, size: int = IMAGE) -> list[Spec]:
    """Inputs for the first leaf that says what it takes; for a module without one, from its own parameters."""
    for leaf in [module, *leaves(module)]:
        found = shapes_for(leaf, size)
        if found:
            return found
    try:
        parameters = list(module.parameters())
    except Exception:
        parameters = []
    found = []
    for parameter in parameters[:2]:
        if isinstance(parameter, nn.UninitializedParameter) or not 1 <= parameter.dim() <= 4:
            continue
        sizes = tuple(parameter.shape)
        if len(sizes) == 1:
            found += [Spec(shape=(BATCH, sizes[0])), Spec(shape=(BATCH, SEQUENCE, sizes[0]))]
        elif len(sizes) == 2:
            found += [Spec(shape=(BATCH, size)) for size in (sizes[1], sizes[0])]
            found.append(Spec(shape=(BATCH, SEQUENCE, sizes[1])))
        elif sizes[1] > 1:
            found.append(Spec(shape=(BATCH, sizes[1], size, size)))
        else:
            found.append(Spec(shape=(BATCH, *sizes[1:])))
    return found
