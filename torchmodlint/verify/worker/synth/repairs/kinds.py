"""A value is of the wrong kind: Python's and torch's messages say which kind was met, and often which was wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.failure import Failure
from torchmodlint.verify.worker.synth.repairs.shop import Shop
from torchmodlint.verify.worker.synth.slots import slots
from torchmodlint.verify.worker.synth.usage import MAPPING, MODULE, SEQUENCE, TENSOR, TEXT

# Wordings of Python 3.10 to 3.14 and torch 2.0 to 2.13, each with the kinds that were wanted.
WORDINGS: tuple[tuple[str, str], ...] = (
    (r"object is not callable", "callable module"),
    (r"is not a Module subclass|must be a? ?(nn\.)?Module|cannot assign .* as child module", "module"),
    (r"is not subscriptable|does not support indexing", "list dict str"),
    (
        r"object is not iterable|cannot unpack non-iterable|argument after \* must be|can only join an iterable",
        "list tuple",
    ),
    (r"has no len\(\)|not a sequence", "list"),
    (r"argument after \*\* must be a mapping|is not a mapping|string indices must be", "dict"),
    (r"list indices must be integers or slices, not str", "dict table"),
    (r"list indices must be integers|indices must be integers|cannot be interpreted as an integer", "int table"),
    (r"index out of range|index \d+ is out of range", "table"),
    (r"expected str|must be str|must be a string|attribute name must be string|not a string|a str", "str"),
    (r"argument of type '\w+' is not (iterable|a container)", "str list dict"),
    (r"unhashable type", "str int tuple"),
    (r"must be Tensor, not|expected Tensor|should be a tensor|must be a tensor|expected torch\.Tensor", "tensor"),
    (r"arg 1 must be a class|must be a class|metaclass conflict|is not a class", "class"),
    (r"must be real number|must be a number|required argument is not a float|must be a? ?float", "float int"),
    (r"expected int|must be an? int|must be int|integer is required|only integer", "int"),
    (r"can't convert|could not convert|invalid literal", "int float"),
    (r"must be a list|must be list|should be a list|must be a sequence|expected list|to be a list", "list"),
    (r"must be a tuple|must be tuple|should be a tuple|expected tuple|to be a tuple", "tuple list"),
    (r"must be a dict|should be a dict|expected dict|Mapping", "dict"),
    (r"must be callable|not callable|should be callable", "callable"),
    (r"must be a? ?bool|should be a? ?bool", "bool"),
    (
        r"invalid combination of arguments|received an invalid|too many dimensions|must be tuple of ints",
        "int tuple tensor",
    ),
    (
        r"unsupported operand type|not supported between instances|bad operand type|can only concatenate",
        "int list float",
    ),
    (r"can't multiply sequence", "int list"),
    (r"takes 0 positional arguments|takes 1 positional argument|\(\) takes no arguments", "callable class"),
    (r"optimizer got an empty parameter list", "module"),
)
PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), kinds.split()) for pattern, kinds in WORDINGS)
LACKS = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


def repairs(failure: Failure, draft: Draft, shop: Shop) -> Iterator[Draft]:
    kinds = wanted(failure)
    if not kinds:
        return
    for kind in kinds:
        for slot in slots(failure, draft)[:4]:
            before = slot.get(draft)
            if kind == "record" and before is not None and before.startswith("[") and "[" not in before[1:]:
                # Its elements lack the attribute.
                one = shop.guesser.record(shop.usage(slot).element())
                yield slot.put(draft, f"{slot} holds records", f"[{', '.join([one] * 3)}]")
            for expression in shop.of_kind(kind, slot):
                if expression != before:
                    yield slot.put(draft, f"{slot} becomes {expression}", expression)


def wanted(failure: Failure) -> list[str]:
    """The kinds that would have done, the likeliest first."""
    found = LACKS.search(failure.message)
    if isinstance(failure.error, AttributeError) and found:
        return _with_attribute(found[2]) if found[1] in OURS else []
    return next((kinds for pattern, kinds in PATTERNS if pattern.search(failure.message)), [])


OURS = frozenset(
    {
        "int",
        "float",
        "str",
        "bool",
        "list",
        "tuple",
        "dict",
        "NoneType",
        "type",
        "function",
        "Tensor",
        "SimpleNamespace",
    }
)


def _with_attribute(name: str) -> list[str]:
    """The kinds of things that have an attribute of this name."""
    found = []
    for names, kind in ((TEXT, "str"), (MAPPING, "dict"), (MODULE, "module"), (TENSOR, "tensor"), (SEQUENCE, "list")):
        if name in names:
            found.append(kind)
    return found or ["record", "module", "tensor"]
