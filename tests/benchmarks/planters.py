"""Defects to plant: each turns sound code of a class into code with one pitfall, and leaves every line where it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.harmless import (
    callee,
    computed_with,
    constants,
    has_precision_of_its_own,
    is_handed_in,
    is_number,
    is_registered_before,
    is_without_weights,
    never_drops,
    of_self,
    says_nothing,
)

INITIALISER = "__init__"
LAYERS = {"Linear", "Conv1d", "Conv2d", "Conv3d", "Sequential", "LayerNorm", "BatchNorm2d", "Dropout", "Embedding"}
PARTS = LAYERS | {"Parameter", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "GroupNorm", "GRU", "LSTM"}


@dataclass(frozen=True)
class Edit:
    """Bytes of the source to replace; lines and columns are those of `ast`: 1-based, and 0-based in UTF-8 bytes."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Site:
    """A place where a defect can be planted. The same question may be put to the original if `comparable`."""

    code: str
    edits: tuple[Edit, ...]
    comparable: bool = True


def planted(source: str, site: Site) -> str:
    """The source with the defect in it. New lines that an edit takes away are put back behind it."""
    lines = [line.encode() for line in source.split("\n")]
    for edit in sorted(site.edits, key=lambda one: (one.line, one.column), reverse=True):
        first, last = edit.line - 1, edit.end_line - 1
        tail = lines[last][edit.end_column :]
        pieces = edit.text.encode().split(b"\n")
        pieces += [b""] * (last - first + 1 - len(pieces))
        pieces[0] = lines[first][: edit.column] + pieces[0]
        if len(pieces) > 1 and not b"".join(pieces[1:]).strip():
            pieces[0] += tail  # a statement must not end in a line of its own
        else:
            pieces[-1] += tail
        lines[first : last + 1] = pieces
    return b"\n".join(lines).decode()


def sites(cls: ast.ClassDef, source: str) -> Iterator[Site]:
    """Every place in the class where one of the pitfalls can be planted."""
    methods = {one.name: one for one in cls.body if isinstance(one, ast.FunctionDef)}
    initialiser, forward = methods.get(INITIALISER), methods.get("forward")
    if initialiser is not None:
        used = computed_with(methods) - constants(cls)
        yield from _construction(initialiser, used, source)
    if forward is not None and "__call__" not in methods:
        children = _children(initialiser) if initialiser else set()
        yield from _forward(forward, children, source)


def _construction(initialiser: ast.FunctionDef, used: set[str], source: str) -> Iterator[Site]:
    top = initialiser.body
    first = next((one for one in top if _is_super_init(one)), None)
    if first is not None:
        yield Site("TML101", (_replace(first, "pass"),))
        late = _first_part(top[top.index(first) + 1 :])
        if late is not None:
            call = _text(first, source)
            yield Site("TML102", (_replace(first, "pass"), _append(late, f"; {call}")), comparable=False)
    for statement in ast.walk(initialiser):
        if isinstance(statement, ast.Assign) and _attribute(statement) and isinstance(statement.value, ast.Call):
            yield from _assigned(statement, statement.value, initialiser, source)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from _registered(statement, statement.value, initialiser, used, source)
        elif isinstance(statement, ast.ListComp):
            yield from _repeated(statement, source)


def _assigned(statement: ast.Assign, call: ast.Call, initialiser: ast.FunctionDef, source: str) -> Iterator[Site]:
    """`self.x = nn.Something(...)`."""
    name = callee(call)
    only = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if name == "Parameter" and only is not None:
        yield Site("TML110", (_replace(call, f"({_text(only, source)}).requires_grad_()"),))
        if not has_precision_of_its_own(only):
            yield Site("TML112", (_append(call, ".double()"),))
    elif name in ("ModuleList", "ParameterList", "ModuleDict", "ParameterDict"):
        plain = "list" if name.endswith("List") else "dict"
        code = "TML113" if name.startswith("Module") else "TML114"
        if only is not None and is_handed_in(only, initialiser):
            pass
        elif isinstance(only, (ast.List, ast.ListComp, ast.Dict, ast.DictComp)):
            yield Site(code, (_replace(call, f"({_text(only, source)})"),))
        elif not call.keywords and len(call.args) <= 1:
            yield Site(code, (_replace(call.func, plain),))
        if name == "ModuleList" and isinstance(only, (ast.List, ast.ListComp)):
            yield Site("TML115", (_replace(only, f"[{_text(only, source)}]"),), comparable=False)
    elif name in ("Linear", "Conv1d", "Conv2d", "Conv3d"):
        attribute = _attribute(statement)
        yield Site("TML308", (_append(statement, f"; self.{attribute}.requires_grad = False"),), comparable=False)


