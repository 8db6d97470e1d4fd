"""TML104: a constructor that skips its parent's, or addresses a class that is not its parent."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from torchmodlint.analysis.definitions import ClassBody, dotted
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.instances import Instance, Methods, evaluate_class
from torchmodlint.analysis.machine import NO, Event
from torchmodlint.analysis.project import MODULE, Ref
from torchmodlint.analysis.takeover import initialised_elsewhere, uncalled_initialiser
from torchmodlint.analysis.torch_names import MODULE_API
from torchmodlint.analysis.tree import descendants
from torchmodlint.analysis.trees import Trees
from torchmodlint.analysis.usage import reached, self_attributes, stores
from torchmodlint.analysis.values import Nothing, Plain, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

TABLES = frozenset({"_parameters", "_buffers", "_modules"})
# What stands in these may not run for this class.
OPTIONAL = (cst.If, cst.IfExp, cst.BooleanOperation, cst.Try, cst.While, cst.Lambda, cst.FunctionDef)


class ParentInitSkipped(Rule):
    """`super(Parent, self).__init__()` starts the search *after* `Parent`, so that `Parent.__init__` never runs.

    What it would have registered is missing: the first use raises `AttributeError`, and what is only reached through
    `getattr` or `hasattr` is silently left out. Skipping a constructor on purpose is fine, and is reported only when
    something that it would have set is read later. `super(Other, self)` with a class that is no base raises
    `TypeError`; `super().__init__` without parentheses does nothing at all.
    """

    code = "TML104"
    name = "parent-init-skipped"
    severity = Severity.ERROR
    message = (
        "`{parent}.__init__` is skipped, but `self.{attribute}`, which it sets, is read in `{method}`: "
        "write `super().__init__(...)`"
    )
    stranger = "`{named}` is not a base of `{owner}`, so this call raises TypeError: write `super().__init__(...)`"
    unbound = "`{named}` is not defined, so this call raises NameError: write `super().__init__(...)`"
    uncalled = "`super().__init__` is not called, only named, and the module is never initialised: add parentheses"

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        cls = self.facts.module_class(node)
        if cls is None or "__init__" not in cls.body.methods:
            return
        subject = Subject(cls.dotted, function="__init__")
        bare = uncalled_initialiser(cls) if cls.built.initialised == {NO} else None
        if bare is not None:
            self.report(bare, subject, self.uncalled)
        for event in cls.built.own("init"):
            if event.how == "super-of" and event.ref is not None and self._is_stranger(cls, event.ref):
                named = _written(event) or event.ref.name.rpartition(".")[2]
                self.report(event.node, subject, self.stranger, named=named, owner=cls.name)
            elif event.how == "super-unknown":
                name = _unbound_name(cls, event)
                if name is not None:
                    self.report(event.node, subject, self.unbound, named=name)
        self._skipped(cls)

    def _is_stranger(self, cls: ClassFacts, named: Ref) -> bool:
        ancestors, complete = self.facts.project.ancestors(cls.ref)
        return complete and named != cls.ref and named not in ancestors and named.class_line() is not None

    def _skipped(self, cls: ClassFacts) -> None:
        calls = [one for one in cls.built.own("init") if one.ref is not None and one.how in ("super-of", "named")]
        calls = [one for one in calls if one.ref in cls.ancestors]
        if not calls or any(ref.source is None for ref in cls.ancestors[:1]):
            return
        if _answers_all(cls, self.facts.trees) or initialised_elsewhere(cls):
            return
        wanted = _wanted(cls.methods, cls, self.facts.trees)
        if not wanted:
            return  # whatever the constructors do, and that takes long to find out
        if cls.whole.lent or any(event.name is None or event.name in TABLES for event in _set_by(cls.whole)):
            return  # anything may have been set
        for parent, name, method in _missing(self.facts.trees, cls, wanted):
            words = {"parent": parent.name.rpartition(".")[2], "attribute": name, "method": method}
            self.report(calls[0].node, Subject(cls.dotted, name, "__init__"), **words)
            return

    examples = (
        Bad(
            """
            from torch import nn

            class Base(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def forward(self, x):
                    return self.proj(x)

            class Gated(Base):
                def __init__(self, width):
                    super(Base, self).__init__()  # TML104
                    self.gate = nn.Linear(width, width)

                def forward(self, x):
                    return self.gate(x) * self.proj(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Base(nn.Module):
                def __init__(self, width):
                    super().__init__()
                    self.proj = nn.Linear(width, width)

                def forward(self, x):
                    return self.proj(x)

            class Gated(Base):
                def __init__(self, width):
                    super().__init__(width)
                    self.gate = nn.Linear(width, width)

                def forward(self, x):
                    return self.gate(x) * self.proj(x)
            """
        ),
    )


def _written(event: Event) -> str | None:
    """The name in `super(Name, self)`, as it is written."""
    call = event.node
    inner = call.func.value if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) else None
    return dotted(inner.args[0].value) if isinstance(inner, cst.Call) and inner.args else None


def _unbound_name(cls: ClassFacts, event: Event) -> str | None:
    """The class named in `super(Name, self)`, when nothing in the file, nor a star import, can bind it."""
    name = _written(event)
    if name is None or "." in name:
        return None
    outline = cls.facts.source.outline
    known = name in outline.bindings or name in outline.inner_imports or bool(outline.stars)
    nested = any(line.qualname.rpartition(".")[2] == name for line in outline.classes)
    return None if known or nested or "<locals>" in cls.ref.name else name


def _missing(trees: Trees, cls: ClassFacts, wanted: list[tuple[str, str]]) -> Iterator[tuple[Ref, str, str]]:
    """What of the `wanted` skipped constructors would have set, and nothing else sets."""
    instance = cls.whole
    for parent in cls.ancestors:
        found = trees.definitions(parent.source, True) if parent.source is not None else None
        body = found.body(parent.name) if found is not None else None
        if body is None or "__init__" not in body.methods or id(body.methods["__init__"]) in instance.ran:
            continue
        full = evaluate_class(trees, parent, True)
        promised = {
            event.name
            for event in full.of("bind", "register")
            if event.name and event.root == "__init__" and event.owner == parent and not _is_default(event)
        }
        have = {event.name for event in _set_by(instance)}
        for name, method in wanted:
            if name in promised - have:
                yield parent, name, method


def _wanted(methods: Methods, cls: ClassFacts, trees: Trees) -> list[tuple[str, str]]:
    """The attributes that are read in methods in use, and that the class neither assigns nor has nor looks for."""
    have = cls.body.assigned | _asked_for(methods) | _class_names(methods, cls, trees)
    return [(name, method) for name, method in _reads(methods) if name not in have]


def _set_by(instance: Instance) -> list[Event]:
    return instance.of("bind", "register")


def _is_default(event: Event) -> bool:
    return event.kind == "bind" and all(isinstance(one, Plain | Nothing) for one in possible(event.value))


def _class_names(methods: Methods, cls: ClassFacts, trees: Trees) -> set[str]:
    """The names that a look-up on the instance finds on its class, whatever the constructors set."""
    names = set(methods)
    if MODULE in cls.ancestors:
        names |= MODULE_API | {"__class__", "__dict__"}
    for body in _bodies(cls, trees):
        names |= body.names.keys() | body.properties
    return names


def _answers_all(cls: ClassFacts, trees: Trees) -> bool:
    """May the class, or a base, have a value for any name that is read?"""
    return any("__getattr__" in body.methods for body in _bodies(cls, trees))


def _bodies(cls: ClassFacts, trees: Trees) -> Iterator[ClassBody]:
    """The class and its bases, each read when it is its turn."""
    for ref in (cls.ref, *cls.ancestors):
        found = trees.definitions(ref.source, True) if ref.source is not None else None
        body = found.body(ref.name) if found is not None else None
        if body is not None:
            yield body


def _asked_for(methods: Methods) -> set[str]:
    """The names that a method looks for with `hasattr(self, "name")` before it reads them."""
    calls = (node for _, method in methods.values() for node in descendants(method.body))
    return {
        str(node.args[1].value.evaluated_value)
        for node in calls
        if isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value == "hasattr"
        and len(node.args) == 2
        and isinstance(node.args[1].value, cst.SimpleString)
    }


def _reads(methods: Methods) -> Iterator[tuple[str, str]]:
    """The attributes that `forward`, the constructor, and what these call read, whatever the options are."""
    for name, (_, method) in sorted(reached(methods, ("forward", "__init__")).items()):
        for read in self_attributes(method):
            if not stores(read) and not any(isinstance(one, OPTIONAL) for one in read.above):
                yield read.name, name
