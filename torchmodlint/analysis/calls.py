"""What a call does and gives: methods of the instance, of containers, modules and tensors, and functions in sight."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known, torch_names
from torchmodlint.analysis.definitions import is_property, is_static
from torchmodlint.analysis.initialisers import Initialisers
from torchmodlint.analysis.library_calls import Given, call_library, leaves
from torchmodlint.analysis.machine import MAYBE, NO, YES, Frame
from torchmodlint.analysis.project import Answer, Ref
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
    possible,
    register,
)

REGISTRARS = {
    "register_buffer": ("name", "tensor"),
    "register_parameter": ("name", "param"),
    "add_module": ("name", "module"),
    "register_module": ("name", "module"),
}
GROWING = frozenset({"append", "add", "insert", "extend", "update", "setdefault", "appendleft", "extendleft", "__setitem__"})
SPREADING = frozenset({"extend", "update", "extendleft"})
# Methods of a Parameter that give the same Parameter back when there is nothing to change.
PERHAPS_SAME = frozenset({"cpu", "float", "contiguous"})
MOVES = frozenset({"to", "cuda", "half", "float", "double", "bfloat16", "cpu", "type", "contiguous", "xpu"})
RESHAPES = frozenset({"unsqueeze", "expand", "repeat", "tile", "view", "reshape", "unflatten", "new_zeros", "new_ones"})


class Calls(Initialisers):
    """Evaluates calls. Functions of the same file are followed; others give an unknown that keeps its arguments."""

    def arguments(self, node: cst.Call) -> Given:
        given = Given()
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
                given.nodes[arg.keyword.value] = arg.value
            else:
                given.nodes[len(given.values)] = arg.value
                given.values.append(value)
        return given

    def call(self, node: cst.Call) -> Value:
        func = node.func
        if isinstance(func, cst.Attribute):
            name = func.attr.value
            if name == "__init__":
                return self.initialise(node, func)
            if self.is_self(func.value) or (self.cls is not None and self.is_super(func.value)):
                return self.call_self(node, name, self.is_super(func.value))
            receiver = self.evaluate(func.value)
            given = self.arguments(node)
            return either(*(self.call_method(node, func, one, name, given) for one in possible(receiver)))
        callee = self.evaluate(func)
        given = self.arguments(node)
        return either(*(self.call_value(node, one, given) for one in possible(callee)))

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
                return self.run_function(method, given, node, self.frame.source, owner)
            return self.run_method(method, owner, given, node)
        if name in torch_names.MODULE_SELF_METHODS:
            return SelfValue()
        value = self.frame.attrs.get(name)
        if value is None:
            if name not in torch_names.MODULE_API and (self.unseen or not self.order()[1]):
                self.frame.init = YES  # a method out of sight may initialise
            for one in given.all():  # or register what it is given
                register(one)
            return self.keep(given.all())
        return either(*(self.call_value(node, one, given) for one in possible(value)))

    def find_method(self, name: str, through_super: bool = False) -> tuple[Ref, cst.FunctionDef] | None:
        order, _ = self.order()
        if through_super and self.frame.owner in order:
            order = order[order.index(self.frame.owner) + 1 :]
        for ref in order:
            if ref.source is None:
                continue
            definitions = self.definitions(ref.source)
            body = definitions.body(ref.name) if definitions is not None else None
            if body is None:
                self.unseen = True
            elif name in body.methods:
                return ref, body.methods[name]
            elif name in body.names:
                return None
        return None

    def _register(self, node: cst.CSTNode, how: str, name: Value | None, value: Value | None) -> None:
        literal = name.literal if isinstance(name, Plain) and isinstance(name.literal, str) else None
        value = UNKNOWN if value is None else value
        self.emit("register", node, how=how, name=literal, value=value)
        register(value)
        if literal is not None:
            self.frame.attrs[literal] = value

    def _set_attribute(self, node: cst.CSTNode, name: Value | None, value: Value | None) -> Value:
        value = UNKNOWN if value is None else value
        single = list(possible(value))
        if any(isinstance(one, Container) for one in single):
            literal = name.literal if isinstance(name, Plain) and isinstance(name.literal, str) else None
            self.emit("bind", node, name=literal, value=value, how="setattr")
        else:
            self._register(node, "setattr", name, value)
        return Nothing()

    # methods of other values

    def call_method(self, node: cst.Call, func: cst.Attribute, receiver: Value, name: str, given: Given) -> Value:
        if name == "forward":
            self.emit("forward", node, value=receiver)
        if isinstance(receiver, Container):
            return self._container_method(node, func, receiver, name, given)
        if isinstance(receiver, Module):
            return self._module_method(node, func, receiver, name, given)
        if isinstance(receiver, Parameter):
            return self._parameter_method(receiver, name, given)
        if isinstance(receiver, Tensor):
            return self._tensor_method(receiver, name, given)
        if isinstance(receiver, Reference):
            return self.call_value(node, self._attribute_of(receiver, name), given, receiver)
        if isinstance(receiver, SelfValue):
            return self.call_self(node, name, False)
        if name in GROWING or name in REGISTRARS:
            for value in given.all():
                register(value)
        if isinstance(receiver, Opaque) and receiver.holds:
            return self.keep([receiver, *given.all()])
        return self.keep(given.all())

    def _container_method(
        self, node: cst.Call, func: cst.Attribute, box: Container, name: str, given: Given
    ) -> Value:
        if name in GROWING:
            grown: list[Value] = [Each(value) if name in SPREADING else value for value in given.all()]
            box.items += [one for one in grown if not isinstance(one, Plain)]
            box.values = None
            owner = self.self_root(func.value)
            if owner is not None:
                self.emit("grow", node, name=owner, value=either(*grown) if grown else UNKNOWN, how=name)
            return Each(box) if name == "setdefault" else Nothing()
        if name == "items":
            pair: list[Value] = [Plain(), Each(box)]
            return Container("list", [Container("tuple", list(pair), values=pair)])
        if name in ("values", "copy", "keys"):
            return Container(box.kind, [] if name == "keys" else [Each(box)])
        if name in ("pop", "get", "popitem", "__getitem__"):
            return Each(box)
        return UNKNOWN

    def _module_method(self, node: cst.Call, func: cst.Attribute, one: Module, name: str, given: Given) -> Value:
        if name in torch_names.MODULE_SELF_METHODS:
            return one
        if name in GROWING or name in REGISTRARS or name == "__setattr__":
            values: list[Value] = [Each(value) if name in SPREADING else value for value in given.all()]
            for value in values:
                if one.container in ("list", "dict", "parameters-list", "parameters-dict") and name in GROWING:
                    self._nested_items(node, value, one.container, name)
                one.items += [leaf for leaf in leaves(value) if isinstance(leaf, Module | Parameter | Opaque | Tensor)]
                if one.registered or not one.container:
                    register(value)
            owner = self.self_root(func.value)
            if owner is not None:
                self.emit("grow", node, name=owner, value=either(*values) if values else UNKNOWN, how=name)
            return Nothing() if name in REGISTRARS else one
        if one.container and name in ("items", "values", "children", "named_children", "__iter__"):
            if name in ("items", "named_children"):
                pair: list[Value] = [Plain(), Each(one)]
                return Container("list", [Container("tuple", list(pair), values=pair)])
            return Container("list", [Each(one)])
        if name in ("children", "modules", "named_children", "named_modules"):
            return Opaque((one,))
        return self.keep(given.all())

    def _nested_items(self, node: cst.Call, value: Value, container: str, name: str) -> None:
        options = list(possible(value))
        if options and all(isinstance(box, Container) for box in options) and name in ("append", "insert", "setdefault"):
            self.emit("nested", node, value=options[0], how=container)

    @staticmethod
    def _parameter_method(one: Parameter, name: str, given: Given) -> Value:
        if name in torch_names.SELF_METHODS or name == "requires_grad_":
            return one
        if name in PERHAPS_SAME or (name == "to" and _stays(given)):
            return Opaque((one,))
        if name in torch_names.TENSOR_METHODS or name == "type":
            return Tensor(lost=f".{name}()", origin=one)
        return Plain() if name in torch_names.NON_TENSOR_METHODS else UNKNOWN

    @staticmethod
    def _tensor_method(one: Tensor, name: str, given: Given) -> Value:
        if name == "requires_grad_":
            flag = given.get(0, "requires_grad")
            if flag is not None and not (isinstance(flag, Plain) and isinstance(flag.literal, bool)):
                return UNKNOWN
            grad = flag is None or (isinstance(flag, Plain) and flag.literal is True)
            return Tensor(grad=grad, scalar=one.scalar, fresh=one.fresh, empty=one.empty)
        if name in torch_names.SELF_METHODS:
            return one
        if name in torch_names.TUPLE_METHODS:
            return Container("tuple", [Tensor(fresh=one.fresh)])
        if name in MOVES:
            return Tensor(one.grad, one.scalar, one.lost, one.origin, one.fresh, one.empty, given=one.given)
        if name in torch_names.TENSOR_METHODS:
            fresh = one.fresh and all(not isinstance(value, Tensor) or value.fresh for value in given.all())
            scalar = False if name in RESHAPES else one.scalar
            return Tensor(scalar=scalar, lost=one.lost, origin=one.origin, fresh=fresh, given=one.given)
        return Plain() if name in torch_names.NON_TENSOR_METHODS else UNKNOWN

    def self_root(self, node: cst.BaseExpression) -> str | None:
        """`x` of `self.x`, `self.x[0]`, `self.x[a][b]`."""
        while isinstance(node, cst.Subscript):
            node = node.value
        if isinstance(node, cst.Attribute) and self.is_self(node.value):
            return node.attr.value
        return None

    # functions and classes

    def call_value(self, node: cst.Call, callee: Value, given: Given, holder: Value | None = None) -> Value:
        if isinstance(callee, Reference):
            return self._call_reference(node, callee.ref, given)
        if isinstance(callee, Closure):
            return self._call_closure(node, callee, given)
        if isinstance(callee, Module):
            return UNKNOWN
        self.lend_self(given.all())
        return self.keep(given.all())

    def _call_reference(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        if ref.source is None:
            if ref.name == "setattr" and len(given.values) == 3 and isinstance(given.values[0], SelfValue):
                return self._set_attribute(node, given.values[1], given.values[2])
            if ref.name in ("setattr", "torch.nn.Module.__setattr__") and len(given.values) == 3:
                register(given.values[2])
                return Nothing()
            if ref.name == "getattr" and len(given.values) >= 2 and isinstance(given.values[0], SelfValue):
                name = given.values[1]
                if isinstance(name, Plain) and isinstance(name.literal, str):
                    return self.self_attribute(name.literal)
                return UNKNOWN
            if ref.name == "typing.cast" and len(given.values) == 2 and 0 in given.nodes:
                told = self.annotated(given.nodes[0])
                return told if told is not None and isinstance(given.values[1], Opaque | Argument) else given.values[1]
            if ref.name.startswith("torch.optim."):
                for value in given.all():
                    for one in leaves(value):
                        if isinstance(one, Tensor):
                            one.registered = True
            if not ref.is_standard():
                self.lend_self(given.all())
            return call_library(ref.name, given, node, lambda box, how: self.emit("nested", node, value=box, how=how))
        if ref.class_line() is not None:
            answer = self.project.is_module(ref)
            if answer is Answer.YES:
                items = [one for value in given.all() for one in leaves(value) if isinstance(one, Module | Parameter | Opaque)]
                return Module(ref, node, items, self.container_of(ref))
            self.lend_self(given.all())
            return self.keep(given.all())
        if any(isinstance(value, SelfValue) for value in given.all()):
            for value in given.all():  # a function that receives the instance may register the rest on it
                register(value)
        definitions = self.definitions(ref.source) if ref.is_function() else None
        function = definitions.functions.get(ref.name) if definitions is not None else None
        if function is None:
            self.unseen = self.unseen or (ref.is_function() and definitions is None)
            self.lend_self(given.all())
            return self.keep(given.all())
        return self.run_function(function, given, node, ref.source, None)

    def container_of(self, ref: Ref) -> str:
        """The kind of container that a project class is by inheritance."""
        for base in self.project.ancestors(ref)[0]:
            entry = known.lookup(base.name) if base.source is None else None
            if entry is not None and entry.container:
                return entry.container
        return ""

    def _call_closure(self, node: cst.CSTNode, closure: Closure, given: Given) -> Value:
        if not self.may_call(closure.node):
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(outer.source, dict(closure.env), outer.attrs, outer.owner, outer.method, outer.me)
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, closure.node):
            self._bind_parameters(closure.node.params, given, skip=0)
            if isinstance(closure.node, cst.Lambda):
                return self.evaluate(closure.node.body)
            self.run_suite(closure.node.body)
        outer.init = frame.init
        return either(*frame.returns) if frame.returns else Nothing()

    def run_function(
        self, function: cst.FunctionDef, given: Given, node: cst.CSTNode, source: object, owner: Ref | None
    ) -> Value:
        """A function without an instance: what it returns for these arguments."""
        if not self.may_call(function) or function.asynchronous is not None:
            return self.keep(given.all())
        outer = self.frame
        frame = Frame(source, {}, outer.attrs, outer.owner, outer.method, None)  # type: ignore[arg-type]
        frame.init, frame.path, frame.statement = outer.init, outer.path, outer.statement
        with self.calling(frame, function):
            self._bind_parameters(function.params, given, skip=1 if owner is not None and _is_classmethod(function) else 0)
            self.run_suite(function.body)
        return either(*frame.returns) if frame.returns else Nothing()

    def run_method(self, method: cst.FunctionDef, owner: Ref, given: Given, node: cst.CSTNode) -> Value:
        """A method of the instance, on the same attributes; how far it initialised is known to the caller after it."""
        if not self.may_call(method) or owner.source is None:
            return self.keep(given.all())
        outer = self.frame
        params = [*method.params.posonly_params, *method.params.params]
        me = params[0].name.value if params else None
        frame = Frame(owner.source, {}, outer.attrs, owner, method, me)
        frame.init, frame.path, frame.statement = outer.init, outer.path, None
        with self.calling(frame, method):
            self._bind_parameters(method.params, given, skip=1)
            self.run_suite(method.body)
        ends = [*frame.exits, *([frame.init] if frame.live else [])]
        if ends:
            outer.init = ends[0] if len(set(ends)) == 1 else MAYBE
        outer.init = outer.init if outer.init in (NO, YES) else MAYBE
        return either(*frame.returns) if frame.returns else Nothing()

    def _bind_parameters(self, params: cst.Parameters, given: Given, skip: int) -> None:
        env = self.frame.env
        ordered = [*params.posonly_params, *params.params][skip:]
        for at, param in enumerate(ordered):
            value = given.get(at, param.name.value)
            env[param.name.value] = value if value is not None and not _spread_before(given, at) else self.parameter(param, given)
        for param in params.kwonly_params:
            value = given.keywords.get(param.name.value)
            env[param.name.value] = value if value is not None else self.parameter(param, given)
        if isinstance(params.star_arg, cst.Param):
            env[params.star_arg.name.value] = Container("tuple", list(given.values[len(ordered) :]) or [UNKNOWN])
        if params.star_kwarg is not None:
            env[params.star_kwarg.name.value] = Opaque(tuple(v for v in given.all() if isinstance(v, Module | Container)))

    def parameter(self, param: cst.Param, given: Given | None) -> Value:
        """What a parameter holds when no argument is seen for it: its annotation, or its default when it is certain."""
        if param.annotation is not None:
            value = self.annotated(param.annotation.annotation)
            if value is not None:
                return value
        return Argument(param.name.value)

    def annotated(self, annotation: cst.BaseExpression) -> Value | None:
        raise NotImplementedError


def _stays(given: Given) -> bool:
    """Do the arguments of `.to` name what a new Parameter has anyway: the CPU, or 32 bit floats?"""
    first = given.values[0] if given.values else None
    if isinstance(first, Plain):
        return first.literal == "cpu"
    return isinstance(first, Reference) and first.ref.name in ("torch.float", "torch.float32")


def _spread_before(given: Given, at: int) -> bool:
    """Does an argument `*x` stand before position `at`, so that positions are not known?"""
    return given.spread and any(isinstance(value, Each) for value in given.values[: at + 1])


def _is_classmethod(function: cst.FunctionDef) -> bool:
    return any(
        isinstance(decorator.decorator, cst.Name) and decorator.decorator.value == "classmethod"
        for decorator in function.decorators
    )
