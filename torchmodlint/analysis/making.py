"""Nodes as the parser needs them, made in a third of the time.

LibCST's node types are frozen dataclasses that check each new node, which is right for a node that a person makes, and
most of what making one costs. A node that was parsed needs neither: it is made as an object of a twin of its type,
whose fields can be assigned, and is of the type itself from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from typing import Any

import libcst as cst

Maker = Callable[..., cst.CSTNode]

# Under what condition LibCST's check can fail for a parsed node of the commonest types: the grammar sees to the rest,
# but Python and the native parser need not agree on what is a letter. All other types are checked.
_DOUBTS = {
    "Arg": "False",
    "Assign": "not targets",
    "Attribute": "lpar or rpar",
    "BinaryOperation": "lpar or rpar",
    "Call": "lpar or rpar",
    "Comment": "not value.startswith('#') or not value.isprintable()",
    "Comparison": "lpar or rpar or len(comparisons) != 1 or comparisons[0].operator.whitespace_before.empty",
    "ComparisonTarget": "operator.whitespace_after.empty",
    "If": "whitespace_before_test.empty",
    "IndentedBlock": "indent is not None",
    "Integer": "lpar or rpar or value != '0' and (value.startswith('0') or value.strip('0123456789'))",
    "List": "lpar or rpar",
    "Name": "lpar or rpar or not value.isidentifier()",
    "Param": "default is None and equal is not default_equal",
    "SimpleStatementLine": "len(body) != 1",
    "SimpleString": "lpar or rpar or value[0] not in '\\'\"'",
    "Subscript": "lpar or rpar or not slice",
    "Tuple": "lpar or rpar or not elements",
}


def sharing_makers() -> dict[str, Maker]:
    """Makers that give one node for all white space that is equal: half of all nodes are such, and no rule looks."""
    return {kind.__name__: lru_cache(maxsize=None)(kind) for kind in (cst.SimpleWhitespace, cst.Newline)}


def maker(name: str) -> Maker | None:
    """What makes nodes of LibCST's type of that name; None if there is no such type, or it is no plain dataclass."""
    kind = getattr(cst, name, None)
    if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)) or kind.__new__ is not object.__new__:
        return None
    try:
        return _maker(kind)
    except TypeError:
        return None


def _maker(kind: type[cst.CSTNode]) -> Maker:
    """A function with the parameters of a dataclass, all to be named. Raises TypeError if it is none."""
    namespace: dict[str, Any] = {"Kind": kind, "new": object.__new__, "MISSING": MISSING}
    namespace |= {f"default_{field.name}": field.default for field in fields(kind)}
    namespace |= {f"factory_{field.name}": field.default_factory for field in fields(kind)}
    unchecked = kind._validate is cst.CSTNode._validate
    lines = [
        # With the type's own module it is not taken for one more type of nodes.
        f"class Twin(Kind): __module__, __slots__ = {kind.__module__!r}, ()",
        "Twin.__setattr__, Twin.__delattr__ = object.__setattr__, object.__delattr__",
        f"def make({', '.join(map(_parameter, sorted(fields(kind), key=_has_default)))}):",
        "    node = new(Twin)",
        *(f"    node.{field.name} = {_value(field)}" for field in fields(kind)),
        "    node.__class__ = Kind",
        f"    if {'False' if unchecked else _DOUBTS.get(kind.__name__, 'True')}: node.__post_init__()",
        "    return node",
    ]
    exec("\n".join(lines), namespace)
    make: Maker = namespace["make"]
    return make


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _parameter(field: Field[Any]) -> str:
    return f"{field.name}=default_{field.name}" if _has_default(field) else field.name


def _value(field: Field[Any]) -> str:
    if field.default_factory is MISSING:
        return field.name
    return f"factory_{field.name}() if {field.name} is MISSING else {field.name}"
