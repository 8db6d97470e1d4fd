"""Examples that the user gives: `# torchmodlint: example Net(dim=64), x=(2, 3, 32, 32)` on a class or just above it."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.worker.answers import Inconclusive

MARK = "torchmodlint: example "


@dataclass(frozen=True)
class Example:
    """`call` builds the object; the inputs of its forward follow, as expressions. `place` is where it stands."""

    call: str
    arguments: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    place: str

    @property
    def has_inputs(self) -> bool:
        """Does the example say how forward is called?"""
        return bool(self.arguments or self.keywords)


def parse(text: str, place: str) -> Example:
    """An example, read strictly. Raises Inconclusive that names the place where it is none."""
    try:
        tree = ast.parse(f"_({text.strip()})", mode="eval").body
    except (SyntaxError, ValueError):
        raise _refused(text, place, "it is no expression") from None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.func.id != "_":
        raise _refused(text, place, "it is no call followed by inputs")
    if not tree.args or not isinstance(tree.args[0], ast.Call):
        raise _refused(text, place, "it must begin with a call that builds the object")
    call, *inputs = tree.args
    if any(isinstance(each, ast.Starred) for each in inputs) or any(each.arg is None for each in tree.keywords):
        raise _refused(text, place, "its inputs cannot be unpacked")
    return Example(
        ast.unparse(call),
        tuple(_input(each) for each in inputs),
        tuple((each.arg or "", _input(each.value)) for each in tree.keywords),
        place,
    )


def comments(text: str, tree: ast.Module, display: str) -> dict[str, tuple[str, str]]:
    """The examples in a file's comments by the qualified name of their class: the text, and "net.py:12"."""
    if MARK.strip() not in text:
        return {}
    marked: dict[int, str] = {}
    alone: set[int] = set()  # lines with nothing but a comment
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                if not token.line[: token.start[1]].strip():
                    alone.add(token.start[0])
                words = token.string.lstrip("#").strip()
                if words.startswith(MARK):
                    marked[token.start[0]] = words.removeprefix(MARK)
    except (tokenize.TokenError, IndentationError):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for qualname, node in _classes(tree.body, ""):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        # The comments below the header that stand alone belong to what is in the class.
        lines = [line for line in range(first, node.body[0].lineno) if line not in alone or line < node.lineno]
        above = first - 1
        while above in alone:
            lines.append(above)
            above -= 1
        for line in lines:
            if line in marked:
                found[qualname] = marked[line], f"{display}:{line}"
                break
    return found


def _classes(body: list[ast.stmt], prefix: str) -> list[tuple[str, ast.ClassDef]]:
    found = []
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            found.append((prefix + statement.name, statement))
            found += _classes(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, (ast.If, ast.Try, ast.With)):
            found += _classes(statement.body, prefix)
            found += _classes(getattr(statement, "orelse", []), prefix)
    return found


def _input(node: ast.expr) -> str:
    """An input as an expression; a tuple of integers is the shape of a float tensor."""
    if isinstance(node, ast.Tuple) and node.elts and all(_is_size(each) for each in node.elts):
        return f"torch.randn({', '.join(ast.unparse(each) for each in node.elts)})"
    return ast.unparse(node)


def _is_size(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _refused(text: str, place: str, why: str) -> Inconclusive:
    return Inconclusive(Reason.NOT_CONSTRUCTED, f"the example `{text.strip()}` ({place}) cannot be used: {why}")
