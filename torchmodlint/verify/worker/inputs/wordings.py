"""What to change for what a message says. The wordings are those of torch 2.0 to 2.13 and Python 3.10 to 3.14."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import prod

from torchmodlint.verify.worker.inputs import changes
from torchmodlint.verify.worker.inputs.spec import BATCH, Given

Remedy = Callable[[Given, list[str], "re.Match[str]"], Iterator[Given]]


def _product(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    yield from changes.rescaled(given, names, int(match[2]), int(match[3]))


def _wanted_first(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    yield from changes.swapped(given, names, int(match[2]), int(match[1]))


def _either(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    first, second = int(match[1]), int(match[2])
    yield from changes.swapped(given, names, first, second)
    yield from changes.swapped(given, names, second, first)
    if BATCH in (first, second) and len(names) > 1:  # the batch of one met the features of another
        yield from changes.together(given, names, 3)


def _split(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    total = sum(int(each) for each in match[2].split(","))
    yield from changes.swapped(given, names, int(match[1]), total)


def _reshaped(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    sizes = [int(each) for each in match[1].split(",")]
    if -1 not in sizes:
        yield from changes.filled(given, names, int(match[2]), prod(sizes))
        yield from changes.resized(given, names, smaller=prod(sizes) < int(match[2]))


def _unpacked(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    yield from changes.lengthened(given, int(match[1]))
    yield from changes.dimensioned(given, names, int(match[1]))


def _dimensions(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    count = next((each for each in match.groups() if each), None)
    if count is not None:
        yield from changes.dimensioned(given, names, int(count))


def _one_more(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    for name in names[:2]:
        yield from changes.dimensioned(given, [name], len(given[name].shape) + 1)
        if given[name].kind == "long":
            yield {**given, name: given[name].of("long", 2)}


def _divisible(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    if 1 < int(match[1]) <= 64:
        yield from changes.divided(given, names, int(match[1]))


def _sides(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    if int(match[1]) <= 512 and int(match[2]) <= 512:
        yield from changes.sided(given, names, (int(match[1]), int(match[2])))


def _alike(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    yield from changes.alike(given, names)


def _masks(given: Given, names: list[str], match: re.Match[str]) -> Iterator[Given]:
    yield from changes.retyped(given, [name for name in names if "mask" in name], "bool")


LONG = (
    r"scalar types?:? (?:Long|Int)|must be long, |tensors used as indices|expected scalar type Long"
    r"|dtype (?:int64|long|int32 or int64)|one_hot|index tensor"
)
FLOAT = (
    r"not implemented for '(?:Long|Int|Bool)'|scalar type Float but found (?:Long|Bool)|can only be floating"
    r"|Float but got|got: torch\.LongTensor|must have the same dtype|to be floating|should be a floating"
    r"|share same datatype|long int != float|a Long(?:Tensor)?\b"
)
SMALL = (
    r"[Kk]ernel size can't be greater|[Oo]utput size is too small|Padding size should be less|too small"
    r"|smaller than kernel|larger than|greater than actual"
)
BATCHES = (
    r"[Ee]xpected size (?:for first two dimensions of batch2 tensor to be: \[\d+, )?(\d+)\]? "
    r"but got(?: size|: \[\d+,) (\d+)"
)
COUNTED = r"[Ee]xpected (?:\w+ )*?(\d)-?D|be an? (\d)-?d\b|be (\d)-?dim|[Ee]xpected (\d) dimensions|(\d)D (?:or|input)"
REMEDIES: tuple[tuple[re.Pattern[str], Remedy], ...] = tuple(
    (re.compile(pattern), remedy)
    for pattern, remedy in (
        (r"to have (\d+) channels, but got (\d+) channels", _wanted_first),
        (r"\((\d+)x(\d+) and (\d+)x(\d+)\)", _product),
        (r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)", _either),
        (BATCHES, _either),
        (r"[Ee]xpected (?:\w+ )?(\d+),? (?:but )?(?:got|found)(?: \w+)? (\d+)", _wanted_first),
        (r"(?<![\d(])(\d{2,3}) ?[x*,] ?(\d{2,3})(?!x)", _sides),
        (r"[Ss]izes? of tensors? (?:must match|a )|same spatial", lambda given, names, match: changes.pyramid(given)),
        (r"sum exactly to (\d+) .*split_sizes=\[([\d, ]+)\]", _split),
        (r"shape '\[([\d, -]+)\]' is invalid for input of size (\d+)", _reshaped),
        (r"(?:too many|not enough) values to unpack \(expected (\d+)", _unpacked),
        (r"input\.dim\(\) = \d is not equal to len\(dims\) = (\d)", _dimensions),
        (r"number of subscripts in the equation \((\d)\) does not match", _dimensions),
        (r"(?i)same (?:shape|size)|different shape|must match|not match", _alike),
        (r"(?:divisible|multiple)\D*?(\d+)", _divisible),
        (r"can't divide axis of length \d+ in chunks of (\d+)", _divisible),
        (r"between 0 and 1|in the range \[0, 1\]", lambda given, names, match: changes.retyped(given, names, "unit")),
        (COUNTED, _dimensions),
        (r"expected to be in range of \[-\d, \d\], but got -?\d|index out of range|dimensions: got", _one_more),
        (LONG, lambda given, names, match: changes.retyped(given, names, "long")),
        (FLOAT, lambda given, names, match: changes.retyped(given, names, "float")),
        (r"Boolean|bool tensor|dtype bool|mask must be|BoolTensor", _masks),
        (SMALL, lambda given, names, match: changes.grown(given, names)),
    )
)


def by_message(given: Given, message: str, names: list[str]) -> Iterator[Given]:
    """The changes that fit the message."""
    for pattern, remedy in REMEDIES:
        match = pattern.search(message)
        if match:
            yield from remedy(given, names, match)
