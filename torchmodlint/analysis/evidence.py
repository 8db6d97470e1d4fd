"""Is a name used as only an nn.Module can be? For receivers of which nothing else tells what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from torchmodlint.analysis.definitions import dotted
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
    nodes = list(
        _class_nodes(scope) if isinstance(scope, cst.ClassDef) else _own_nodes(scope, receiver.partition(".")[0])
    )
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