def _first_part(statements: Sequence[ast.stmt]) -> ast.stmt | None:
    """The statement that first keeps a layer or a Parameter: what TML102 is about. Numbers may be kept earlier.

    None where one of those up to it reads what only the base initialiser sets: the class would fail at that, and not
    as the rule says.
    """
    known: set[str] = set()
    for statement in statements:
        for node in ast.walk(statement):
            if of_self(node) and isinstance(node.ctx, ast.Load) and node.attr not in known:
                return None
        if isinstance(statement, ast.Assign) and (name := _attribute(statement)):
            if isinstance(statement.value, ast.Call) and callee(statement.value) in PARTS:
                return statement
            known.add(name)
    return None


def _registered(
    statement: ast.Expr, call: ast.Call, initialiser: ast.FunctionDef, used: set[str], source: str
) -> Iterator[Site]:
    """`self.register_buffer("x", ...)`."""
    if not (callee(call) == "register_buffer" and of_self(call.func) and len(call.args) == 2):
        return
    name, value = call.args
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier():
        if not (isinstance(value, ast.Constant) and value.value is None):
            if name.value in used and not is_number(value, initialiser):
                yield Site("TML111", (_replace(statement, f"self.{name.value} = ({_text(value, source)})"),))
            if not is_registered_before(name.value, statement, initialiser):
                again = f"self.{name.value} = 1; {_text(statement, source)}"
                yield Site("TML120", (_replace(statement, again),), comparable=False)


def _repeated(made: ast.ListComp, source: str) -> Iterator[Site]:
    """`[Layer(...) for _ in range(n)]`, where the layer does not depend on its position."""
    (generator, *others) = made.generators
    count = generator.iter
    if others or generator.ifs or not isinstance(made.elt, ast.Call) or not isinstance(generator.target, ast.Name):
        return
    if not (isinstance(count, ast.Call) and callee(count) == "range" and len(count.args) == 1):
        return
    name = generator.target.id
    if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(made.elt)):
        return
    if is_without_weights(made.elt):
        return
    yield Site("TML116", (_replace(made, f"[{_text(made.elt, source)}] * ({_text(count.args[0], source)})"),))


def _forward(forward: ast.FunctionDef, children: set[str], source: str) -> Iterator[Site]:
    line = forward.lineno
    column = len(source.split("\n")[line - 1].encode().split(b"def forward")[0]) + len("def ")
    if source.split("\n")[line - 1].lstrip().startswith("def forward(") and not says_nothing(forward):
        yield Site("TML202", (Edit(line, column, line, column + len("forward"), "__call__"),))
    for node in ast.walk(forward):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and of_self(node.func) and node.func.attr in children:
            yield Site("TML201", (_append(node.func, ".forward"),))
        elif callee(node) in ("dropout", "dropout2d", "dropout3d") and not never_drops(node, forward):
            for keyword in node.keywords:
                if keyword.arg == "training" and len(node.keywords) > 0 and _is_training(keyword.value):
                    yield Site("TML305", (_replace(keyword, "inplace=False"),))


def _children(initialiser: ast.FunctionDef) -> set[str]:
    """The attributes that are set to torch's own layers."""
    return {
        name
        for statement in ast.walk(initialiser)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        if (name := _attribute(statement)) and callee(statement.value) in LAYERS
    }


def _is_super_init(statement: ast.stmt) -> bool:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    function = statement.value.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == INITIALISER
        and isinstance(function.value, ast.Call)
        and isinstance(function.value.func, ast.Name)
        and function.value.func.id == "super"
    )


def _is_training(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and value.attr == "training"


def _attribute(statement: ast.Assign) -> str:
    """The name of the one attribute of self that is set, or nothing."""
    (target, *others) = statement.targets
    return target.attr if not others and isinstance(target, ast.Attribute) and of_self(target) else ""


def _text(node: ast.AST, source: str) -> str:
    return ast.get_source_segment(source, node) or ""


def _replace(node: ast.stmt | ast.expr | ast.keyword, text: str) -> Edit:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Edit(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text)


def _append(node: ast.stmt | ast.expr, text: str) -> Edit:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Edit(node.end_lineno, node.end_col_offset, node.end_lineno, node.end_col_offset, text)
