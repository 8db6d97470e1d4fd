"""TML310: an assignment to a name that is meant to be `requires_grad`."""

from __future__ import annotations

from collections import defaultdict

import libcst as cst

from torchmodlint.analysis.evidence import torch_alone
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.flag_settings import targets
from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.receivers import members
from torchmodlint.analysis.spelling import METHOD, misspells_requires_grad
from torchmodlint.analysis.stores import Store, stores
from torchmodlint.analysis.values import Argument, Module, Nothing, Opaque, Parameter, Tensor, Value
from torchmodlint.analysis.words import words
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

SHORT = 30  # characters of a string that may be the name of an attribute
# Things that keep options for others to read, and are tensors never.
OPTIONS = frozenset({"args", "cfg", "conf", "config", "ctx", "flags", "hparams", "opt", "options", "opts", "settings"})
USUAL = ("require_grad", "require_grads", "requires_grads", "required_grad", "requires_gard", METHOD)


class RequiresGradTypo(Rule):
    """Python lets an assignment make any new attribute, so `p.require_grad = False` freezes nothing.

    The parameter goes on requiring gradients and the optimizer goes on changing it; a tensor that should have got
    gradients gets none. Nothing says so. An assignment to `requires_grad_` hides the method of that name.
    """

    code = "TML310"
    name = "requires-grad-typo"
    severity = Severity.ERROR
    message = (
        "`{written}` is a new attribute that nothing reads, so what requires gradients stays as it was: "
        "write `{instead}`"
    )
    hidden = (
        "`{written}` is a method, and a value in its place leaves what requires gradients as it was: write `{instead}`"
    )
    triggers = (
        *(f".{name}{equal}" for name in USUAL for equal in (" =", "=", ":")),
        *(("setattr(", name) for name in USUAL),
    )

    def visit_Module(self, node: cst.Module) -> None:
        self._scopes: dict[int, tuple[Scope, str | None]] = {}
        self._mentions: defaultdict[str, list[cst.Attribute | cst.SimpleString]] = defaultdict(list)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value != METHOD:  # which is there to be called
            self._note(node.attr.value, node)

    def visit_Assign(self, node: cst.Assign) -> None:
        for one in node.targets:
            for target in targets(one.target, METHOD):
                self._note(METHOD, target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        for target in targets(node.target, METHOD):
            self._note(METHOD, target)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if len(node.value) < SHORT:
            self._note(node.raw_value, node)

    def _note(self, name: str, node: cst.Attribute | cst.SimpleString) -> None:
        if name == METHOD or misspells_requires_grad(name):
            stack = self.facts.context.stack
            self._scopes[id(node)] = (self.facts.scope(), stack[-1].name.value if stack else None)
            self._mentions[name].append(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self._mentions or not torch_alone(self.facts.source.outline):
            return
        self._lineage = Lineage(self.facts)
        for name, mentions in self._mentions.items():
            found = [(node, stores(self._lineage, node)) for node in mentions]
            if name != METHOD and (not all(store for _, store in found) or self._is_a_word(name)):
                continue
            for node, store in found:
                scope, function = self._scopes[id(node)]
                if store is not None and self._on_tensor(store, scope, name):
                    self._tell(store, scope, function, name)

    def _is_a_word(self, name: str) -> bool:
        """Does this file, or one of the project that it imports, know the name for its own?"""
        if any(one.rpartition(".")[2] == name for one in self.facts.definitions.functions):
            return True
        if any(isinstance(self._definition(one), cst.ClassDef) for one in self._lineage.names[name]):
            return True
        source = self.facts.source
        outline = source.outline
        bound = (*outline.bindings.values(), *outline.inner_imports.values())
        targets = {one.target for many in bound for one in many if one.kind == "import"} | set(outline.stars)
        imported = (ref for one in sorted(targets) for ref in self.facts.project.resolver.imported(source, one))
        return any(ref.source is not None and name in ref.source.text for ref in imported)

    def _definition(self, node: cst.CSTNode) -> cst.CSTNode | None:
        above = self._lineage.above(node)
        return next((one for one in above if isinstance(one, cst.FunctionDef | cst.ClassDef | cst.Lambda)), None)

    def _on_tensor(self, store: Store, scope: Scope, name: str) -> bool:
        """Can it be a tensor, parameter or module to which a flag is given?"""
        literal = store.value.value if isinstance(store.value, cst.Name) else ""
        if name == METHOD and literal not in ("True", "False"):
            return False  # another method, perhaps
        if isinstance(store.value, cst.BaseString | cst.BaseNumber | cst.BaseList | cst.BaseDict | cst.Tuple):
            return False
        receiver = store.receiver
        if self._lineage.is_me(receiver):
            module = isinstance(scope, ClassFacts) and self.facts.project.is_module(scope.ref) is Answer.YES
            return module and literal == "False"
        last = receiver.attr if isinstance(receiver, cst.Attribute) else receiver
        if isinstance(last, cst.Name) and words(last.value) & OPTIONS:
            return False
        values = self._values(store, scope)
        if name.startswith("_") and not (values and all(self._in_sight(one) for one in values)):
            return False  # a private name is the business of the class of the object, which is not in sight
        return all(self._may_be_tensor(one, name) for one in values)

    def _values(self, store: Store, scope: Scope) -> list[Value]:
        """All that is known of what the receiver may be, None aside; empty for nothing."""
        events = self.facts.scope_events(scope, True)
        values = [event.value for event in events if event.kind == "set" and event.node is store.node]
        found = [one for value in values for one in members(self.facts.trees, value)]
        return [one for one in found if not isinstance(one, Nothing)]

    def _in_sight(self, value: Value) -> bool:
        """Is it a tensor, or an instance of a class of torch, or of one whose source is there?"""
        if isinstance(value, Module) and value.cls is not None:
            return value.cls.source is not None or value.cls.name.startswith("torch.")
        return isinstance(value, Parameter | Tensor)

    def _may_be_tensor(self, value: Value, name: str) -> bool:
        if isinstance(value, Module) and value.cls is not None:
            family = (value.cls, *self.facts.project.ancestors(value.cls)[0])
            return not any(ref.source is not None and self._reads(ref.source.text, name) for ref in family)
        if isinstance(value, Opaque | Argument):
            return not value.foreign
        return isinstance(value, Module | Parameter | Tensor)

    def _reads(self, text: str, name: str) -> bool:
        return text is not self.facts.source.text and name in text

    def _tell(self, store: Store, scope: Scope, function: str | None, name: str) -> None:
        receiver = self.facts.shown(store.receiver, "x")
        modules = [isinstance(one, Module) for one in self._values(store, scope)]
        value = self.facts.shown(store.value, "...") if store.value is not None else "False"
        if name == METHOD or (modules and all(modules)) or self._lineage.is_me(store.receiver):
            instead = f"{receiver}.requires_grad_({value})"
        else:
            instead = f"{receiver}.requires_grad = {value}"
        owner = scope.dotted if isinstance(scope, ClassFacts) else None
        wording = self.hidden if name == METHOD else None
        subject = Subject(owner, attribute=name, function=function)
        self.report(store.node, subject, wording, written=f"{receiver}.{name}", instead=instead)

    examples = (
        Bad(
            """
            from torch import nn

            model = nn.Linear(4, 2)
            for parameter in model.parameters():
                parameter.require_grad = False  # TML310
            """
        ),
        Good(
            """
            from torch import nn

            model = nn.Linear(4, 2)
            for parameter in model.parameters():
                parameter.requires_grad = False
            """
        ),
    )
