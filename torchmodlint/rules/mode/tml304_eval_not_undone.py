"""TML304: a training loop that puts its model in eval mode, and trains on in it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from torchmodlint.analysis.flow.entries import Entry, Flow
from torchmodlint.analysis.flow.libraries import IN_LOOP, TRAINING
from torchmodlint.analysis.flow.questions import called, kinds, sensitive
from torchmodlint.analysis.flow.things import EVAL, GIVEN, NEW, TRAIN, Guard, Round, Setting, Thing, Use
from torchmodlint.analysis.project import Answer
from torchmodlint.analysis.tree import descendants
from torchmodlint.core.finding import Severity, Subject
from torchmodlint.rules.base import Bad, Good, Proof, Rule


class EvalNotUndone(Rule):
    """A validation step inside the training loop calls `eval()`, and nobody calls `train()` before the next step.

    From the second round on dropout is off and batch norm uses frozen statistics, while the loss still falls. The
    model trains without its regularisation, and nothing tells.
    """

    code = "TML304"
    name = "eval-not-undone"
    severity = Severity.ERROR
    message = (
        "{model} is put in eval mode on line {line}, and the next round of the loop trains it on line {step}, no "
        "train() between: dropout is off and batch norm frozen; call `.train()` at the start of every round"
    )
    triggers = ("backward(",)

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.triggered():
            return
        reported: set[cst.CSTNode] = set()
        facts = self.facts
        flow = facts.whole_flow if _doubt(facts.flow) else facts.flow
        for entry in flow.entries:
            for step, setting, depth in _undone(flow, entry):
                site = setting.chain[depth] if len(setting.chain) > depth else setting.site
                if site is None or site in reported or sensitive(facts.trees, step) is Answer.NO:
                    continue
                reported.add(site)
                model = called(facts, step)
                inner = [Proof(setting.site, "eval() is called here")] if setting.site not in (None, site) else []
                self.report(
                    site,
                    Subject(function=step.functions[depth].name.value if len(step.functions) > depth else None),
                    None,
                    [*inner, Proof(step.site, f"the next round calls {model} here, still in eval mode", "step")],
                    model=model,
                )

    examples = (
        Bad(
            """
            import torch

            def evaluate(model, loader):
                model.eval()
                with torch.no_grad():
                    return sum(model(x).sum().item() for x in loader)

            def fit(model, loader, validation, loss, optimizer, epochs):
                model.train()
                for epoch in range(epochs):
                    for inputs, targets in loader:
                        optimizer.zero_grad()
                        loss(model(inputs), targets).backward()
                        optimizer.step()
                    print(evaluate(model, validation))  # TML304
            """
        ),
        Good(
            """
            import torch

            def evaluate(model, loader):
                model.eval()
                with torch.no_grad():
                    return sum(model(x).sum().item() for x in loader)

            def fit(model, loader, validation, loss, optimizer, epochs):
                for epoch in range(epochs):
                    model.train()
                    for inputs, targets in loader:
                        optimizer.zero_grad()
                        loss(model(inputs), targets).backward()
                        optimizer.step()
                    print(evaluate(model, validation))
            """
        ),
    )


def _undone(flow: Flow, entry: Entry) -> list[tuple[Use, Setting, int]]:
    """The training steps that find a model in eval mode only because of what an earlier round of a loop did.

    With each the setting, and how many helpers deep the loop stands.
    """
    found = []
    first = {(use.node, use.chain, use.rounds): use for use in entry.uses if use.backward is not None}
    for use in entry.uses:
        if use.backward is None or use.maker or not kinds(use) <= {EVAL, TRAIN, NEW, GIVEN}:
            continue
        if use.passed and not _is_to_learn(flow, use):
            continue
        for at, (loop, number, depth) in enumerate(use.rounds):
            if number == 1:
                continue
            rounds: tuple[Round, ...] = (*use.rounds[:at], (loop, 1, depth), *use.rounds[at + 1 :])
            before = first.get((use.node, use.chain, rounds))
            if before is None or not kinds(before) <= {TRAIN, NEW, GIVEN}:
                continue
            added = sorted(use.settings - before.settings, key=lambda one: one.at)
            found += [(use, one, depth) for one in added if _stays(one, use, loop, depth)]
    return found


def _is_to_learn(flow: Flow, use: Use) -> bool:
    """Does something say that a model is no frozen one before a head that learns?

    Parameters of it have been handed on, as to an optimizer; or its result is detached elsewhere in the training, so
    that here it is not left attached by chance.
    """
    optimised = [one for entry in flow.entries for one in entry.optimised]
    if any(one in _whole(thing) or thing in _whole(one) for thing in use.things for one in optimised):
        return True
    return any(other.fed and set(other.things) & set(use.things) for other in flow.uses())


def _whole(thing: Thing) -> set[Thing]:
    """A thing, what it is a part of, and what it was built around, at any depth."""
    found: set[Thing] = set()
    todo = [thing]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += [*one.holds, *([one.parent] if one.parent is not None else [])]
    return found


def _stays(setting: Setting, use: Use, loop: cst.CSTNode, depth: int) -> bool:
    """Is it an eval() that no train() in the same loop, under the same conditions at most, undoes before the step?"""
    return (
        setting.kind == EVAL
        and not setting.doubt
        and not _exclude(setting.guards, use.guards, loop)
        and not any(
            other.kind == TRAIN and _implied(other.guards, setting.guards) and _inside(loop, other, depth)
            for other in use.settings
        )
    )


def _implied(guards: Sequence[Guard], by: Sequence[Guard]) -> bool:
    """Do the first conditions hold whenever the second do? Tests that are written the same are the same."""
    return all(any(arm is held and test.deep_equals(one) for one, held in by) for test, arm in guards)


def _exclude(some: Sequence[Guard], others: Sequence[Guard], loop: cst.CSTNode) -> bool:
    """Are the arms of one test among them that has the same outcome in every round, so that no run meets both?"""
    return any(
        arm is not held and test.deep_equals(other) and _is_steady(test, loop)
        for test, arm in some
        for other, held in others
    )


def _is_steady(test: cst.BaseExpression, loop: cst.CSTNode) -> bool:
    """Does a test look at nothing but names and attributes that the loop does not assign, the instance's left out?"""
    parts = list(descendants(test))
    if any(isinstance(one, cst.Call | cst.Subscript | cst.NamedExpr) for one in parts):
        return False
    names = {one.value for one in parts if isinstance(one, cst.Name)}
    targets = (getattr(one, "target", None) for one in descendants(loop))
    assigned = {name.value for one in targets if one for name in descendants(one) if isinstance(name, cst.Name)}
    return "self" not in names and names.isdisjoint(assigned)


def _inside(loop: cst.CSTNode, setting: Setting, depth: int) -> bool:
    """Does it happen in the body of a loop, directly or by a helper called there?"""
    place = setting.chain[depth] if len(setting.chain) > depth else setting.site
    return any(one is place for one in descendants(loop))


def _doubt(flow: Flow) -> bool:
    """May a helper in another file decide: one that may switch a model in a loop in which it may be trained?"""
    if any(_undone(flow, entry) for entry in flow.entries):
        return True
    trained = {thing for entry in flow.entries for thing in entry.trained} | flow.elsewhere.get(TRAINING, set())
    return bool(trained & flow.elsewhere.get(IN_LOOP, set()))
