"""What expressions give, calls apart."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from torchmodlint.analysis.definitions import dotted, is_property
from torchmodlint.analysis.expressions import literal
from torchmodlint.analysis.flow.logic import Logic
from torchmodlint.analysis.flow.machine import TooMuchError
from torchmodlint.analysis.flow.things import (
    NOTHING,
    UNKNOWN,
    Computed,
    Const,
    Each,
    Flag,
    Function,
    Method,
    Named,
    Several,
    Some,
    Thing,
    Value,
    either,
    mixed,
    things_in,
)
from torchmodlint.analysis.project import Ref
from torchmodlint.analysis.torch_names import MODULE_API
from torchmodlint.analysis.tree import children

# Attributes of a tensor that carry no graph.
CUT = frozenset({"data", "shape", "dtype", "device", "ndim", "is_cuda", "requires_grad", "grad_fn"})
SAME = frozenset({"module", "_orig_mod"})  # what wrappers call the model inside
Found = tuple[Ref, cst.FunctionDef]  # a method or property, and the class that defines it


class Expressions(Logic):
    """Evaluates by node type; a node type without a method here is computed from its parts."""

    def evaluate(self, node: cst.BaseExpression) -> Value:
        self.steps += 1
        if self.steps > self.limit:
            raise TooMuchError
        method = _METHODS.get(type(node))
        return self.parts_of(node) if method is None else method(self, node)

    def call(self, node: cst.Call) -> Value:
        raise NotImplementedError

    def parts_of(self, node: cst.CSTNode) -> Value:
        return mixed(*[self.evaluate(one) for one in _expressions(node)])

    def name(self, node: cst.Name) -> Value:
        name = node.value
        frame = self.frame
        value = frame.env.get(name)
        if value is None and frame.outer is not None:
            value = frame.outer.get(name)
        if value is not None:
            return value
        value = _CONSTANTS.get(name)
        return value if value is not None else self.resolve(name)

    def attribute(self, node: cst.Attribute) -> Value:
        return self.attribute_of(self.evaluate(node.value), node.attr.value)

    def attribute_of(self, base: Value, name: str) -> Value:
        if isinstance(base, Some):
            if name == "training":
                return Flag(base.things, tuple(self.world.mode(thing) for thing in base.things))
            return either(*[self.member(thing, name) for thing in base.things])
        if isinstance(base, Named):
            return self.member_of_name(base.ref, name)
        if isinstance(base, Computed):
            return base.detached() if name in CUT else base
        return mixed(base)

    def member(self, thing: Thing, name: str) -> Value:
        held = self.world.heap.get((thing, name))
        if held is not None:
            return held
        if name in SAME and not thing.owner:
            return Some((thing,))
        if name in MODULE_API:
            return Method(thing, name)
        found = self.defined(thing.ref, name) if thing.ref is not None and thing.ref.source is not None else None
        if found is not None and not is_property(found[1]):
            return Method(thing, name)
        given = self.passed_on(thing, found) if found is not None else None
        return Some((self.part(thing, name),)) if given is None else given

    def defined(self, ref: Ref, name: str, after: Ref | None = None) -> Found | None:
        """The method or property in sight of that name in a class or its bases; with `after`, in those beyond it."""
        raise NotImplementedError

    def passed_on(self, thing: Thing, found: Found) -> Some | None:
        """The model that a property gives, of those in sight, when it does nothing else."""
        raise NotImplementedError

    def member_of_name(self, ref: Ref, name: str) -> Value:
        if ref.source is None:
            return Named(Ref(None, f"{ref.name}.{name}"))
        if not ref.name:
            refs = self.project.resolve(ref.source, name)
            return Named(refs[0]) if len(refs) == 1 else NOTHING
        return Named(Ref(ref.source, f"{ref.name}.{name}"))

    def subscript(self, node: cst.Subscript) -> Value:
        base = self.evaluate(node.value)
        keys = [one.slice.value for one in node.slice if isinstance(one.slice, cst.Index)]
        values = [self.evaluate(key) for key in keys]
        if isinstance(base, Some) and len(node.slice) == 1:
            key = values[0] if values else None
            return either(*[self.item(thing, key) for thing in base.things])
        if isinstance(base, Several) and len(values) == 1 and isinstance(values[0], Const):
            index = values[0].value
            if base.exact and isinstance(index, int) and -len(base.items) <= index < len(base.items):
                return base.items[index]
        if isinstance(base, Several) and base.items:
            return either(*base.items)
        if isinstance(base, (Several, Each)):
            return self.iterated(base)
        return base if isinstance(base, Named) else mixed(base)  # a generic class, or a part of a tensor

    def item(self, thing: Thing, key: Value | None) -> Value:
        if key is None:
            return Some((thing,))  # a slice of a list of models is such a list
        name = f"[{key.value!r}]" if isinstance(key, Const) else "[]"
        held = self.world.heap.get((thing, name))
        return held if held is not None else Some((self.part(thing, name),))

    def iterated(self, value: Value) -> Value:
        """What a loop over a value gives in a round."""
        if isinstance(value, Each):
            return value.item
        if isinstance(value, Several):
            told = either(*value.items) if value.items else NOTHING
            whole = all(isinstance(item, Some) for item in value.items)
            return Some(told.things, every=True) if isinstance(told, Some) and whole else told
        if isinstance(value, Some):
            return Some(tuple(self.part(thing, "[*]", whole=True) for thing in value.things))
        return mixed(value)

    def sequence(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        items: list[Value] = []
        exact = True
        for one in node.elements:
            value = self.evaluate(one.value)
            if type(one) is cst.StarredElement:
                exact = exact and isinstance(value, Several) and value.exact
                items += value.items if isinstance(value, Several) else [self.iterated(value)]
            else:
                items.append(value)
        return Several(tuple(items), exact)

    def dictionary(self, node: cst.Dict) -> Value:
        box = Thing(UNKNOWN)
        values: list[Value] = []
        for one in node.elements:
            value = self.evaluate(one.value)
            values.append(value)
            if isinstance(one, cst.DictElement):
                key = self.evaluate(one.key)
                if isinstance(key, Const) and not isinstance(value, Const):
                    self.world.hold(box, f"[{key.value!r}]", value)
        held = things_in(*values)
        self.hand_on(held)  # as a group of parameters for an optimizer
        return Some((box,)) if held else mixed(*values)

    def comprehension(self, node: cst.BaseComp) -> Value:
        outer = dict(self.frame.env)
        rounds = self.rounds
        self.rounds = (*rounds, (node, 1, len(self.chain)))
        self._clause(node.for_in)
        if isinstance(node, cst.DictComp):
            self.evaluate(node.key)
            value = self.evaluate(node.value)
        else:
            value = self.evaluate(node.elt)  # type: ignore[attr-defined]
        self.rounds = rounds
        self.frame.env = outer
        return Each(value)

    def _clause(self, clause: cst.CompFor) -> None:
        self.assign(clause.target, self.iterated(self.evaluate(clause.iter)))
        for condition in clause.ifs:
            self.evaluate(condition.test)
        if clause.inner_for_in is not None:
            self._clause(clause.inner_for_in)

    def function(self, node: cst.Lambda) -> Value:
        return Function(node, self.frame.env, self.frame.function)

    def binary(self, node: cst.BinaryOperation) -> Value:
        return mixed(self.evaluate(node.left), self.evaluate(node.right))

    def walrus(self, node: cst.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value)
        return value

    def awaited(self, node: cst.Await) -> Value:
        return self.evaluate(node.expression)

    def yielding(self, node: cst.Yield) -> Value:
        if isinstance(node.value, cst.From):
            given = self.iterated(self.evaluate(node.value.item))
        else:
            given = NOTHING if node.value is None else self.evaluate(node.value)
        if len(self.functions) <= 1 and not self.chain:
            self.release(given)
        if self.frame.body is not None:
            self.yielded(given)
            return NOTHING
        self.frame.returns.append(Each(given))
        return NOTHING

    def yielded(self, value: Value) -> None:
        """A context manager's function has come to its `yield`."""
        raise NotImplementedError

    def constant(self, node: cst.SimpleString | cst.Integer) -> Value:
        return Const(literal(node.value))

    def dotted_name(self, node: cst.BaseExpression) -> Ref | None:
        """The one definition that a written name means here, when nothing local hides it."""
        name = dotted(node)
        if name is None or name.partition(".")[0] in self.frame.env:
            return None
        value = self.resolve(name)
        return value.ref if isinstance(value, Named) else None


