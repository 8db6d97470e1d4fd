"""The door through which rules ask: the facts of the one file that is being linted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import libcst as cst

from torchmodlint.analysis.context import Context
from torchmodlint.analysis.definitions import ClassBody
from torchmodlint.analysis.flow.entries import Flow, follow
from torchmodlint.analysis.instances import (
    Instance,
    Methods,
    evaluate_class,
    evaluate_function,
    evaluate_module,
    initialised_by,
    methods_of,
)
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.project import Answer, Project, Ref
from torchmodlint.analysis.shadows import shadowed
from torchmodlint.analysis.trees import Trees

T = TypeVar("T")
LONG = 60  # characters of code that are worth repeating in a message


class ClassFacts:
    """One class statement of the file."""

    def __init__(self, facts: FileFacts, ref: Ref, node: cst.ClassDef, body: ClassBody) -> None:
        self.facts = facts
        self.ref = ref
        self.node = node
        self.body = body
        self.name = node.name.value

    @cached_property
    def built(self) -> Instance:
        """What its methods make of an instance, as far as this file shows; those that leave it alone are not run.

        All that binds, registers or initialises is there, and what is registered only by a method that was not run
        is not: whoever looks for something that is not registered finds too much here, never too little.
        """
        return evaluate_class(self.facts.trees, self.ref, deep=False, brief=True)

    @cached_property
    def instance(self) -> Instance:
        """The same with every method: twice the time."""
        return evaluate_class(self.facts.trees, self.ref, deep=False) if self.built.partial else self.built

    @cached_property
    def whole(self) -> Instance:
        """The same with the bases in other files, which are read for it: ask only when there is a reason."""
        return evaluate_class(self.facts.trees, self.ref, deep=True) if self.instance.unseen else self.instance

    @cached_property
    def methods(self) -> Methods:
        """Its methods with those of bases in other files, as `whole` has them too: nothing is evaluated for it."""
        return methods_of(self.facts.trees, self.ref)

    @cached_property
    def initialised(self) -> frozenset[str]:
        """How the exits of its own `__init__` leave nn.Module, with the bases in other files, as `whole` has it too."""
        return initialised_by(self.facts.trees, self.ref, "__init__") if self.built.unseen else self.built.initialised

    def settled(self, find: Callable[[Instance], Sequence[T]]) -> Sequence[T]:
        """What `find` finds, first at a glance, and, when it does, again with every method and base in sight."""
        found = find(self.built)
        if found and self.built.partial:
            found = find(self.instance)
        return find(self.whole) if found and self.instance.unseen else found

    @cached_property
    def ancestors(self) -> tuple[Ref, ...]:
        return self.facts.project.ancestors(self.ref)[0]

    @property
    def dotted(self) -> str:
        return str(self.ref)


Scope = ClassFacts | cst.FunctionDef | cst.Module | None


class FileFacts:
    """Everything that rules may ask about one file, until it is closed. `tree` must be the tree of `text`."""

    def __init__(self, path: Path, text: str, tree: cst.Module, project: Project) -> None:
        self.project = project
        self.tree = tree
        self.source = project.source(path, text)
        self.trees = Trees.of(project)
        self.definitions = self.trees.begin(self.source, tree)
        self.context = Context()
        self._classes: dict[int, ClassFacts | None] = {}
        self._functions: dict[tuple[int, bool], list[Event]] = {}

    def __enter__(self) -> FileFacts:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the tree, which would otherwise stay in memory while the next file is parsed."""
        self.trees.end()
        self._classes.clear()
        self._functions.clear()

    @property
    def stub(self) -> bool:
        """Is it a .pyi file, in which bodies say nothing?"""
        return self.source.path.suffix == ".pyi"

    def class_facts(self, node: cst.ClassDef) -> ClassFacts | None:
        """The facts of the class statement that the walk is at; None for one that a later one of its name replaces."""
        if id(node) not in self._classes:
            self._classes[id(node)] = self._find_class(node)
        return self._classes[id(node)]

    def _find_class(self, node: cst.ClassDef) -> ClassFacts | None:
        qualname = self.context.qualname()
        if "<locals>" in qualname:
            self.definitions.add(qualname, node)
        body = self.definitions.body(qualname)
        ref = Ref(self.source, qualname)
        if body is None or body.node is not node or ref.class_line() is None or self._has_shadowed_base(ref):
            return None
        return ClassFacts(self, ref, node, body)

    def _has_shadowed_base(self, ref: Ref) -> bool:
        """Is a base of a class inside a function written with a name that the function assigns or receives?"""
        if "<locals>" not in ref.name:
            return False
        family = [one for one in (ref, *self.project.ancestors(ref)[0]) if "<locals>" in one.name]
        lines = [line for line in (one.class_line() for one in family) if line is not None]
        heads = {base.partition(".")[0] for line in lines for base in line.bases}
        return any(heads & shadowed(one) for one in self.context.stack if isinstance(one, cst.FunctionDef))

    def module_class(self, node: cst.ClassDef) -> ClassFacts | None:
        """The facts of a class that surely is an nn.Module, else None."""
        facts = self.class_facts(node)
        if facts is None or self.project.is_module(facts.ref) is not Answer.YES:
            return None
        return facts

    def events(self, node: cst.FunctionDef | cst.Module, whole: bool = False) -> list[Event]:
        """What happens in a function outside classes, or at module level."""
        key = (id(node), whole)
        if key not in self._functions:
            self._functions[key] = (
                evaluate_module(self.trees, self.source, node, whole)
                if isinstance(node, cst.Module)
                else evaluate_function(self.trees, self.source, node, whole)
            )
        return self._functions[key]

    def scope(self) -> Scope:
        """The scope that the walk is in, as a key for `scope_events`: its innermost class, else its function."""
        stack = self.context.stack
        for at in reversed(range(len(stack))):
            node = stack[at]
            if isinstance(node, cst.ClassDef):
                whole, self.context.stack = stack, stack[: at + 1]
                cls = self.class_facts(node)
                self.context.stack = whole
                return cls
        return next((node for node in stack if isinstance(node, cst.FunctionDef)), self.tree)

    def scope_events(self, scope: Scope, whole: bool = False) -> list[Event]:
        """Everything that happens in a scope; with `whole`, what other files do in it as well."""
        if scope is None:
            return []
        if isinstance(scope, ClassFacts):
            return scope.whole.events if whole else scope.instance.events
        return self.events(scope, whole)

    @cached_property
    def flow(self) -> Flow:
        """The order of events in this file; ask only when the text holds some of the events in question."""
        return follow(self.trees, self.source, self.tree, self.definitions, deep=False)

    @cached_property
    def whole_flow(self) -> Flow:
        """The same with the helpers in other files, which are read for it: ask only when there is a reason."""
        return follow(self.trees, self.source, self.tree, self.definitions, deep=True) if self._unread else self.flow

    @property
    def _unread(self) -> bool:
        return self.flow.lent or bool(self.flow.elsewhere)

    def in_flow(self, find: Callable[[Flow], Sequence[T]], doubt: Callable[[Flow], bool] | None = None) -> Sequence[T]:
        """What `find` finds, first in this file alone, and, when it does, again with all helpers in sight.

        `doubt` says that helpers in other files may make a finding of what is none by this file alone.
        """
        if doubt is not None and doubt(self.flow):
            return find(self.whole_flow)
        found = find(self.flow)
        return find(self.whole_flow) if found and self._unread else found

    def shown(self, node: cst.CSTNode, otherwise: str) -> str:
        """A piece of the code as a message may show it; `otherwise` where it is long, or takes more than a line."""
        text = self.tree.code_for_node(node)
        return text if len(text) <= LONG and text.isprintable() else otherwise

    def resolve(self, dotted: str) -> tuple[Ref, ...]:
        """What a dotted name means at module level of this file."""
        return self.project.resolve(self.source, dotted)
