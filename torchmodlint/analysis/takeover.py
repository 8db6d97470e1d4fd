"""Classes whose construction is taken over by something else than their own `__init__`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import decorator_names, first_parameter
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.project import Answer, Project, Ref
from torchmodlint.analysis.tree import within

# Decorators of `__init__` that call it as it is written.
TRANSPARENT = frozenset(
    {
        "register_to_config",
        "wraps",
        "no_grad",
        "beartype",
        "typechecked",
        "deprecated",
        "validate_arguments",
        "jaxtyped",
    }
)
NAMES_OF_CLASSES = frozenset({"__name__", "__qualname__", "__module__"})
PLAIN_METACLASSES = frozenset({"abc.ABCMeta", "typing.GenericMeta", "type"})


def initialised_elsewhere(cls: ClassFacts) -> bool:
    """May a metaclass, `__new__`, `__init_subclass__`, a decorator or copied state do what `__init__` leaves out?"""
    init = cls.body.methods.get("__init__")
    if init is not None:
        names = [name.rpartition(".")[2] for name in decorator_names(init)]
        if any(name not in TRANSPARENT for name in names):
            return True
        for node, above in within(init.body):
            if isinstance(node, cst.Attribute) and node.attr.value in ("__dict__", "__class__", "__setstate__"):
                if not _is_asked_for_its_name(above):
                    return True
            if isinstance(node, cst.Call) and _is_vars_of_self(node, init):
                return True
    return any(_takes_over(cls, ref) for ref in (cls.ref, *cls.ancestors))


def _is_asked_for_its_name(above: Sequence[cst.CSTNode]) -> bool:
    """Is what stands directly below these nodes the `x.__class__` of `x.__class__.__name__`?"""
    return bool(above) and isinstance(above[-1], cst.Attribute) and above[-1].attr.value in NAMES_OF_CLASSES


def _takes_over(cls: ClassFacts, ref: Ref) -> bool:
    """Does the class `ref`, `cls` itself or an ancestor, change how instances are made?"""
    project = cls.facts.project
    if ref.source is None:
        entry = known.lookup(ref.name)
        return entry is not None and entry.init == "automatic"
    line = ref.class_line()
    if line is None:
        return False
    for keyword, value in line.keywords:
        if keyword == "metaclass":
            metas = project.resolve(ref.source, value) if value else ()
            if not metas or any(meta.source is not None or meta.name not in PLAIN_METACLASSES for meta in metas):
                return True
    definitions = cls.facts.trees.definitions(ref.source, True)
    body = definitions.body(ref.name) if definitions is not None else None
    if body is None:
        return True
    functions = [body.methods.get("__new__"), body.methods.get("__init_subclass__"), *_decorators(cls, ref, body.node)]
    if any(_initialises(function) for function in functions):
        return True
    if any(not bases or any(_is_unknown(project, one) for one in bases) for bases in project.bases(ref)):
        return True
    return "__setattr__" in body.methods and ref != cls.ref


def _decorators(cls: ClassFacts, ref: Ref, node: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    """The functions of the project that decorate a class."""
    for name in decorator_names(node):
        for found in cls.facts.project.resolve(ref.source, name) if name and ref.source is not None else ():
            definitions = cls.facts.trees.definitions(found.source, True) if found.source is not None else None
            function = definitions.function(found.name) if definitions is not None else None
            if function is not None:
                yield function


def _is_unknown(project: Project, base: Ref) -> bool:
    return project.is_module(base) is Answer.UNKNOWN


def _is_vars_of_self(node: cst.Call, init: cst.FunctionDef) -> bool:
    """Is it `vars(self)`, the dictionary into which another instance's state can be copied?"""
    argument = node.args[0].value if len(node.args) == 1 else None
    return (
        isinstance(node.func, cst.Name)
        and node.func.value == "vars"
        and isinstance(argument, cst.Name)
        and argument.value == first_parameter(init)
    )


def _initialises(method: cst.FunctionDef | None) -> bool:
    return method is not None and any(
        isinstance(node, cst.Attribute) and node.attr.value == "__init__" for node, _ in within(method.body)
    )


def uncalled_initialiser(cls: ClassFacts) -> cst.Attribute | None:
    """A statement `super().__init__` without parentheses in the class's own `__init__`."""
    init = cls.body.methods.get("__init__")
    if init is None:
        return None
    for node, above in within(init.body):
        if isinstance(node, cst.Attribute) and node.attr.value == "__init__" and isinstance(above[-1], cst.Expr):
            return node
    return None
