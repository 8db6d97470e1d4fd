"""What a `train` or `eval` that a class defines over nn.Module's takes, switches and returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto

import libcst as cst

from torchmodlint.analysis.annotations import alternatives
from torchmodlint.analysis.definitions import decorator_names, dotted, first_parameter, says_nothing
from torchmodlint.analysis.facts import ClassFacts
from torchmodlint.analysis.project import MODULE, Answer, Ref
from torchmodlint.analysis.tree import children, descendants, within
from torchmodlint.analysis.usage import reached

# Decorators that leave the arguments and the result of a method alone.
TRANSPARENT = frozenset({"no_grad", "inference_mode", "enable_grad", "override", "ignore", "unused", "export", "final"})
SWITCHES = frozenset({"train", "eval"})
# What leads to the modules that an instance holds, so that they may be switched one by one.
WALKS = frozenset({"children", "modules", "named_children", "named_modules", "apply", "_modules", "__dict__"})
# Builtin functions that look at an instance, and change nothing.
LOOKS = frozenset({"isinstance", "hasattr", "getattr", "type", "id", "print", "len", "repr", "str", "hash", "callable"})
BRANCHES = (cst.If, cst.IfExp, cst.BooleanOperation, cst.While, cst.Try, cst.TryStar, cst.Match)


class Reach(Enum):
    """How an override switches the mode of what the instance holds."""

    BASE = auto()  # through the method of a base
    WITHOUT_MODE = auto()  # through that of a base, but always into training mode
    BY_HAND = auto()  # in some other way, or in a way that is not in sight
    FLAG = auto()  # it sets `self.training` alone
    NOTHING = auto()


def override(cls: ClassFacts, name: str) -> cst.FunctionDef | None:
    """The method of that name that the class itself defines, if it is an ordinary one, and more than a placeholder."""
    method = cls.body.methods.get(name)
    if method is None or name in cls.body.names or says_nothing(method) or first_parameter(method) is None:
        return None
    if any(decorator.rpartition(".")[2] not in TRANSPARENT for decorator in decorator_names(method)):
        return None
    return method


def accepts(method: cst.FunctionDef, count: int) -> bool:
    """Can it be called with so many positional arguments beside `self`?"""
    positional = [*method.params.posonly_params, *method.params.params][1:]
    needed = sum(param.default is None for param in positional)
    if any(param.default is None for param in method.params.kwonly_params):
        return False
    return needed <= count and (count <= len(positional) or isinstance(method.params.star_arg, cst.Param))


def mode_parameter(method: cst.FunctionDef) -> cst.Param | None:
    """The parameter that receives the mode; None when it is one of `*args`."""
    positional = [*method.params.posonly_params, *method.params.params][1:]
    return positional[0] if positional else None


def means_something_else(cls: ClassFacts, param: cst.Param) -> bool:
    """Is a parameter, by its annotation or default, surely no boolean?"""
    if param.annotation is not None:
        names = [dotted(one) for one in alternatives(param.annotation.annotation)]
        found = [cls.facts.resolve(name) if name is not None else () for name in names]
        return bool(found) and all(
            len(refs) == 1 and (refs[0].source is not None or refs[0].name not in ("bool", "object", "typing.Any"))
            for refs in found
        )
    return isinstance(param.default, cst.Integer | cst.Float | cst.SimpleString | cst.List | cst.Tuple | cst.Dict)


def reach(cls: ClassFacts, name: str) -> Reach:
    """How the class's own override `name` switches what an instance holds."""
    own = cls.body.methods[name]
    calls = [_base_call(cls, node, above, own, name) for node, above in within(own.body)]
    passed = [one for one in calls if one is not None]
    if any(passed):
        return Reach.BASE
    if passed:
        return Reach.WITHOUT_MODE
    found = {Reach.NOTHING}
    for owner, method in reached(cls.methods, (name,)).values():
        found |= set(_other_ways(cls, owner, method, name))
    for one in (Reach.BASE, Reach.BY_HAND, Reach.FLAG):
        if one in found:
            return one
    return Reach.NOTHING


