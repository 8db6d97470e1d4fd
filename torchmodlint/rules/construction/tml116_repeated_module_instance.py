"""TML116: one module instance at several positions of a container."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis import known
from torchmodlint.analysis.definitions import dotted
from torchmodlint.analysis.expressions import targets
from torchmodlint.analysis.facts import ClassFacts, Scope
from torchmodlint.analysis.instances import builds
from torchmodlint.analysis.machine import Event
from torchmodlint.analysis.project import Answer, Ref
from torchmodlint.analysis.repeats import COPYING, repeats_modules
from torchmodlint.analysis.sketch import sketch
from torchmodlint.analysis.state import weighty
from torchmodlint.analysis.tree import within
from torchmodlint.analysis.values import Module, Value, possible
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Rule

_FOUND = (cst.Name, cst.Attribute, cst.Subscript)  # objects that were there before


class RepeatedModuleInstance(Rule):
    """`[nn.Linear(8, 8)] * 4` is one layer four times, not four layers.

    All positions share their weights and running statistics: the network has a quarter of the parameters that it
    seems to have, and still trains. `[copy.deepcopy(layer)] * 4` is one copy, too. Where the sharing is meant, give
    the layer a name of its own on `self` and repeat that, or silence the line.
    """

    code = "TML116"
    name = "repeated-module-instance"
    severity = Severity.ERROR
    message = (
        "the same module stands at every position, so all of them share one set of weights: "
        "build each in a comprehension, `[... for _ in range(n)]`"
    )
    triggers = (")] *", ")]*")  # elsewhere than in module classes, only the literal form is looked for
    looks = (repeats_modules,)

    def visit_Module(self, node: cst.Module) -> None:
        self._places: list[tuple[cst.CSTNode, Scope, bool, tuple[cst.CSTNode, ...]]] = []
        self._building: dict[int, bool] = {}  # what `_builds` has answered, by the identity of the scope

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if type(node.operator) is not cst.Multiply:
            return
        sides = (node.left, node.right)
        boxes = [side for side in sides if isinstance(side, cst.List | cst.Tuple) and not _is_constant(side)]
        if boxes or any(isinstance(side, cst.Call | cst.Name) for side in sides):  # it could be an nn.Sequential
            made = any(not isinstance(element.value, _FOUND) for box in boxes for element in box.elements)
            self._places.append((node, self.facts.scope(), made, tuple(self.facts.context.stack)))

    def visit_ListComp(self, node: cst.ListComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> None:
        self._comprehension(node)

    def _comprehension(self, node: cst.ListComp | cst.GeneratorExp) -> None:
        if isinstance(node.elt, cst.Name) and node.elt.value not in targets(node.for_in):
            self._places.append((node, self.facts.scope(), False, tuple(self.facts.context.stack)))

    def leave_Module(self, original_node: cst.Module) -> None:
        for node, scope, made, stack in self._places:
            events = self._events(scope, made, stack)
            for event in events:
                if event.kind == "repeat" and event.node is node and self._is_shared(event):
                    owner = scope.dotted if isinstance(scope, ClassFacts) else None
                    self.report(node, Subject(owner))
                    break

    def _events(self, scope: Scope, made: bool, stack: tuple[cst.CSTNode, ...]) -> list[Event]:
        """What happens in the scope. Products are frequent, and what builds nothing repeats nothing new.

        `made`: the object that is repeated may be made where it is repeated, whatever else the scope builds.
        """
        if not made and id(scope) not in self._building:
            self._building[id(scope)] = self._builds(scope)
        if not made and not self._building[id(scope)]:
            return []
        if isinstance(scope, ClassFacts) and (not made or any(id(one) in scope.built.ran for one in stack)):
            return scope.built.events
        return self.facts.scope_events(scope)

    def _builds(self, scope: Scope) -> bool:
        """May a function, or a method of a class that is no module, make one? Of modules it is taken for granted."""
        if isinstance(scope, ClassFacts) and self.facts.project.is_module(scope.ref) is not Answer.YES:
            sketches = [scope.body.sketch(name) for name in scope.body.methods]
        elif isinstance(scope, cst.FunctionDef):
            sketches = [sketch(scope.body, None)]
        else:
            return True
        return any(builds(self.facts.project, self.facts.source, one) for one in sketches)

    def _is_shared(self, event: Event) -> bool:
        """Once or not at all is no repetition, and a module without weights may stand anywhere."""
        if event.chosen or event.how in ("0", "1", "flag"):
            return False
        copies = [one for one in possible(event.value) if _is_copy(one)]
        if copies and not self._fills_layers(event):
            return False
        if any(isinstance(one, Module) and one.given for one in copies):
            return True  # of a layer that is not known: without weights, nobody would copy it
        return weighty(self.facts.trees, event.value) is Answer.YES

    def _fills_layers(self, event: Event) -> bool:
        """Does what is repeated go straight into an nn.ModuleList or nn.Sequential, as the layers of a network do?

        One copy made on purpose, several times over, may else fill places that are replaced one by one later.
        """
        body = event.method.body if event.method is not None else self.facts.tree
        above = next((above for node, above in within(body) if node is event.node), ())
        call = next((one for one in reversed(above) if not isinstance(one, cst.Arg)), None)
        name = dotted(call.func) if isinstance(call, cst.Call) else None
        refs = self.facts.resolve(name) if name is not None else ()
        return bool(refs) and all(_is_layers(ref) for ref in refs)

    examples = (
        Bad(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width, depth):
                    super().__init__()
                    self.layers = nn.Sequential(*[nn.Linear(width, width)] * depth)  # TML116

                def forward(self, x):
                    return self.layers(x)
            """
        ),
        Good(
            """
            from torch import nn

            class Net(nn.Module):
                def __init__(self, width, depth):
                    super().__init__()
                    self.layers = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])

                def forward(self, x):
                    return self.layers(x)
            """
        ),
    )


def _is_layers(ref: Ref) -> bool:
    entry = known.lookup(ref.name) if ref.source is None else None
    return entry is not None and entry.module and bool(entry.container)


def _is_copy(value: Value) -> bool:
    """Does it come from copy.deepcopy?"""
    node = value.node if isinstance(value, Module) else None
    name = dotted(node.func) if isinstance(node, cst.Call) else None
    return name is not None and name.rpartition(".")[2] in COPYING


def _is_constant(box: cst.List | cst.Tuple) -> bool:
    """Does it hold nothing but numbers, strings and None?"""
    constants = (cst.BaseNumber, cst.BaseString)
    values = [element.value for element in box.elements]
    return all(isinstance(one, constants) or (isinstance(one, cst.Name) and one.value == "None") for one in values)
