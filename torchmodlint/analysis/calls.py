"""What a call does and gives: methods of the instance, of containers, modules and tensors, and functions in sight."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known, torch_names
from torchmodlint.analysis.arguments import Given, leaves
from torchmodlint.analysis.definitions import is_property, is_static
from torchmodlint.analysis.library_calls import call_library
from torchmodlint.analysis.machine import YES, is_flag
from torchmodlint.analysis.project import MODULE, Answer, Ref
from torchmodlint.analysis.sketch import REGISTRARS
from torchmodlint.analysis.tables import names_in_table
from torchmodlint.analysis.value_methods import UNNAMED, WALKS, ValueMethods, walk
from torchmodlint.analysis.values import (
    UNKNOWN,
    Argument,
    Closure,
    Container,
    Each,
    Module,
    Nothing,
    Opaque,
    Parameter,
    Plain,
    Reference,
    SelfValue,
    Tensor,
    Value,
    either,
    empty,
    known_as,
    of_each,
    possible,
    register,
)


class Calls(ValueMethods):
    """Evaluates calls. Functions of the same file are followed; others give an unknown that keeps its arguments."""

    def arguments(self, node: cst.Call) -> Given:
        given = Given([], {})
        for arg in node.args:
            value = self.evaluate(arg.value)
            if arg.star == "*":
                given.spread = True
                given.values.append(Each(value))
            elif arg.star == "**":
                given.spread = True
                given.keywords.setdefault("**", Each(value))
            elif arg.keyword is not None:
                given.keywords[arg.keyword.value] = value
            else:
                given.values.append(value)
        return given

    def call(self, node: cst.Call) -> Value:
        func: cst.BaseExpression = node.func
        if type(func) is cst.Call:
            func = self.named_attribute(func) or func
        if type(func) is not cst.Attribute:
            callee = self.evaluate(func)
            if type(func) is cst.Subscript and type(func.value) is cst.Name and empty(callee):
                callee = self.table(func.value.value)
            given = self.arguments(node)
            return of_each(callee, lambda one: self.call_value(node, one, given))
        name = func.attr.value
        if name == "__init__":
            return self.initialise(node, func)
        if self.is_self(func.value) or (self.cls is not None and self.is_super(func.value)):
            return self.call_self(node, name, self.is_super(func.value))
        receiver = self.evaluate(func.value)
        given = self.arguments(node)
        return of_each(receiver, lambda one: self.call_method(node, func, one, name, given))

    def named_attribute(self, node: cst.Call) -> cst.Attribute | None:
        """`x.name` where it is written `getattr(x, "name")`; None for any other call."""
        if type(node.func) is not cst.Name or len(node.args) != 2 or any(arg.star for arg in node.args):
            return None
        callee = self.evaluate(node.func)
        if not isinstance(callee, Reference) or callee.ref != Ref(None, "getattr"):
            return None
        name = self.evaluate(node.args[1].value)
        if not isinstance(name, Plain) or not isinstance(name.literal, str) or not name.literal.isidentifier():
            return None
        return cst.Attribute(node.args[0].value, cst.Name(name.literal))

    def table(self, name: str) -> Value:
        """Any value of a table at module level. There may be more in it: other code can add to it."""
        key = (self.frame.source, f"{name}[]")
        if name in self.frame.env:
            return UNKNOWN
        if key not in self.references:
            found = [self.reference(one) for one in names_in_table(self.frame.source, name)]
            others = [one for one in found if self._is_foreign_class(one)]  # their instances are not told apart
            self.references[key] = either(UNKNOWN, *(one for one in found if one not in others[1:]))
        return self.references[key]

    def _is_foreign_class(self, value: Value) -> bool:
        """Is it a class that surely is no module?"""
        ref = value.ref if isinstance(value, Reference) else None
        return ref is not None and ref.class_line() is not None and self.project.is_module(ref) is Answer.NO

    # the instance's own methods

    def call_self(self, node: cst.Call, name: str, through_super: bool) -> Value:
        given = self.arguments(node)
        if name in REGISTRARS:
            key, held = REGISTRARS[name]
            self._register(node, name, given.get(0, key), given.get(1, held))
            return Nothing()
        if name == "__setattr__":
            return self._set_attribute(node, given.get(0, "name"), given.get(1, "value"))
        found = None if name in ("__call__", "forward") else self.find_method(name, through_super)
        if found is not None:
            owner, method = found
            if is_property(method):
                return UNKNOWN
            if is_static(method):
                return self.run_function(method, given, self.frame.source, owner)
            return self.run_method(method, owner, given)
        if name in torch_names.MODULE_SELF_METHODS:
            return SelfValue()
        if name in WALKS and name not in self.frame.attrs and not given.all():
            return walk(name, Module(None, registered=True, given=True))
        value = self.frame.attrs.get(name)
        if value is None:
            hidden = self._may_have(name)
            if hidden and name not in torch_names.MODULE_API:
                self.frame.init = YES  # a method out of sight may initialise
            library = any(ref.source is None and ref != MODULE for ref in self.order[0])
            if self.root != "forward" and (hidden or library or name in torch_names.MODULE_API):
                for one in given.all():  # or register what it is given
                    register(one)
            return self.keep(given.all())
        return of_each(value, lambda one: self.call_value(node, one, given))

    def find_method(self, name: str, through_super: bool = False) -> tuple[Ref, cst.FunctionDef] | None:
        family = self.family
        if through_super:
            owners = [ref for ref, _ in family]
            family = family[owners.index(self.frame.owner) + 1 :] if self.frame.owner in owners else family
        for ref, body in family:
            if body is not None and name in body.methods:
                return ref, body.methods[name]
            if body is not None and name in body.names:
                return None
        return None

    def _may_have(self, name: str) -> bool:
        """May a class in sight or out of it have a method of that name whose code is not known?"""
        complete = self.order[1]
        return self.unseen or not complete or any(body is not None and name in body.names for _, body in self.family)

    # functions and classes

    def call_value(self, node: cst.Call, callee: Value, given: Given) -> Value:
        if isinstance(callee, Reference):
            return self._call_reference(node, callee.ref, given)
        if isinstance(callee, Closure):
            return self.call_closure(callee, given)
        if isinstance(callee, Module):
            return UNKNOWN
        self.lend_self(given.all())
        return self.keep(given.all())

    def _call_reference(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        if ref.source is None:
            special = self._special(node, ref.name, given)
            if special is not None:
                return special
            if not ref.is_standard():
                self.lend_self(given.all())
            return call_library(ref.name, given, node, lambda box, how: self.emit("nested", node, value=box, how=how))
        if ref.class_line() is not None:
            return self._construct(node, ref, given)
        if any(isinstance(value, SelfValue) for value in given.all()):
            for value in given.all():  # a function that receives the instance may register the rest on it
                register(value)
        definitions = self.definitions(ref.source) if ref.is_function() else None
        function = definitions.function(ref.name) if definitions is not None else None
        if function is None:
            self.unseen = self.unseen or (ref.is_function() and definitions is None)
            self.lend_self(given.all())
            return self.keep(given.all())
        return self.run_function(function, given, ref.source, None)

    def _special(self, node: cst.Call, name: str, given: Given) -> Value | None:
        """Library functions that act on the instance, or on what is known of their argument; None for all others."""
        values = given.values
        if name == "setattr" and len(values) == 3:
            if isinstance(values[0], SelfValue):
                return self._set_attribute(node, values[1], values[2])
            register(values[2])
            if isinstance(values[1], Plain) and is_flag(values[1].literal):
                self.emit("set", node, value=values[0], name=values[1].literal, given=values[2])
            return Nothing()
        if name == "delattr" and len(values) == 2 and isinstance(values[0], SelfValue):
            gone = values[1].literal if isinstance(values[1], Plain) else None
            if isinstance(gone, str):
                self.emit("delete", node, name=gone)
                self.frame.attrs.pop(gone, None)
            return Nothing()
        if name == "getattr" and len(values) >= 2 and isinstance(values[0], SelfValue):
            literal = values[1].literal if isinstance(values[1], Plain) else None
            return self.self_attribute(literal if isinstance(literal, str) else UNNAMED)
        if name == "map" and len(values) > 1 and not given.spread:
            made = [
                self.call_value(node, one, Given([Each(value) for value in values[1:]])) for one in possible(values[0])
            ]
            return Container("generator", [either(*made)], node)
        if name == "typing.cast" and len(values) == 2 and not node.args[0].star:
            told = self.annotated(node.args[0].value) if isinstance(values[1], (Opaque, Argument)) else None
            return known_as(values[1], told) if told is not None else values[1]
        if name.startswith("torch.optim."):  # an optimizer of its own trains what is not registered
            for one in (leaf for value in given.all() for leaf in leaves(value)):
                if isinstance(one, (Tensor, Parameter)):
                    one.registered = True
        return None

    def _construct(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        answer = self.project.is_module(ref)
        if answer is not Answer.YES:
            self.lend_self(given.all())
            kept = self.keep(given.all())
            return Opaque(kept.holds, True) if answer is Answer.NO and isinstance(kept, Opaque) else kept
        parts = (one for value in given.all() for one in leaves(value))
        items: list[Value] = [one for one in parts if isinstance(one, (Module, Parameter, Opaque))]
        return Module(ref, node, items, self.container_of(ref))

    def container_of(self, ref: Ref) -> str:
        """The kind of container that a class is, by itself or by inheritance."""
        for base in (ref, *self.project.ancestors(ref)[0]):
            entry = known.lookup(base.name) if base.source is None else None
            if entry is not None and entry.container:
                return entry.container
        return ""
