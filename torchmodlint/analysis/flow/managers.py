"""With-blocks: gradients switched for a while, and the project's own context managers."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import first_parameter
from torchmodlint.analysis.flow.assignments import Assignments
from torchmodlint.analysis.flow.helpers import is_manager
from torchmodlint.analysis.flow.libraries import GRADIENTS
from torchmodlint.analysis.flow.machine import Frame, Given, State
from torchmodlint.analysis.flow.things import NOTHING, OFF, UNKNOWN, Grad, Manager, Named, Some, Thing, Value
from torchmodlint.analysis.project import Source


class Managers(Assignments):
    """Runs the body of a with-statement between what its managers do."""

    def managing(self, node: cst.With) -> None:
        self._enter(node, 0)

    def _enter(self, node: cst.With, at: int) -> None:
        """The managers of a with-statement from the one at `at` on, and then its body."""
        if at == len(node.items):
            self.run_suite(node.body)
            return
        item = node.items[at]
        before = self.world.grads
        found = self._generator(item.item)
        if found is not None and isinstance(item.item, cst.Call):
            self._around(node, at, found, item.item)
            return
        value = self.evaluate(item.item)
        if item.asname is not None:
            self.assign(item.asname.name, value)
        if isinstance(value, Named) and value.ref.source is None:
            value = Manager(GRADIENTS.get(value.ref.name))
        if isinstance(value, Manager):
            if value.before is not None:
                before = value.before
            if value.kind is not None:
                self.world.grads = frozenset({Grad(value.kind, value.site, self.steps)})
        elif not self._known_manager(item.item):
            self.world.grads = frozenset(
                Grad(UNKNOWN, one.site) if one.kind != OFF else one for one in self.world.grads
            )
        self._call(item.item, value, "__enter__")
        left = self._left()
        known = [len(states) for states in left]
        self._enter(node, at + 1)
        for states, number in zip(left, known, strict=True):
            for _, world in states[number:]:
                world.grads = before  # break, continue and return leave the block as well
        self._call(item.item, value, "__exit__")
        self.world.grads = before

    def _left(self) -> list[list[State]]:
        """Where the states are kept in which a block may be left early."""
        loop = self.frame.loops[-1:]
        return [self.frame.exits, *(states for one in loop for states in (one.breaks, one.continues))]

    def _call(self, node: cst.BaseExpression, value: Value, name: str) -> None:
        """What a manager of a class in sight does on the way in and out."""
        if not isinstance(value, Some) or not isinstance(node, cst.Call):
            return
        for thing in value.things:
            found = self.method(thing.ref, name) if thing.ref is not None else None
            if found is not None:
                self.run_method(node, found, thing, Given([NOTHING] * 3))

    def _known_manager(self, node: cst.BaseExpression) -> bool:
        """Is it a manager of a library, which leaves gradients alone (those that do not are `Manager`s)?"""
        ref = self.dotted_name(node.func) if isinstance(node, cst.Call) else None
        return ref is not None and ref.source is None

    def _generator(self, node: cst.BaseExpression) -> tuple[cst.FunctionDef, Source, Thing | None] | None:
        """The function or method called here, its file and object, when `contextmanager` makes a manager of it."""
        func = node.func if isinstance(node, cst.Call) else None
        me = self.evaluate(func.value) if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) else None
        if isinstance(me, Some) and isinstance(func, cst.Attribute):
            thing = me.things[0]
            found = self.method(thing.ref, func.attr.value) if thing.ref is not None else None
            if found is None or found[0].source is None or not is_manager(found[1]):
                return None
            return (found[1], found[0].source, thing) if self.may_run(found[1], found[0].source) else None
        ref = self.dotted_name(node.func) if isinstance(node, cst.Call) else None
        if ref is None or ref.source is None or not ref.is_function() or not (self.deep or ref.source is self.main):
            return None
        definitions = self.trees.definitions(ref.source, True)
        function = definitions.function(ref.name) if definitions is not None else None
        if function is None or not is_manager(function):
            return None
        return (function, ref.source, None) if self.may_run(function, ref.source) else None

    def _around(
        self, node: cst.With, at: int, found: tuple[cst.FunctionDef, Source, Thing | None], call: cst.Call
    ) -> None:
        """The function of a manager up to its `yield`, the rest of the with-statement, and what follows the `yield`."""
        function, source, thing = found
        given = self.arguments(call)
        outer, site = self.frame, self.site
        self.site = self.here(call)
        names = outer.outer if outer.function is not None else outer.env
        frame = Frame(source, {}, function, outer=names if source is outer.source else None)
        self.functions = (*self.functions, function)

        def block(value: Value) -> None:
            functions, inner = self.functions, self.site
            self.frame, self.functions, self.site = outer, functions[:-1], site
            asname = node.items[at].asname
            if asname is not None:
                self.assign(asname.name, value)
            self._enter(node, at + 1)
            self.frame, self.functions, self.site = frame, functions, inner
            frame.live = outer.live

        self.pending.append(block)
        self.frame = frame
        frame.body = node
        if thing is not None:
            frame.me = first_parameter(function)
            frame.env[frame.me or ""] = Some((thing,))
        self.bind(function.params, given, 0 if thing is None else 1)
        self.run_suite(function.body)
        self.frame, self.functions, self.site = outer, self.functions[:-1], site
        if block in self.pending:
            self.pending.remove(block)
            self._enter(node, at + 1)

    def yielded(self, value: Value) -> None:
        if self.pending:
            self.pending.pop()(value)
