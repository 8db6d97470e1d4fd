"""Where the walk is: the classes and functions around the current node."""

from __future__ import annotations

import libcst as cst


class Context(cst.BatchableCSTVisitor):
    """Must come first among the visitors of a walk, so that the others find the current definition on the stack."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[cst.ClassDef | cst.FunctionDef] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.stack.append(node)

    def leave_ClassDef(self, node: cst.ClassDef) -> None:
        self.stack.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.stack.append(node)

    def leave_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.stack.pop()

    def qualname(self) -> str:
        """The qualified name of the innermost definition, as Python's `__qualname__` gives it."""
        parts: list[str] = []
        for node in self.stack:
            parts.append(node.name.value)
            if isinstance(node, cst.FunctionDef):
                parts.append("<locals>")
        if self.stack and isinstance(self.stack[-1], cst.FunctionDef):
            parts.pop()
        return ".".join(parts)
