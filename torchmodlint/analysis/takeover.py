"""Classes whose construction is taken over by something else than their own `__init__`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import decorator_names, dotted, first_parameter
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
    if any(_initialises(function) for function in functions) or _gives_another(body.methods.get("__new__")):
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


def _gives_another(new: cst.FunctionDef | None) -> bool:
    """May `__new__` give anything but what a `__new__` further up has just made? That may have been initialised."""
    if new is None:
        return False
    nodes = [node for node, _ in within(new.body)]
    assigned: dict[str | None, list[cst.BaseExpression]] = {}
    for node in nodes:
        if isinstance(node, cst.Assign):
            for one in node.targets:
                assigned.setdefault(dotted(one.target), []).append(node.value)
    given = [node.value for node in nodes if isinstance(node, cst.Return) and node.value is not None]
    origins = (assigned.get(dotted(value)) if dotted(value) is not None else [value] for value in given)
    return any(not values or not all(_makes(value) for value in values) for values in origins)


def _makes(value: cst.BaseExpression) -> bool:
    """Is it a call of some `__new__`?"""
    return isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "__new__"


def uncalled_initialiser(cls: ClassFacts) -> cst.Attribute | None:
    """A statement `super().__init__` without parentheses in the class's own `__init__`."""
    init = cls.body.methods.get("__init__")
    if init is None:
        return None
    for node, above in within(init.body):
        if isinstance(node, cst.Attribute) and node.attr.value == "__init__" and isinstance(above[-1], cst.Expr):
            return node
    return None
