"""Whether a file does its work while it is imported: trains, reads arguments, downloads. Such a file is never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# Methods and functions that work, wait or write. Building a dataset or a loader at module level reads the disk.
WORK = frozenset(
    {
        "backward",
        "parse_args",
        "parse_known_args",
        "fit",
        "zero_grad",
        "DataLoader",
        "load_dataset",
        "read_csv",
        "input",
        "urlretrieve",
        "system",
        "check_call",
        "check_output",
        "Popen",
        "imshow",
        "savefig",
        "imread",
        "VideoCapture",
        "load_state_dict",
        "init_process_group",
        "mainloop",
    }
)
ENTRANCES = frozenset({"main", "train", "run", "test", "evaluate", "run_training", "train_model"})


def runs(tree: ast.Module) -> bool:
    """Would importing this file do its work?"""
    functions = {each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for node in _at_import(tree.body):
        if isinstance(node, ast.Call):
            if _last(node.func) in WORK or _is_argument(node):
                return True
            if isinstance(node.func, ast.Name) and node.func.id in functions & ENTRANCES:
                return True
            if _last(node.func) == "load" and isinstance(node.func, ast.Attribute) and _is_torch(node.func.value):
                return True
        elif isinstance(node, ast.Subscript) and _is_argv(node.value):
            return True
    return False


def is_entrance(statement: ast.stmt) -> bool:
    """Is this `if __name__ == "__main__":`?"""
    if not isinstance(statement, ast.If):
        return False
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test))


def _at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes that run at import: not the bodies of functions, lambdas and of the entrance."""
    waiting: list[ast.AST] = [statement for statement in body if not is_entrance(statement)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        waiting += [each for each in ast.iter_child_nodes(node) if not (isinstance(each, ast.If) and is_entrance(each))]


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_torch(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "torch"


def _is_argv(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "argv"


def _is_argument(node: ast.Call) -> bool:
    """`MNIST(root, download=True)`, `hub.load(...)`: reaches for the network."""
    if any(keyword.arg == "download" and _is_true(keyword.value) for keyword in node.keywords):
        return True
    return _last(node.func) == "load" and isinstance(node.func, ast.Attribute) and _last(node.func.value) == "hub"


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
