"""The layers with weights that a call reaches: which were entered with what, and which one refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from torchmodlint.verify.worker.inputs.spec import Spec

IMAGE, SEQUENCE, VOLUME, BATCH = 64, 16, 16, 2


@dataclass
class Trace:
    """`refused` is the leaf that was entered last and never left; `given` the tensors it was called with."""

    done: int = 0
    refused: nn.Module | None = None
    given: tuple[Any, ...] = ()
    handles: list[Any] = field(default_factory=list)

    def enter(self, leaf: nn.Module, arguments: tuple[Any, ...]) -> None:
        self.refused, self.given = leaf, arguments

    def leave(self, leaf: nn.Module, arguments: tuple[Any, ...], output: Any) -> None:
        self.done += 1
        self.refused, self.given = None, ()


@contextmanager
def traced(module: nn.Module) -> Iterator[Trace]:
    """Follow one call of the module. Its hooks are as before afterwards."""
    trace = Trace()
    for leaf in leaves(module):
        try:
            trace.handles.append(leaf.register_forward_pre_hook(trace.enter))
            trace.handles.append(leaf.register_forward_hook(trace.leave))
        except Exception:  # a module whose own initialiser never ran, a scripted one
            continue
    try:
        yield trace
    finally:
        for handle in trace.handles:
            handle.remove()


def leaves(module: nn.Module) -> list[nn.Module]:
    """Modules of torch's own that have no children, in the order of registration."""
    try:
        inside = list(module.modules())
    except Exception:
        return []
    return [
        each
        for each in inside
        if each is not module and (type(each).__module__.startswith("torch.nn") and not list(each.children()))
    ]


def shapes_for(leaf: nn.Module, size: int = IMAGE) -> list[Spec]:
    """Inputs that a leaf accepts, the likeliest first."""
    if isinstance(leaf, (nn.Conv1d, nn.ConvTranspose1d)):
        return [Spec(shape=(BATCH, leaf.in_channels, size))]
    if isinstance(leaf, (nn.Conv2d, nn.ConvTranspose2d)):
        return [Spec(shape=(BATCH, leaf.in_channels, size, size))]
    if isinstance(leaf, (nn.Conv3d, nn.ConvTranspose3d)):
        return [Spec(shape=(BATCH, leaf.in_channels, VOLUME, VOLUME, VOLUME))]
    if isinstance(leaf, nn.Linear):
        wide = leaf.in_features
        return [Spec(shape=(BATCH, wide)), Spec(shape=(BATCH, SEQUENCE, wide)), Spec(shape=(BATCH, 8, 8, wide))]
    if isinstance(leaf, (nn.Embedding, nn.EmbeddingBag)):
        return [Spec("long", (BATCH, SEQUENCE), leaf.num_embeddings), Spec("long", (BATCH,), leaf.num_embeddings)]
    if isinstance(leaf, nn.RNNBase):
        return [Spec(shape=(BATCH, SEQUENCE, leaf.input_size))]
    if isinstance(leaf, nn.RNNCellBase):
        return [Spec(shape=(BATCH, leaf.input_size))]
    if isinstance(leaf, nn.MultiheadAttention):
        return [Spec(shape=(BATCH, SEQUENCE, leaf.embed_dim))]
    if isinstance(leaf, nn.LayerNorm):
        wide_shape = tuple(leaf.normalized_shape)
        return [Spec(shape=(BATCH, SEQUENCE, *wide_shape)), Spec(shape=(BATCH, *wide_shape))]
    if isinstance(leaf, (nn.BatchNorm1d, nn.InstanceNorm1d)):
        return [Spec(shape=(BATCH, leaf.num_features)), Spec(shape=(BATCH, leaf.num_features, SEQUENCE))]
    if isinstance(leaf, (nn.BatchNorm2d, nn.InstanceNorm2d, nn.SyncBatchNorm)):
        return [Spec(shape=(BATCH, leaf.num_features, size, size))]
    if isinstance(leaf, (nn.BatchNorm3d, nn.InstanceNorm3d)):
        return [Spec(shape=(BATCH, leaf.num_features, VOLUME, VOLUME, VOLUME))]
    if isinstance(leaf, nn.GroupNorm):
        return [Spec(shape=(BATCH, leaf.num_channels, size, size)), Spec(shape=(BATCH, leaf.num_channels, size))]
    if isinstance(leaf, nn.Bilinear):
        return [Spec(shape=(BATCH, leaf.in1_features))]
    return []


def first_shapes(module: nn.Module, size: int) -> list[Spec]:
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
        if 1 <= parameter.dim() <= 4:
            sizes = tuple(parameter.shape)
            if len(sizes) == 1:
                found += [Spec(shape=(BATCH, sizes[0])), Spec(shape=(BATCH, SEQUENCE, sizes[0]))]
            elif len(sizes) == 2:
                found += [
                    Spec(shape=(BATCH, sizes[1])),
                    Spec(shape=(BATCH, sizes[0])),
                    Spec(shape=(BATCH, SEQUENCE, sizes[1])),
                ]
            elif sizes[1] > 1:
                found.append(Spec(shape=(BATCH, sizes[1], size, size)))
            else:
                found.append(Spec(shape=(BATCH, *sizes[1:])))
    return found
