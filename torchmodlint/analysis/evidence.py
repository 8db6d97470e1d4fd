"""Is a name used as only an nn.Module can be? For receivers of which nothing else tells what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import dotted, first_parameter
from torchmodlint.analysis.outline import Outline
from torchmodlint.analysis.torch_names import MODULE_SELF_METHODS
from torchmodlint.analysis.tree import children, descendants

# No object but a module has one of these beside `forward`.
ALONE = frozenset(
    {"add_module", "buffers", "get_buffer", "get_parameter", "get_submodule", "named_buffers", "named_children"}
    | {"named_modules", "named_parameters", "register_buffer", "register_forward_hook", "register_forward_pre_hook"}
    | {"register_full_backward_hook", "register_module", "register_parameter", "requires_grad_"}
)
# A tokenizer moves, an agent trains, an iterator has a state; only of modules are two kinds of these usual.
KINDS = {
    **dict.fromkeys(("parameters", "state_dict", "load_state_dict", "zero_grad"), "state"),
    **dict.fromkeys(("eval", "train"), "mode"),
    **dict.fromkeys(("to", "cuda", "cpu", "half", "float", "double", "bfloat16"), "place"),
}

IsTorch = Callable[[str], bool]


def torch_alone(outline: Outline) -> bool:
    """Does a file import torch, and no other framework whose layers look like torch's?"""
    bound = (*outline.bindings.values(), *outline.inner_imports.values())
    libraries = {one.target.partition(".")[0] for many in bound for one in many if one.kind == "import"}
    return "torch" in libraries and not any(known.is_look_alike(library) for library in libraries)


def holder(
    receiver: cst.BaseExpression, stack: Sequence[cst.ClassDef | cst.FunctionDef], tree: cst.Module
) -> cst.CSTNode:
    """Where to look for other uses of a receiver inside the definitions `stack`: the class for an attribute of
    `self`, else the outermost function around it, or the file."""
    inner = max((at for at, one in enumerate(stack) if isinstance(one, cst.ClassDef)), default=-1)
    functions = stack[inner + 1 :]
    root = (dotted(receiver) or "").partition(".")
    method = functions[0] if functions else None
    if inner >= 0 and isinstance(method, cst.FunctionDef) and root[1] and first_parameter(method) == root[0]:
        return stack[inner]
    return method or tree


def used_as_module(scope: cst.CSTNode, call: cst.Call, is_torch: IsTorch, member: bool) -> bool:
    """Do the other lines of `scope` use the receiver of `call` as a module?

    `scope` is the function (or file) that binds the receiver's first name, or the class whose attribute it is.
    `is_torch` says whether a dotted name written there is one of torch's. Uses that an assignment of something else
    to the same name separates from the call say nothing. `member`: the receiver is an attribute of a module, so that
    moving it is enough.
    """
    assert isinstance(call.func, cst.Attribute)
    receiver = dotted(call.func.value)
    if receiver is None:
        return False
    nodes = list(_nodes(scope, receiver))
    here = next((at for at, node in enumerate(nodes) if node is call), None)
    if here is None:
        return False
    breaks = (
        [] if isinstance(scope, cst.ClassDef) else [at for at, node in enumerate(nodes) if _rebinds(node, receiver)]
    )
    kinds: set[str] = set()
    for at, node in enumerate(nodes):
        if not isinstance(node, cst.Call) or any(min(at, here) < one < max(at, here) for one in breaks):
            continue
        name = _method(node, receiver)
        if name in ALONE or _is_trained(node, receiver, is_torch):
            return True
        if name in KINDS:
            kinds.add(KINDS[name])
    return len(kinds) > 1 or (member and "place" in kinds)


