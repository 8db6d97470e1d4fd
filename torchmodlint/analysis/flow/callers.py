"""Other files: do callers there switch gradients off around a function of this one, do models there need them on?"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.parsing import parse_module
from torchmodlint.analysis.project import Ref, Source
from torchmodlint.analysis.torch_names import MODULE_API
from torchmodlint.analysis.tree import descendants, within
from torchmodlint.analysis.trees import Trees

KEEPING, FLAG = "create_graph", "training"
OFF = ("no_grad", "inference_mode", "set_grad_enabled")


def called_without_gradients(trees: Trees, source: Source, qualname: str) -> bool:
    """Is a function called, by its name, where another file of the project has switched gradients off?

    A file counts when it also names the class of a method, or the module of a function. Names that every module has
    say nothing about who is called; for these the answer is no.
    """
    owner, _, name = qualname.rpartition(".")
    if not name or name in MODULE_API or name.startswith("__"):
        return False
    words = (f"{name}(", owner.rpartition(".")[2] or source.path.stem)
    return any(_calls(trees, one, name, words) for one in trees.project.everything() if one is not source)


def models_ask_for_gradients(trees: Trees) -> bool:
    """Does a module of the project ask for gradients in eval mode too, as one does that predicts forces from an energy?

    It does where the mode decides whether the graph of these gradients is kept for a further step.
    """
    return any(_asks(trees, one) for one in trees.project.everything())


def _asks(trees: Trees, source: Source) -> bool:
    if source not in trees.asking:
        text = source.unnoted()
        trees.asking[source] = all(word in text for word in (KEEPING, FLAG)) and any(
            _keeps_graphs(method)
            for ref in trees.project.module_classes(source)
            for method in _reading_mode(trees, ref)
        )
    return trees.asking[source]


def _reading_mode(trees: Trees, cls: Ref) -> Iterator[cst.FunctionDef]:
    """The methods of a class that look at the mode."""
    definitions = trees.definitions(cls.source, True) if cls.source is not None else None
    body = definitions.body(cls.name) if definitions is not None else None
    if body is not None:
        yield from (body.methods[name] for name in body.methods if body.mentions(name, frozenset({FLAG})))


def _keeps_graphs(method: cst.FunctionDef) -> bool:
    """Does it say whether a graph is kept for gradients of gradients?"""
    arguments = (one for one in descendants(method.body) if isinstance(one, cst.Arg))
    return any(one.keyword is not None and one.keyword.value == KEEPING for one in arguments)


def _calls(trees: Trees, source: Source, name: str, words: tuple[str, ...]) -> bool:
    """Does a file hold the words, and call something of that name in a block or function without gradients?"""
    known = trees.dark.get(source)
    if known is not None and name not in known:
        return False
    text = source.unnoted()
    if known is None and not any(word in text for word in OFF):
        trees.dark[source] = frozenset()
        return False
    if not all(word in text for word in words):
        return False
    if known is None:
        known = trees.dark[source] = _called_in(text)
    return name in known


def _called_in(text: str) -> frozenset[str]:
    """The names of what a text calls in blocks and functions without gradients."""
    if too_deep(text):
        return frozenset()
    try:
        tree = parse_module(text)
    except (cst.ParserSyntaxError, RecursionError):
        return frozenset()
    return frozenset(
        _last(node.func) for node, above in within(tree) if type(node) is cst.Call and any(map(_is_off, above))
    )


def _is_off(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.With):
        return any(_names_off(item.item) for item in node.items)
    return isinstance(node, cst.FunctionDef) and any(_names_off(one.decorator) for one in node.decorators)


def _names_off(node: cst.BaseExpression) -> bool:
    return _last(node.func if isinstance(node, cst.Call) else node) in OFF


def _last(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
