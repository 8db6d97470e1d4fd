"""Ways to change inputs, each giving the changed ones, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator

from torchmodlint.verify.worker.inputs.spec import SEQUENCE, Given, Kind

LARGEST, LONGEST = 256, 4096  # sides of images, and other dimensions
USUAL = (28, 64, 224, 48, 84, 96, 128)  # sides that fixed image classifiers are made for


def swapped(given: Given, names: list[str], old: int, new: int) -> Iterator[Given]:
    """One size becomes another, in one input after the other."""
    for name in names:
        changed = given[name].swapped(old, new)
        if changed != given[name]:
            yield {**given, name: changed}


def rescaled(given: Given, names: list[str], met: int, wanted: int) -> Iterator[Given]:
    """A size that came out of our inputs by way of other layers is to be `wanted`, not `met`."""
    yield from swapped(given, names, met, wanted)
    for name in names:
        shape = given[name].shape
        if len(shape) >= 4:  # an image that was flattened: features grow with its area
            side = max(1, round(shape[-1] * (wanted / max(met, 1)) ** (1 / (len(shape) - 2))))
            for each in dict.fromkeys((side, *USUAL)):
                if each <= LARGEST:
                    yield {**given, name: given[name].shaped(*shape[:2], *[each] * (len(shape) - 2))}
        elif len(shape) >= 2 and met > 0:
            scaled = max(1, round(shape[-1] * wanted / met))
            if scaled <= LONGEST:
                yield {**given, name: given[name].shaped(*shape[:-1], scaled)}


def filled(given: Given, names: list[str], present: int, wanted: int) -> Iterator[Given]:
    """So many elements in all are wanted: the positions of a sequence are made as many as that takes."""
    if present <= 0 or wanted <= 0 or (wanted % present and present % wanted):
        return
    for name in names[:2]:
        shape = given[name].shape
        if len(shape) == 3 and 0 < shape[1] * wanted // present <= LONGEST:
            yield {**given, name: given[name].shaped(shape[0], shape[1] * wanted // present, shape[2])}


def _lists(given: Given) -> dict[str, list[str]]:
    """The inputs that are lists, with the names of their elements."""
    found: dict[str, list[str]] = {}
    for name in given:
        owner, _, index = name.partition(".")
        if index.isdigit():
            found.setdefault(owner, []).append(name)
    return found


def lengthened(given: Given, count: int) -> Iterator[Given]:
    """Lists with another number of elements."""
    for owner, fields in _lists(given).items():
        rest = {name: spec for name, spec in given.items() if name not in fields}
        if len(fields) != count and 0 < count <= 16:
            kept = [given[name] for name in fields]
            longer = [*kept, *[kept[-1]] * count][:count]
            yield {**rest, **{f"{owner}.{index}": spec for index, spec in enumerate(longer)}}


def resized(given: Given, names: list[str], smaller: bool) -> Iterator[Given]:
    """Images of half or twice the side."""
    for name in names[:1]:
        shape = given[name].shape
        if len(shape) == 4:
            sides = (max(1, size // 2) if smaller else min(LARGEST, 2 * size) for size in shape[2:])
            yield {**given, name: given[name].shaped(*shape[:2], *sides)}


def pyramid(given: Given) -> Iterator[Given]:
    """Feature maps in a list, each half or twice the size of the one before."""
    for fields in _lists(given).values():
        if any(len(given[name].shape) < 3 for name in fields):
            continue
        for order in (fields, fields[::-1]):
            sides = given[order[0]].shape[2:]
            changed = {
                name: given[name].shaped(*given[name].shape[:2], *(max(1, side >> step) for side in sides))
                for step, name in enumerate(order)
            }
            yield {**given, **changed}


def together(given: Given, names: list[str], count: int) -> Iterator[Given]:
    """All float tensors with another number of dimensions; masks in the shape of the first of them, too."""
    changed = {name: given[name].dimensioned(count) for name in names if given[name].kind == "float"}
    if len(changed) > 1:
        yield {**given, **changed}
        first = next(iter(changed.values()))
        masks = {name: given[name].of("float").shaped(*first.shape) for name in names if given[name].kind == "bool"}
        if masks:
            yield {**given, **changed, **masks}


def dimensioned(given: Given, names: list[str], count: int) -> Iterator[Given]:
    """Another number of dimensions; the features stay where layers of that number look for them."""
    if len(names) > 1:
        yield from together(given, names, count)
    for name in names[:2]:
        shape = given[name].shape
        if len(shape) == count or not shape or count < 1:
            continue
        if len(shape) < count:
            missing = count - len(shape)
            yield {**given, name: given[name].shaped(*shape[:-1], *[SEQUENCE] * missing, shape[-1])}
            yield {**given, name: given[name].shaped(*shape, *[32] * missing)}
        else:
            yield {**given, name: given[name].shaped(*shape[: count - 1], shape[-1])}
            yield {**given, name: given[name].shaped(*shape[:count])}


def retyped(given: Given, names: list[str], kind: Kind) -> Iterator[Given]:
    """One tensor after the other of another kind."""
    for name in names:
        if given[name].kind != kind:
            yield {**given, name: given[name].of(kind)}


def grown(given: Given, names: list[str]) -> Iterator[Given]:
    """Twice and four times the size."""
    for name in names[:2]:
        shape = given[name].shape
        for factor in (2, 4) if len(shape) >= 3 else ():
            sides = (min(LARGEST, factor * size) for size in shape[2:])
            yield {**given, name: given[name].shaped(*shape[:2], *sides)}


def sided(given: Given, names: list[str], sides: tuple[int, ...]) -> Iterator[Given]:
    """Images with these sides."""
    for name in names[:2]:
        if len(given[name].shape) == 2 + len(sides):
            yield {**given, name: given[name].shaped(*given[name].shape[:2], *sides)}


def divided(given: Given, names: list[str], divisor: int) -> Iterator[Given]:
    """Sides that can be divided."""
    for name in names[:2]:
        shape = given[name].shape
        sides = [max(1, size // divisor) * divisor for size in shape[2:]]
        yield {**given, name: given[name].shaped(*shape[:2], *sides)}


def alike(given: Given, names: list[str]) -> Iterator[Given]:
    """All in the shape of the first, then one after the other."""
    yield {**given, **{name: given[name].of("float").shaped(*given[names[0]].shape) for name in names}}
    for name in names[1:]:
        yield {**given, name: given[name].shaped(*given[names[0]].shape)}
        yield {**given, name: given[names[0]]}
