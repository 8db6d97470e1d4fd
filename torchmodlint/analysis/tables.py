"""What a table at module level holds: the names in `NAME = {"key": value, ...}`, cut out of the text of its file."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.cutting import Statements
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.parsing import parse_module
from torchmodlint.analysis.refs import Source


def names_in_table(source: Source, name: str) -> list[str]:
    """The dotted names among the values of the dictionary that the one statement which binds `name` writes down."""
    bindings = source.outline.bindings.get(name, ())
    if len(bindings) != 1 or bindings[0].kind != "other" or bindings[0].conditional:
        return []
    text = Statements(source.text).at(bindings[0].line)
    if not text or too_deep(text):
        return []
    try:
        statement = parse_module(text).body[0]
    except (cst.ParserSyntaxError, RecursionError):
        return []
    assignment = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if not isinstance(assignment, cst.Assign | cst.AnnAssign) or not isinstance(assignment.value, cst.Dict):
        return []
    values = (dotted(element.value) for element in assignment.value.elements if isinstance(element, cst.DictElement))
    return [value for value in values if value is not None]