def called_or_moved(scope: cst.CSTNode, receiver: cst.BaseExpression) -> bool:
    """Is something that is known to have `eval` or `train` called like a function, or used by one more method that
    modules have? `scope` is that of `used_as_module`; a chain such as `model.to(device)` tells by itself.
    """
    if isinstance(receiver, cst.Call) and isinstance(receiver.func, cst.Attribute):
        return receiver.func.attr.value in KINDS or called_or_moved(scope, receiver.func.value)
    name = dotted(receiver)
    calls = (one for one in _nodes(scope, name) if isinstance(one, cst.Call)) if name is not None else ()
    return any(dotted(one.func) == name or _method(one, name or "") in KINDS.keys() | ALONE for one in calls)


def _nodes(scope: cst.CSTNode, receiver: str) -> Iterator[cst.CSTNode]:
    """The nodes of `scope` in which the dotted name `receiver` means the same."""
    return _class_nodes(scope) if isinstance(scope, cst.ClassDef) else _own_nodes(scope, receiver.partition(".")[0])


def _method(node: cst.Call, receiver: str) -> str:
    """The method that a call, perhaps one of a chain, calls on the receiver."""
    func = node.func
    if not isinstance(func, cst.Attribute):
        return ""
    value = func.value
    while isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        if value.func.attr.value not in MODULE_SELF_METHODS:
            return ""
        value = value.func.value
    return func.attr.value if dotted(value) == receiver else ""


def _is_trained(node: cst.Call, receiver: str, is_torch: IsTorch) -> bool:
    """Do the receiver's parameters go to an optimizer, or to another function of torch?"""
    callee = dotted(node.func)
    if callee is None or not is_torch(callee):
        return False
    inner = (one for arg in node.args for one in descendants(arg.value) if isinstance(one, cst.Call))
    return any(dotted(one.func) == f"{receiver}.parameters" for one in inner)


def _class_nodes(scope: cst.ClassDef) -> Iterator[cst.CSTNode]:
    """Everything in a class, other classes in it left out: there `self` is another."""
    stack: list[cst.CSTNode] = [scope.body]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, cst.ClassDef):
            stack.extend(reversed(list(children(node))))


def _own_nodes(scope: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """What lies in a function or file, without the functions and classes in it that bind `name` themselves."""
    stack = [scope]
    while stack:
        node = stack.pop()
        yield node
        if node is not scope and isinstance(node, cst.FunctionDef | cst.Lambda):
            if isinstance(scope, cst.Module) or name in _parameters(node.params):
                continue
        if node is not scope and isinstance(node, cst.ClassDef):
            continue
        stack.extend(reversed(list(children(node))))


def _parameters(params: cst.Parameters) -> Sequence[str]:
    return [node.name.value for node in descendants(params) if isinstance(node, cst.Param)]


def _rebinds(node: cst.CSTNode, receiver: str) -> bool:
    """Does an assignment give the receiver, or the name it begins with, another value than a form of itself?"""
    if not isinstance(node, cst.Assign | cst.AnnAssign | cst.NamedExpr | cst.For | cst.AsName):
        return False
    targets: list[cst.BaseExpression] = []
    if isinstance(node, cst.Assign):
        targets += [one.target for one in node.targets]
    if isinstance(node, cst.AnnAssign | cst.NamedExpr | cst.For):
        targets.append(node.target)
    elif isinstance(node, cst.AsName):
        targets.append(node.name)
    names = {dotted(one) for target in targets for one in descendants(target) if isinstance(one, cst.BaseExpression)}
    if receiver not in names and receiver.partition(".")[0] not in names:
        return False
    value = node.value if isinstance(node, cst.Assign | cst.AnnAssign | cst.NamedExpr) else None
    return not (isinstance(value, cst.Call) and _keeps(value, receiver))


def _keeps(call: cst.Call, receiver: str) -> bool:
    """`model.to(device)`, `DistributedDataParallel(model, …)`."""
    if _method(call, receiver) in MODULE_SELF_METHODS:
        return True
    return any(dotted(arg.value) == receiver for arg in call.args)
