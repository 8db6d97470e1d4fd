"""Following calls into the project's own functions, methods and classes, in this file and in others."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.definitions import (
    ClassBody,
    decorator_names,
    dotted,
    first_parameter,
    is_property,
    is_static,
    says_nothing,
)
from torchmodlint.analysis.flow import libraries
from torchmodlint.analysis.flow.binding import Binding
from torchmodlint.analysis.flow.calls import SWITCHES
from torchmodlint.analysis.flow.expressions import Found
from torchmodlint.analysis.flow.machine import DEPTH, Frame, Given
from torchmodlint.analysis.flow.things import (
    NEW,
    NOTHING,
    UNKNOWN,
    Const,
    Function,
    Load,
    Named,
    Some,
    Thing,
    Value,
    either,
    functions_in,
    mixed,
    things_in,
)
from torchmodlint.analysis.project import Answer, Ref, Source
from torchmodlint.analysis.tree import descendants

# A helper without any of these changes nothing, and makes up no inputs.
WORTH_READING = libraries.TELLING | {"rand", "randn", "randint"}


class Helpers(Binding):
    """Runs functions on the values of a call. One call level into other files, and only where something can happen."""

    # looking up

    def body(self, ref: Ref) -> ClassBody | None:
        if ref.source is None or not (self.deep or ref.source is self.main):
            return None
        definitions = self.trees.definitions(ref.source, True)
        return definitions.body(ref.name) if definitions is not None else None

    def method(self, ref: Ref, name: str, after: Ref | None = None) -> Found | None:
        """The method of that name that instances of a class have; with `after`, the one that super() means there."""
        found = self.defined(ref, name, after)
        return None if found is None or is_property(found[1]) else found

    def defined(self, ref: Ref, name: str, after: Ref | None = None) -> Found | None:
        order = (ref, *self.project.ancestors(ref)[0])
        if after in order:
            order = order[order.index(after) + 1 :]
        for one in order:
            body = self.body(one)
            if body is not None and name in body.methods:
                return one, body.methods[name]
            if body is not None and name in body.names:
                return None
        return None

    def assigns(self, ref: Ref, name: str) -> bool:
        bodies = (self.body(one) for one in (ref, *self.project.ancestors(ref)[0]))
        return any(body is not None and name in body.assigned for body in bodies)

    # calling

    def call_project(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        if ref.class_line() is not None:
            return self._construct(node, ref, given)
        assert ref.source is not None
        if not ref.is_function():
            owner, _, name = ref.name.rpartition(".")
            cls = Ref(ref.source, owner)
            if owner and cls.class_line() is not None:
                return self._class_method(node, cls, name, given)
            return self.out_of_sight(node, given, ref.name)
        if ref.source is not self.main:
            if not self.hints(ref.source):
                return self._neutral(given)
            if not self.deep:
                return self._lent(ref.source, given)
        definitions = self.trees.definitions(ref.source, True)
        function = definitions.function(ref.name) if definitions is not None else None
        if function is None or is_manager(function) or not self.may_run(function, ref.source):
            return self.out_of_sight(node, given, ref.name)
        if (
            ref.source is self.main
            and not self.words.get(id(function), set()) & WORTH_READING
            and not self._concerns(function, given)
        ):
            return self._neutral(given)
        return self._run(node, function, Frame(ref.source, {}, function), given, 0)

    def _lent(self, source: Source, given: Given) -> Value:
        """A helper in another file, which is not read this time: what it may do is noted by its file's words."""
        result = self._neutral(given)
        things = things_in(*given.all(), result)
        self.lend(things)
        for word in self.hints(source).intersection(libraries.WORDS):
            self.elsewhere.setdefault(word, set()).update(things)
            if self.rounds and word == libraries.SWITCHING:
                self.elsewhere.setdefault(libraries.IN_LOOP, set()).update(things)
        return result

    def _concerns(self, function: cst.FunctionDef, given: Given) -> bool:
        """Does it get, or see, a model, a function or a graph, so that it matters what becomes of them?"""
        values = given.all()
        if any(self.is_model(thing) or thing.holds for thing in things_in(*values)):
            return True
        names = self.words.get(id(function), set())
        outer = self.frame.outer if self.frame.function is not None else self.frame.env
        if any(
            self.is_model(one) for name, value in (outer or {}).items() if name in names for one in things_in(value)
        ):
            return True
        return bool(mixed(*values).uses) or any(True for _ in functions_in(*values))

    def _neutral(self, given: Given) -> Value:
        """A helper that is not read: it is taken to call the models it is given, and to leave them as they are."""
        result = mixed(*given.all())
        return result if result.uses else Some((Thing(UNKNOWN, holds=things_in(*given.all())),))

    def _class_method(self, node: cst.Call, cls: Ref, name: str, given: Given) -> Value:
        module = self.project.is_module(cls)
        if name == "load_from_checkpoint" and module is Answer.YES:
            thing = Thing(NEW, self.here(node), cls)
            self.world.load(thing, Load(self.here(node), self.steps))
            return Some((thing,))
        found = self.method(cls, name)
        if found is None:
            return Some((Thing(UNKNOWN, self.here(node), cls),))
        if is_static(found[1]):
            return self.run_method(node, found, None, given)
        first = given.values[0] if given.values else None
        if isinstance(first, Some) and name != "__init__":
            return self.run_method(node, found, first.things[0], Given(given.values[1:], given.keywords, given.spread))
        return NOTHING if name == "__init__" else self.out_of_sight(node, given, name)

    def _construct(self, node: cst.Call, ref: Ref, given: Given) -> Value:
        """A new instance. What a constructor of no module does with the models it is given is followed."""
        module = self.project.is_module(ref)
        held = things_in(*given.all())
        start = NEW if module is Answer.YES and not self._switches_itself(ref) else UNKNOWN
        thing = Thing(start, self.here(node), ref, holds=held if module is Answer.YES else ())
        if module is not Answer.YES:
            found = self.method(ref, "__init__")
            if found is not None and self.may_run(found[1], found[0].source):
                self.run_method(node, found, thing, given)
            elif held:
                thing.holds = held
        return Some((thing,))

    def _switches_itself(self, ref: Ref) -> bool:
        """May building an instance leave it in another mode than that of training?"""
        ancestors, complete = self.project.ancestors(ref)
        if not complete:
            return True
        for one in (ref, *ancestors):
            if one.source is None:
                continue
            if self.hints(one.source) & libraries.MODES:
                definitions = self.trees.definitions(one.source, True) if self.deep or one.source is self.main else None
                body = definitions.body(one.name) if definitions is not None else None
                if definitions is not None and (body is None or _switches(body)):
                    return True
        return False

    def run_method(self, node: cst.Call, found: Found, thing: Thing | None, given: Given) -> Value:
        owner, method = found
        assert owner.source is not None
        if says_nothing(method):  # a subclass says what it does; modes are seldom changed there
            return self._neutral(given)
        if not self.may_run(method, owner.source):
            values = [*given.all(), *([Some((thing,))] if thing is not None else [])]
            return self.out_of_sight(node, Given(values), method.name.value)
        frame = Frame(owner.source, {}, method, owner)
        skip = 0
        if any(name == "classmethod" for name in decorator_names(method)):
            first = first_parameter(method)
            skip = 1
            frame.env[first or ""] = Named(owner)
        elif thing is not None and not is_static(method):
            frame.me = first_parameter(method)
            skip = 1
            if frame.me is not None:
                frame.env[frame.me] = Some((thing,))
        return self._run(node, method, frame, given, skip)

    def run_function(self, function: Function, given: Given, call: cst.Call | None = None) -> Value:
        """An inner function or lambda, with the names it sees; `call` is None where code out of sight calls it."""
        node, outer = function.node, self.frame
        sees = {**function.env, **(outer.env if outer.function is function.home else {})}
        if isinstance(node, cst.Lambda):
            saved, outer.env = outer.env, sees
            self.bind(node.params, given, 0)
            value = self.evaluate(node.body)
            outer.env = saved
            return value
        if not self.may_run(node, outer.source):
            return self.out_of_sight(cst.Call(cst.Name("inner")), Given(given.all()))
        frame = Frame(outer.source, sees, node, outer.owner, outer.me, outer.outer)
        return self._run(call, node, frame, given, 0)

    def passed_on(self, thing: Thing, found: Found) -> Some | None:
        owner, getter = found
        if not _only_returns(getter) or not self.may_run(getter, owner.source):
            return None
        assert owner.source is not None
        me = first_parameter(getter)
        frame = Frame(owner.source, {me or "": Some((thing,))}, getter, owner, me)
        value = self._run(None, getter, frame, Given(), 1)
        return value if isinstance(value, Some) else None

    def may_run(self, function: cst.FunctionDef, source: Source | None) -> bool:
        foreign = source is not self.main and self.frame.source is not self.main
        limit = 2 if foreign else DEPTH
        return len(self.functions) <= limit and not any(function is one for one in self.functions)

    def _run(self, node: cst.Call | None, function: cst.FunctionDef, frame: Frame, given: Given, skip: int) -> Value:
        outer, site, chain, before = self.frame, self.site, self.chain, self.world.grads
        conditions = self.conditions
        if node is not None:
            self.site = self.here(node)
            self.chain = (*chain, node)
        if frame.outer is None and frame.source is outer.source:
            frame.outer = outer.outer if outer.function is not None else outer.env
        self.frame = frame
        self.functions = (*self.functions, function)
        self.bind(function.params, given, skip)
        self.decorate(function)
        self.run_suite(function.body)
        ends = [*frame.exits, *self.ends()]
        self.frame, self.site, self.chain, self.functions = outer, site, chain, self.functions[:-1]
        self.conditions = conditions
        if not ends:
            outer.live = False  # it always raises
            return NOTHING
        env = outer.env
        self.meet([(env, world) for _, world in ends])
        if function.decorators:
            self.world.grads = before
        returned = [*frame.returns, *([Const(None)] if frame.live and frame.returns else [])]
        return either(*returned) if returned else Const(None)


def _switches(body: ClassBody) -> bool:
    """Does a constructor put anything in a mode, or another method `self`?"""
    for name in body.methods:
        if name in SWITCHES or not body.mentions(name, SWITCHES):
            continue
        method = body.methods[name]
        me = first_parameter(method)
        for one in descendants(method.body):
            if type(one) is cst.Call and type(one.func) is cst.Attribute and one.func.attr.value in SWITCHES:
                if name == "__init__" or dotted(one.func.value) == me:
                    return True
    return False


def _only_returns(getter: cst.FunctionDef) -> bool:
    """Is it the getter of a property, with one statement, which returns something?"""
    last = getter.body.body[-1] if getter.body.body else None
    returns = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[0], cst.Return)
    alone = len(getter.body.body) == 1 or (len(getter.body.body) == 2 and getter.get_docstring() is not None)
    return returns and alone and "property" in (name.rpartition(".")[2] for name in decorator_names(getter))


def is_manager(function: cst.FunctionDef) -> bool:
    """Does `contextlib.contextmanager` make a context manager of it?"""
    return any("contextmanager" in name for name in decorator_names(function))