def _expressions(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The outermost expressions in a node."""
    found: list[cst.BaseExpression] = []
    for one in children(node):
        if isinstance(one, cst.BaseExpression):
            found.append(one)
        else:
            found += _expressions(one)
    return found


_CONSTANTS = {"True": Const(True), "False": Const(False), "None": Const(None)}
_METHODS: dict[type[cst.CSTNode], Callable[..., Value]] = {
    cst.Name: Expressions.name,
    cst.Attribute: Expressions.attribute,
    cst.Subscript: Expressions.subscript,
    cst.Call: lambda machine, node: machine.call(node),
    cst.List: Expressions.sequence,
    cst.Tuple: Expressions.sequence,
    cst.Set: Expressions.sequence,
    cst.Dict: Expressions.dictionary,
    cst.ListComp: Expressions.comprehension,
    cst.SetComp: Expressions.comprehension,
    cst.DictComp: Expressions.comprehension,
    cst.GeneratorExp: Expressions.comprehension,
    cst.IfExp: Expressions.conditional,
    cst.BooleanOperation: Expressions.boolean,
    cst.BinaryOperation: Expressions.binary,
    cst.UnaryOperation: Expressions.unary,
    cst.Comparison: Expressions.comparison,
    cst.Lambda: Expressions.function,
    cst.NamedExpr: Expressions.walrus,
    cst.Await: Expressions.awaited,
    cst.Yield: Expressions.yielding,
    cst.SimpleString: Expressions.constant,
    cst.Integer: Expressions.constant,
}
