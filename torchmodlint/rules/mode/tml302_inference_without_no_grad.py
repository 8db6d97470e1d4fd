"""TML302: a model in eval mode predicts while gradients are recorded that nobody asks for."""

from __future__ import annotations

import libcst as cst

from torchmodlint.analysis.flow.callers import called_without_gradients, models_ask_for_gradients
from torchmodlint.analysis.flow.entries import Flow
from torchmodlint.analysis.flow.questions import (
    by_function,
    called,
    differentiates,
    first,
    function_of,
    kinds,
    loops_of,
)
from torchmodlint.analysis.flow.things import CALLER, EVAL, ON, Thing, Use
from torchmodlint.analysis.tree import descendants
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class InferenceWithoutNoGrad(Rule):
    """`eval()` changes what layers do; it does not stop autograd.

    Every call still keeps all intermediate results for a backward pass that never comes: several times the memory, and
    time. Where losses or outputs are collected over a loop, the graphs of all batches stay alive together.
    """

    code = "TML302"
    name = "inference-without-no-grad"
    severity = Severity.WARNING
    message = (
        "{model}, in eval mode since line {eval}, is called on line {line} with gradients recorded, no backward() "
        "follows: every call keeps a graph that nobody uses, which costs memory and time; call it under "
        "`with torch.no_grad():`"
    )
    triggers = (".eval()", ".train(False", ".train(mode=False")

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        for use in self.facts.in_flow(self._find):
            setting = first(use.settings)
            function = function_of(use)
            if setting is None or setting.site is None:
                continue
            self.report(
                use.site,
                Subject(function=function.name.value if function is not None else None),
                None,
                [Proof(setting.site, "put in eval mode here", "eval")],
                model=called(self.facts, use),
            )

    def _find(self, flow: Flow) -> list[Use]:
        helped = {use.node for use in flow.uses() if use.chain}
        excused = {use.node for use in flow.uses() if _excused(use) or (use.rounds and _goes_out(use, helped))}
        wrong = (use for use in flow.uses() if use.node not in excused and _wrong(use))
        return [group[0] for group in by_function(wrong) if not self._wanted(group)]

    def _wanted(self, group: list[Use]) -> bool:
        """Are gradients wanted by the model itself, or switched off by callers in other files?"""
        facts = self.facts
        if any(differentiates(facts.trees, use) for use in group):
            return True
        if any(thing.ref is None for use in group for thing in use.things) and models_ask_for_gradients(facts.trees):
            return True
        function = function_of(group[0])
        names = [name for name, one in facts.definitions.functions.items() if one is function]
        return bool(names) and called_without_gradients(facts.trees, facts.source, names[0])

    examples = (
        Bad(
            """
            def accuracy(model, loader):
                model.eval()
                right = 0
                for inputs, labels in loader:
                    outputs = model(inputs)  # TML302
                    right += (outputs.argmax(1) == labels).sum().item()
                return right / len(loader.dataset)
            """
        ),
        Good(
            """
            import torch

            @torch.no_grad()
            def accuracy(model, loader):
                model.eval()
                right = 0
                for inputs, labels in loader:
                    outputs = model(inputs)
                    right += (outputs.argmax(1) == labels).sum().item()
                return right / len(loader.dataset)
            """
        ),
    )


def _excused(use: Use) -> bool:
    """In one of the ways in which this call can be reached, is there no graph, or somebody who may want it?"""
    recorded = all(grad.kind == CALLER or (grad.kind == ON and grad.site is None) for grad in use.grads)
    return not recorded or use.trained or use.dummy or use.dropped or use.frozen or use.loud or use.maker or use.rescue


def _wrong(use: Use) -> bool:
    """Surely in eval mode, by what is in sight, in a loop over data, in this file."""
    whole = use.direct and use.node is use.site and kinds(use) == {EVAL} and bool(use.rounds)
    return whole and not any(_is_member(thing) and (_inside_model(use) or _handed_over(use)) for thing in use.things)


def _is_member(thing: Thing) -> bool:
    """Is it what an object out of sight has under a name, in the mode that was given to the object?"""
    return thing.parent is not None and not thing.parent.owner and not thing.whole


def _inside_model(use: Use) -> bool:
    """Is it called in a method of the model, which was put in eval mode, and is called, further out?"""
    return all(setting.function is not function_of(use) for setting in use.settings)


def _handed_over(use: Use) -> bool:
    """Is it called where it came as an argument? So may a method, which may do anything with the model and its mode."""
    function, called = function_of(use), use.node.func
    return function is not None and isinstance(called, cst.Name) and called.value in _parameters(function)


def _parameters(function: cst.FunctionDef) -> set[str]:
    params = function.params
    return {one.name.value for one in (*params.posonly_params, *params.params, *params.kwonly_params)}


def _goes_out(use: Use, helped: set[cst.Call]) -> bool:
    """Does the result go out of sight? Where callers are in sight, what these do with it decides."""
    if use.escapes:
        return bool(use.chain) or use.node not in helped
    return use.returned and use.node not in helped and not _evaluates(use)


def _evaluates(use: Use) -> bool:
    """Does the function itself put the model in eval mode and then loop over data, as an evaluation does?"""
    loop = loops_of(use)[-1]
    return isinstance(loop, cst.For | cst.While) and all(
        setting.function is function_of(use) and not any(one is setting.site for one in descendants(loop))
        for setting in use.settings
    )
