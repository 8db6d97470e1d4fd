"""What a type annotation says, unions and quotes taken apart."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

UNIONS = frozenset({"Union", "typing.Union", "t.Union"})
WRAPPERS = frozenset({"Optional", "typing.Optional", "t.Optional", "Final", "Annotated", "typing.Final", "ClassVar"})

# Abstract ones count as generators: what fits them may be a registering container as well as a plain one.
CONTAINERS = {
    **dict.fromkeys(("list", "List"), "list"),
    **dict.fromkeys(("tuple", "Tuple"), "tuple"),
    **dict.fromkeys(("set", "Set", "frozenset", "FrozenSet"), "set"),
    **dict.fromkeys(("dict", "Dict", "OrderedDict", "DefaultDict", "defaultdict"), "dict"),
    **dict.fromkeys(("Sequence", "Iterable", "Iterator", "Collection", "Generator", "MutableSequence"), "generator"),
}


def alternatives(annotation: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The members of a union or of a tuple of classes, `None` left out; a single type is its own only member."""
    if type(annotation) is cst.Name:
        if annotation.value != "None":
            yield annotation
        return
    if isinstance(annotation, cst.SimpleString):
        try:
            parsed = cst.parse_expression(str(annotation.evaluated_value))
        except (cst.ParserSyntaxError, ValueError):
            parsed = annotation
        if not isinstance(parsed, cst.SimpleString):
            yield from alternatives(parsed)
            return
    if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
        yield from alternatives(annotation.left)
        yield from alternatives(annotation.right)
    elif isinstance(annotation, cst.Tuple):  # isinstance(x, (A, B))
        for element in annotation.elements:
            yield from alternatives(element.value)
    elif isinstance(annotation, cst.Subscript) and _written(annotation.value) in UNIONS | WRAPPERS:
        members = annotation.slice if _written(annotation.value) in UNIONS else annotation.slice[:1]
        for member in members:
            if isinstance(member.slice, cst.Index):
                yield from alternatives(member.slice.value)
    elif isinstance(annotation, cst.Subscript) and _kind(annotation) is None:
        yield annotation.value  # a generic class with its arguments
    else:
        yield annotation


def elements(annotation: cst.BaseExpression) -> tuple[str, cst.BaseExpression] | None:
    """For `list[T]`, `dict[K, T]`, `tuple[T, ...]` and the like the kind of container and `T`, else None."""
    kind = _kind(annotation)
    if kind is None or not isinstance(annotation, cst.Subscript):
        return None
    members = [one.slice.value for one in annotation.slice if isinstance(one.slice, cst.Index)]
    if kind == "dict":
        members = members[1:]
    elif kind == "tuple" and len(members) == 2 and isinstance(members[1], cst.Ellipsis):
        members = members[:1]
    return (kind, members[0]) if len(members) == 1 else None


def _kind(annotation: cst.BaseExpression) -> str | None:
    if type(annotation) is not cst.Subscript:
        return None
    return CONTAINERS.get(_written(annotation.value).rpartition(".")[2])


def _written(node: cst.BaseExpression) -> str:
    if type(node) is cst.Attribute:
        return f"{_written(node.value)}.{node.attr.value}"
    return node.value if type(node) is cst.Name else ""
