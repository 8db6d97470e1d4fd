"""Which classes of the surveyed libraries are modules, and what they hold: a walk over bases and constructors."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace

from tools.known_reader import Reader
from tools.known_sources import Sources, dotted_name
from tools.known_state import (
    NOTHING,
    UNKNOWN,
    Held,
    assigned_attributes,
    called_attributes,
    kept_arguments,
    of_letters,
    uses_mode,
)

# torch's "?" as a base: what these hold is what the subclass gives them, so by themselves they add nothing.
EMPTY_BASES = frozenset({"Module", "ScriptModule", "_Loss", "_WeightedLoss"})
# Deeper chains of helpers exist only where the reading has gone astray.
MAX_DEPTH = 40


class Survey:
    """Answers by dotted name, remembered.

    `torch` maps a torch class name to (is a module, state), `fixed` (library, name) to the state of modules that are
    described by hand, `automatic` names the classes that run nn.Module.__init__ without being asked.
    """

    def __init__(
        self,
        sources: Sources,
        torch: dict[str, tuple[bool, str]],
        fixed: dict[tuple[str, str], str],
        automatic: frozenset[str],
    ) -> None:
        self.sources = sources
        self.torch = torch
        self.fixed = fixed
        self.roots_automatic = automatic
        self._module: dict[str, bool | None] = {}
        self._held: dict[str, Held] = {}
        self._automatic: dict[str, bool] = {}
        self._stack: list[str] = []

    def bases(self, dotted: str) -> list[str]:
        """The canonical names of a class's bases; "" for a base that is no dotted name."""
        node = self.sources.class_at(dotted)
        module = dotted.rpartition(".")[0]
        named = [dotted_name(base) for base in node.bases] if node is not None else []
        return [self.sources.canonical(module, base) if base else "" for base in named]

    def is_module(self, dotted: str) -> bool | None:
        """Whether a class is an nn.Module subclass; None when a base cannot be followed and no other one decides."""
        if dotted in self._module:
            return self._module[dotted]
        self._module[dotted] = None  # a circle of bases is no module
        self._module[dotted] = found = self._is_module(dotted)
        return found

    def _is_module(self, dotted: str) -> bool | None:
        library, _, rest = dotted.partition(".")
        if library == "torch":
            return self.torch.get(rest.rpartition(".")[2], (None, ""))[0]
        if self.sources.class_at(dotted) is None:
            foreign = library in sys.stdlib_module_names or not rest
            return False if foreign and dotted else None
        answers = [self.is_module(base) for base in self.bases(dotted)]
        if True in answers:
            return True
        return None if None in answers else False

    def is_automatic(self, dotted: str) -> bool:
        """Whether the class or a base of it runs nn.Module.__init__ without being asked."""
        if dotted not in self._automatic:
            self._automatic[dotted] = dotted in self.roots_automatic
            self._automatic[dotted] |= any(self.is_automatic(base) for base in self.bases(dotted))
        return self._automatic[dotted]

    def held(self, dotted: str) -> Held | None:
        """What an instance of a class holds; NOTHING for a class that is no module, None for what is no class."""
        library, _, rest = dotted.partition(".")
        if library == "torch":
            known = self.torch.get(rest.rpartition(".")[2])
            return None if known is None else of_letters(known[1]) if known[0] else NOTHING
        if self.sources.class_at(dotted) is None:
            return None
        if self._by_hand(dotted) is not None:
            return of_letters(self._by_hand(dotted) or "")
        answer = self.is_module(dotted)
        if answer is not True:
            return NOTHING if answer is False else UNKNOWN
        if dotted not in self._held:
            self._held[dotted] = UNKNOWN
            self._held[dotted] = replace(self._own(dotted), made=True)
        return self._held[dotted]

    def _by_hand(self, dotted: str) -> str | None:
        return self.fixed.get((dotted.partition(".")[0], dotted.rpartition(".")[2]))

    def _own(self, dotted: str) -> Held:
        node = self.sources.class_at(dotted)
        if node is None or len(self._stack) > MAX_DEPTH:
            return UNKNOWN
        self._stack.append(dotted)
        total = sum((self._from_base(base) for base in self.bases(dotted)), NOTHING)
        # Also when it is inherited: it may call methods that this class defines.
        total += self._method(dotted, dotted, "__init__", set())
        if kept_arguments(node):
            total += UNKNOWN
        if uses_mode(node):
            total += Held(frozenset("m"))
        module = dotted.rpartition(".")[0]
        methods = {s.name for s in ast.walk(node) if isinstance(s, ast.FunctionDef)}
        assigned = assigned_attributes(node)
        for attribute in sorted(called_attributes(node) - methods):
            values = assigned.get(attribute, [])
            if values and not any(self._reader(module, dotted, set()).expression(v).made for v in values):
                total += UNKNOWN
        self._stack.pop()
        return total

    def _from_base(self, base: str) -> Held:
        if base.startswith("torch.") and base.rpartition(".")[2] in EMPTY_BASES:
            return NOTHING
        if self.is_module(base) is False:
            return NOTHING
        held = self.held(base)
        return UNKNOWN if held is None else held

    def _reader(self, module: str, owner: str, active: set[str]) -> Reader:
        return Reader(
            self.sources,
            module,
            self.held,
            lambda name: self._method(owner, owner, name, active),
            lambda dotted: self._function(dotted, active),
        )

    def _method(self, owner: str, dotted: str, name: str, active: set[str]) -> Held:
        """What calling `self.name()` makes, by the first definition along the bases."""
        key = f"{dotted}.{name}"
        node = self.sources.class_at(dotted)
        if node is None or key in active or len(active) > MAX_DEPTH or self._by_hand(dotted) is not None:
            return NOTHING
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                active.add(key)
                reader = self._reader(dotted.rpartition(".")[0], owner, active)
                return reader.read(statement)
        return sum((self._method(owner, base, name, active) for base in self.bases(dotted)), NOTHING)

    def _function(self, dotted: str, active: set[str]) -> Held:
        node = self.sources.function_at(dotted)
        if node is None or dotted in active or len(active) > MAX_DEPTH:
            return NOTHING
        active.add(dotted)
        return self._reader(dotted.rpartition(".")[0], "", active).read(node)