def _base_call(
    cls: ClassFacts, node: cst.CSTNode, above: Sequence[cst.CSTNode], method: cst.FunctionDef, name: str
) -> bool | None:
    """None if the node does not call a base's switch; False if it does, but leaves the mode out whatever it is."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    called, receiver = node.func.attr.value, node.func.value
    me = first_parameter(method) or ""
    if called not in SWITCHES:
        return None
    arguments = list(node.args)
    if isinstance(receiver, cst.Name) and receiver.value == me:
        return True if called != name else None
    if not (isinstance(receiver, cst.Call) and dotted(receiver.func) == "super"):
        if not arguments or dotted(arguments[0].value) != me:
            return None
        arguments = arguments[1:]
    if name == "eval" or called == "eval" or any(isinstance(one, BRANCHES) for one in above):
        return True
    return bool(arguments) and dotted(arguments[0].value) != "True"


def _other_ways(cls: ClassFacts, owner: Ref, method: cst.FunctionDef, name: str) -> Iterator[Reach]:
    """Every way in which a method that the override uses may switch something."""
    me = first_parameter(method)
    complete = cls.facts.project.ancestors(cls.ref)[1]
    for node, above in within(method.body):
        if _base_call(cls, node, above, method, name) is not None:
            yield Reach.BASE
        if isinstance(node, cst.Attribute):
            mine = isinstance(node.value, cst.Name) and node.value.value == me
            if node.attr.value == "training" and isinstance(above[-1], cst.AssignTarget | cst.AnnAssign):
                yield Reach.FLAG if mine else Reach.BY_HAND
            elif node.attr.value in SWITCHES | WALKS:
                yield Reach.BY_HAND
            elif mine and isinstance(above[-1], cst.Call) and above[-1].func is node and not complete:
                yield Reach.BY_HAND  # a method out of sight
        elif isinstance(node, cst.Name) and node.value == me and isinstance(above[-1], cst.Arg):
            call = above[-2]
            if not (isinstance(call, cst.Call) and dotted(call.func) in LOOKS | {"super"}):
                yield Reach.BY_HAND  # lent to a function that may do it
        elif isinstance(node, cst.Call) and dotted(node.func) == "super":
            if not isinstance(above[-1], cst.Attribute):
                yield Reach.BY_HAND


def inherited_meaning(cls: ClassFacts, name: str, arguments: int) -> bool:
    """Has a base given `name` another meaning already, or may one out of sight have done so?"""
    for ref in cls.ancestors:
        if ref.source is None:
            continue
        definitions = cls.facts.trees.definitions(ref.source, True)
        body = definitions.body(ref.name) if definitions is not None else None
        method = body.methods.get(name) if body is not None else None
        if method is not None and not accepts(method, arguments):
            return True
    return any(
        ref.source is None and ref != MODULE and cls.facts.project.is_module(ref) is Answer.UNKNOWN
        for ref in cls.ancestors
    )


def runs_later(method: cst.FunctionDef) -> bool:
    """Does a call only make a coroutine or generator, and run nothing?"""
    return method.asynchronous is not None or any(isinstance(one, cst.Yield) for one in own_nodes(method.body))


def forgets_self(method: cst.FunctionDef) -> tuple[bool, bool]:
    """Is there a way through the method that surely does not return the instance, and one that may do so?"""
    returns = [one for one in own_nodes(method.body) if isinstance(one, cst.Return)]
    others = [one for one in returns if not _is_nothing(one.value)]
    return len(others) < len(returns) or _goes_on(method.body), bool(others)


def own_nodes(body: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What lies in a function, functions and classes inside it left out."""
    stack = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            continue
        yield node
        stack.extend(reversed(list(children(node))))


def _is_nothing(value: cst.BaseExpression | None) -> bool:
    literals = (cst.BaseNumber, cst.SimpleString, cst.FormattedString, cst.Tuple, cst.List, cst.Dict, cst.Set)
    return value is None or isinstance(value, literals) or dotted(value) in ("None", "True", "False")


def _goes_on(body: cst.BaseSuite) -> bool:
    """Can the end of a block be reached? Where that is hard to tell, it is taken not to."""
    return all(_passes(statement) for statement in body.body)


def _passes(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return not any(isinstance(one, cst.Return | cst.Raise) for one in statement.body)
    if isinstance(statement, cst.Return | cst.Raise):
        return False
    if isinstance(statement, cst.If):
        if statement.orelse is None:
            return True
        other = statement.orelse
        return _goes_on(statement.body) or (_passes(other) if isinstance(other, cst.If) else _goes_on(other.body))
    if isinstance(statement, cst.With):
        return _goes_on(statement.body)
    if isinstance(statement, cst.For | cst.FunctionDef | cst.ClassDef):
        return True
    return not any(isinstance(one, cst.Return | cst.Raise) for one in descendants(statement))
