"""The first inputs to try: for each parameter what its layer takes, what its name or annotation says, or the same as
the first."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from torchmodlint.verify.worker.inputs import guess
from torchmodlint.verify.worker.inputs.leaves import leaves
from torchmodlint.verify.worker.inputs.shapes import first_shapes
from torchmodlint.verify.worker.inputs.spec import BATCH, IMAGE, SEQUENCE, Form, Given, Spec, expression
from torchmodlint.verify.worker.synth.annotations import hints_of
from torchmodlint.verify.worker.synth.blueprint import parameters_of
from torchmodlint.verify.worker.synth.flow import Reader
from torchmodlint.verify.worker.synth.usage import Usage

STEPS = ("n_steps", "seq_len", "window_size", "input_length", "lookback", "forecast_history", "context_length", "T")
FEATURES = ("n_features", "num_features", "enc_in", "c_in", "n_time_series", "n_vars", "input_size", "input_dim")
CLASSIC = 224  # the side that most classifiers of images are made for
SIDES = (
    "image_size",
    "img_size",
    "size",
    "input_size",
    "spatial_size",
    "resolution",
    "input_resolution",
    "feat_size",
    "crop_size",
)
CHANNELS = (
    "in_channels",
    "in_chans",
    "channels",
    "image_channels",
    "num_channels",
    "in_ch",
    "img_channels",
    "input_channels",
)


class Beginnings:
    """First guesses for one module. `forms` says for each parameter how its fields are put together."""

    def __init__(self, module: nn.Module, function: Any, names: dict[str, Any], call: str | None) -> None:
        self.module = module
        self.parameters = guess.required(function)
        self.all_parameters = guess.parameters_of(function)
        self.hints = hints_of(function, names)
        self.usages = usages_of(module, function, [one.name for one in self.all_parameters])
        values = built_with(module, call)
        self.side, self.channels = sizes_in(values)
        self.series = series_in(values)
        self.forms: dict[str, Form] = {}
        self.below: dict[str, dict[str, Usage]] = {}
        for one in self.all_parameters:
            form, fields = guess.form_of(self.usages.get(one.name, Usage()))
            hint = self.hints.get(one.name)
            said = guess.by_annotation(hint, Spec()) or guess.by_name(one.name)
            if torch.Tensor in self.usages.get(one.name, Usage()).classes or (said is not None and said.is_tensor):
                form, fields = Form(), {}
            elif form.kind == "plain" and guess.is_list_of_tensors(hint):
                form, fields = Form("list", ("0", "1", "2")), dict.fromkeys("012", Usage())
            self.forms[one.name], self.below[one.name] = form, fields

    def guesses(self) -> Iterator[Given]:
        """Inputs, the likeliest first."""
        if not self.parameters:
            yield {}
            if any(one.kind is one.VAR_POSITIONAL for one in self.all_parameters):
                for shape in self.shapes(Usage(), ""):
                    yield {"*0": shape}
                    yield {"*0": shape, "*1": shape}
            return
        leading = self.parameters[0].name
        loss = len(self.parameters) == 2 and not leaves(self.module)
        for turn, shape in enumerate(self.shapes(self.usages.get(leading, Usage()), leading)):
            if loss and turn == 1:  # the second guess: it takes scores and the numbers of classes
                scores, classes = self.parameters
                yield {scores.name: Spec(shape=(BATCH, 10)), classes.name: Spec("long", (BATCH,), 10)}
            given: dict[str, Spec] = {}
            for one in self.parameters:
                form = self.forms[one.name]
                if form.kind == "plain":
                    given[one.name] = self.one(one.name, self.usages.get(one.name, Usage()), shape, one.name == leading)
                for each in form.fields:
                    given[f"{one.name}.{each}"] = self.one(each, self.below[one.name][each], shape, False)
            yield given

    def one(self, name: str, usage: Usage, first: Spec, leading: bool) -> Spec:
        """A guess for one parameter or field; `first` is what the first parameter gets."""
        if usage.is_text:
            return expression("'a b c'")
        if leading and first.kind == "long":
            return first
        named = guess.by_name(name)
        if named is not None and named.kind == "text" and (usage.layers or usage.dims or _asks_tensor(usage)):
            named = None  # what the code does to it is done to tensors
        if usage.called and not leading and not usage.names:
            return expression(f"lambda *_, **__: {first.expression}")
        form, below = guess.form_of(usage)
        if form.kind in ("dict", "record") and not leading and (named is None or not named.is_tensor):
            return expression(
                form.expression("", {f".{key}": self.one(key, each, first, False) for key, each in below.items()})
                or "{}"
            )
        if named is not None and named.kind == "bool":
            named = masked(first, named)
        annotated = guess.by_annotation(self.hints.get(name), first)
        if annotated is not None and not annotated.is_tensor:
            return annotated
        if named is not None and not (leading and not usage.numeric):
            return named
        if leading:
            return first
        own = self.own_layer(usage)
        if own is None and guess.is_image(name):
            own = Spec(shape=(BATCH, self.channels or 3, self.side, self.side))
        found = own or annotated or first
        return found.dimensioned(guess.counted(usage)) if guess.counted(usage) and found.kind == "float" else found

    def shapes(self, usage: Usage, name: str) -> Iterator[Spec]:
        """What the first parameter may be: what its layer takes, what the first layer takes, then the usual shapes."""
        count = guess.counted(usage)
        image = Spec(shape=(BATCH, self.channels or 3, self.side, self.side))
        graph = any("edge_index" in one.name or one.name.startswith("adj") for one in self.parameters)
        found: list[Spec] = []
        if guess.is_image(name):
            found.append(image)
        layers = self.layer_shapes(usage) or first_shapes(self.module, self.side)
        if graph:
            layers = [each.shaped(guess.NODES, each.shape[-1]) for each in layers if each.shape] + layers
        if self.in_sequence():
            layers = sorted(layers, key=lambda each: each.kind == "float" and len(each.shape) != 3)
        if self.series is not None:
            found.append(self.series)
        if count:
            found += [each for each in layers if len(each.shape) == count]
            found += [each.dimensioned(count) for each in layers[:1]]
        found += layers
        if not layers or self.channels:
            found += [image, Spec(shape=(BATCH, SEQUENCE, 32)), Spec(shape=(BATCH, 32))]
            found = sorted(found, key=lambda each: bool(count) and len(each.shape) != count)
        if any(each.shape == image.shape for each in found):
            found.append(image.shaped(*image.shape[:2], CLASSIC, CLASSIC))
        found += [
            image,
            Spec(shape=(BATCH, SEQUENCE, 32)),
            Spec(shape=(BATCH, 32)),
            Spec("long", (BATCH, SEQUENCE), 10),
        ]
        yield from dict.fromkeys(found)

    def in_sequence(self) -> bool:
        """Does the module work on sequences: has it masks, lengths, a query, or layers of transformers?"""
        names = {one.name for one in self.all_parameters}
        if any("mask" in name or "length" in name for name in names) or names & {
            "q",
            "k",
            "query",
            "key",
            "queries",
            "memory",
        }:
            return True
        return any(isinstance(leaf, (nn.LayerNorm, nn.MultiheadAttention, nn.RNNBase)) for leaf in leaves(self.module))

    def layer_shapes(self, usage: Usage) -> list[Spec]:
        for layer in usage.layers[:3]:
            child = _child(self.module, layer)
            found = first_shapes(child, self.side) if child is not None else []
            if found:
                return found
        return []

    def own_layer(self, usage: Usage) -> Spec | None:
        """What the layer takes that this parameter is handed to."""
        return next(iter(self.layer_shapes(usage)), None)


def masked(first: Spec, mask: Spec) -> Spec:
    """A mask over the positions of the first input."""
    if first.kind == "long" and len(first.shape) == 2:
        return mask.shaped(*first.shape)
    if len(first.shape) == 3:
        return (
            mask.shaped(*first.shape[:2]) if first.shape[2] != IMAGE else mask.shaped(first.shape[0], 1, first.shape[2])
        )
    if len(first.shape) >= 4:
        return mask.shaped(first.shape[0], 1, *first.shape[2:])
    return mask


def usages_of(module: nn.Module, function: Any, names: list[str]) -> dict[str, Usage]:
    """How forward uses its parameters."""
    found = {name: Usage() for name in names}
    home = next((cls for cls in type(module).__mro__ if function in vars(cls).values()), type(module))
    try:
        Reader(set(), forget=True).call(function, found, home)
    except Exception:  # a hint only
        return {}
    return found


def built_with(module: nn.Module, call: str | None) -> dict[str, Any]:
    """The literals that the module was built with, by its call and its defaults."""
    values: dict[str, Any] = {name: one.default for name, one in parameters_of(type(module)).items()}
    tree = ast.parse(call, mode="eval").body if call is not None else None
    for keyword in tree.keywords if isinstance(tree, ast.Call) else ():
        try:
            values[keyword.arg or ""] = ast.literal_eval(keyword.value)
        except (ValueError, SyntaxError):
            continue
    return values


def sizes_in(values: dict[str, Any]) -> tuple[int, int | None]:
    """The side of images and the number of channels."""
    side, channels = None, None
    for name, value in values.items():
        value = value[-1] if isinstance(value, (tuple, list)) and value else value
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            if name in SIDES and value <= 512:
                side = side or value
            elif name in CHANNELS and value <= 1024:
                channels = channels or value
    return side or IMAGE, channels


def series_in(values: dict[str, Any]) -> Spec | None:
    """A batch of series, where both their length and the number of their features are known."""
    steps = next((values[name] for name in STEPS if type(values.get(name)) is int), 0)
    features = next((values[name] for name in FEATURES if type(values.get(name)) is int), 0)
    return Spec(shape=(BATCH, steps, features)) if 0 < steps <= 1024 and 0 < features <= 4096 else None


def _asks_tensor(usage: Usage) -> bool:
    """Is something asked of the value that tensors have, and numbers and pairs have not?"""
    return any(hasattr(torch.Tensor, each) and not hasattr(int, each) for each in usage.names - {"shape"})


def _child(module: nn.Module, layer: str) -> nn.Module | None:
    """The module that "self.blocks[0]" names."""
    value: Any = module
    tree = ast.parse(layer, mode="eval").body
    names: list[ast.expr] = []
    while isinstance(tree, (ast.Attribute, ast.Subscript)):
        names.append(tree)
        tree = tree.value
    for name in reversed(names):
        try:
            if isinstance(name, ast.Attribute):
                value = (
                    inspect.getattr_static(value, name.attr)
                    if not isinstance(value, nn.Module)
                    else getattr(value, name.attr)
                )
            elif isinstance(name, ast.Subscript) and isinstance(name.slice, ast.Constant):
                value = value[name.slice.value]
            else:
                value = next(iter(value))
        except Exception:
            return None
    return value if isinstance(value, nn.Module) else None
