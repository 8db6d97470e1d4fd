"""First guesses for the parameters of forward, from their names and annotations, and how they are used."""

from __future__ import annotations

import collections.abc
import inspect
import types
import typing
from typing import Any

import torch

from torchmodlint.verify.worker.inputs.spec import BATCH, IMAGE, SEQUENCE, Form, Spec, expression
from torchmodlint.verify.worker.synth.usage import Usage
from torchmodlint.verify.worker.synth.vocabulary import is_like

NODES, EDGES = 16, 32  # of a graph
IMAGES = ("img", "image", "images", "imgs", "image_tensor", "pixel_values", "picture", "*_img", "*_image", "im")
# Patterns of names with what such an input is; the first that matches counts.
_NAMES: tuple[tuple[str, Spec], ...] = tuple(
    (pattern, spec)
    for patterns, spec in (
        ("edge_index *edge_index* edges", Spec("long", (2, EDGES), NODES)),
        ("edge_type edge_types *edge_type*", Spec("long", (EDGES,), 2)),
        ("edge_weight edge_weights", Spec(shape=(EDGES,))),
        ("edge_attr edge_attrs edge_feat*", Spec(shape=(EDGES, 32))),
        ("adj adjacency adj_* *_adj adj_t", Spec(shape=(NODES, NODES))),
        ("*attn_mask* *attention_mask* *key_padding_mask* *padding_mask*", Spec("bool", (BATCH, SEQUENCE))),
        ("*mask* *_mask", Spec("bool", (BATCH, SEQUENCE))),
        ("t timestep* time_step* *timestep", Spec("long", (BATCH,), 10)),
        ("*length* *lengths lens *_lens *_len seq_len* *_lengths", expression(f"torch.full(({BATCH},), {SEQUENCE})")),
        (
            "*input_ids* *_ids ids tokens token *_tokens words *_idx *_index index indices idx src_seq tgt_seq",
            Spec("long", (BATCH, SEQUENCE), 10),
        ),
        ("labels label *_label *_labels classes class_labels cls_label", Spec("long", (BATCH,), 2)),
        ("training train return_* use_* is_* with_* verbose only_* output_*s need_*", expression("False")),
        ("h w height width H W", expression(str(IMAGE))),
        ("size output_size shape *_shape image_hw hw size_hw", expression(f"({IMAGE}, {IMAGE})")),
        ("p rate *_rate *drop* *_prob temperature tau", expression("0.1")),
        ("n num_* n_* *_num max_len* *steps k layer_idx step epoch *_epoch *_step i layer", expression("2")),
    )
    for pattern in patterns.split()
)


def by_name(name: str) -> Spec | None:
    """What an input of this name is, or None where the name says nothing."""
    return next((spec for pattern, spec in _NAMES if is_like(name, (pattern,))), None)


def is_image(name: str) -> bool:
    """Does the name say that the input is an image?"""
    return is_like(name, IMAGES)


def by_annotation(annotation: Any, tensor: Spec) -> Spec | None:
    """What the annotation asks for; `tensor` stands for a float tensor of the likeliest shape."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    plain = {int: "2", float: "0.5", bool: "False", str: "'mean'"}
    if annotation is torch.Tensor:
        return tensor
    if isinstance(annotation, type) and annotation in plain:
        return expression(plain[annotation])
    if annotation in (torch.LongTensor, torch.IntTensor):
        return tensor.of("long") if tensor.kind == "float" else tensor
    if annotation is torch.BoolTensor:
        return tensor.of("bool")
    if origin in (list, tuple, collections.abc.Sequence, collections.abc.Iterable):
        inner = [each for each in arguments if each is not Ellipsis] or [torch.Tensor]
        parts = [by_annotation(each, tensor) for each in inner]
        texts = [part.expression for part in parts if part is not None]
        if len(texts) == len(parts):
            if origin is tuple and len(texts) > 1:
                return expression(f"({', '.join(texts)})")
            return expression(f"[{', '.join(texts * 3)}]" if origin is not tuple else f"({', '.join(texts * 3)})")
    if origin is dict and len(arguments) == 2:
        value = by_annotation(arguments[1], tensor)
        if value is not None:
            return expression("{" + f"'a': {value.expression}" + "}")
    if origin is typing.Union or isinstance(annotation, types.UnionType):
        found = [by_annotation(each, tensor) for each in arguments if each is not type(None)]
        return next((each for each in found if each is not None), None)
    return None


def is_list_of_tensors(annotation: Any) -> bool:
    """`list[Tensor]`, `Sequence[Tensor]`, also where None is allowed too."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return any(is_list_of_tensors(each) for each in typing.get_args(annotation))
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    return origin in (list, collections.abc.Sequence, collections.abc.Iterable) and arguments == (torch.Tensor,)


def form_of(usage: Usage) -> tuple[Form, dict[str, Usage]]:
    """How an argument is put together, where the code asks for its fields, and how these are used."""
    if usage.keys and not usage.numeric:
        return Form("dict", tuple(usage.keys)), dict(usage.keys)
    own = [each for each in usage.attributes if not hasattr(torch.Tensor, each)]
    if own and any(not usage.attributes[each].called for each in own):
        fields = {
            key: below for key, below in usage.attributes.items() if key in own or key in ("x", "y", "batch", "data")
        }
        return Form("record", tuple(fields)), fields
    if list in usage.classes or (usage.unpacked and not usage.names and not usage.layers):
        count = usage.unpacked or 3
        return Form("list", tuple(str(index) for index in range(count))), {
            str(index): usage.element() for index in range(count)
        }
    return Form(), {}


def counted(usage: Usage) -> int:
    """The dimensions of a tensor that the code unpacks, permutes or names; 0 where it does not."""
    if usage.dims:
        return usage.dims
    shape = usage.attributes.get("shape")
    if shape is not None and shape.unpacked:
        return shape.unpacked
    size = usage.attributes.get("size")
    if size is not None and size.returned is not None and size.returned.unpacked:
        return size.returned.unpacked
    return 0


def required(function: Any) -> list[inspect.Parameter]:
    """The parameters of forward that must be given."""
    return [
        one
        for one in parameters_of(function)
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]


def parameters_of(function: Any) -> list[inspect.Parameter]:
    """All parameters of forward but self."""
    try:
        return list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
