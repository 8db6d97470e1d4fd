"""Callers in other files: do they switch gradients off around a function of this one?"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.project import Project, Source
from torchmodlint.analysis.torch_names import MODULE_API
from torchmodlint.analysis.tree import within

OFF = ("no_grad", "inference_mode", "set_grad_enabled")


def called_without_gradients(project: Project, source: Source, qualname: str) -> bool:
    """Is a function called, by its name, where another file of the project has switched gradients off?

    A file counts when it also names the class of a method, or the module of a function. Names that every module has
    say nothing about who is called; for these the answer is no.
    """
    owner, _, name = qualname.rpartition(".")
    if not name or name in MODULE_API or name.startswith("__"):
        return False
    texts = _texts_with(project, source, f"{name}(", owner.rpartition(".")[2] or source.path.stem)
    return any(_switches_off(text, name) for text in texts)


def _texts_with(project: Project, source: Source, *words: str) -> Iterator[str]:
    for one in project.everything():
        if one is source:
            continue
        text = one.unnoted()
        if all(word in text for word in words) and any(word in text for word in OFF):
            yield text


def _switches_off(text: str, name: str) -> bool:
    """Does the text call something of that name in a block or function without gradients?"""
    if too_deep(text):
        return False
    try:
        tree = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError):
        return False
    return any(
        _last(node.func) == name and any(_is_off(one) for one in above)
        for node, above in within(tree)
        if isinstance(node, cst.Call)
    )


def _is_off(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.With):
        return any(_names_off(item.item) for item in node.items)
    return isinstance(node, cst.FunctionDef) and any(_names_off(one.decorator) for one in node.decorators)


def _names_off(node: cst.BaseExpression) -> bool:
    return _last(node.func if isinstance(node, cst.Call) else node) in OFF


def _last(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
