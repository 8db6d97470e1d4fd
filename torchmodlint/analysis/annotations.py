"""What a type annotation says, unions and quotes taken apart."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

UNIONS = frozenset({"Union", "typing.Union", "t.Union"})
WRAPPERS = frozenset({"Optional", "typing.Optional", "t.Optional", "Final", "Annotated", "typing.Final", "ClassVar"})


def alternatives(annotation: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The members of a union, `None` left out; a single type is its own only member."""
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
    elif isinstance(annotation, cst.Subscript) and _written(annotation.value) in UNIONS | WRAPPERS:
        members = annotation.slice if _written(annotation.value) in UNIONS else annotation.slice[:1]
        for member in members:
            if isinstance(member.slice, cst.Index):
                yield from alternatives(member.slice.value)
    elif isinstance(annotation, cst.Subscript):
        yield annotation.value  # a generic class with its arguments
    elif not (isinstance(annotation, cst.Name) and annotation.value == "None"):
        yield annotation


def _written(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_written(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""
