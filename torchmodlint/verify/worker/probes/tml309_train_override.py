"""Builds the class and calls its override. Confirmed when that raises because of its signature, when modules that the
object holds are not in eval mode when that was asked for, or when something else than the object comes back; refuted
when none of these is seen and the override has no branches in which they could be. Where the class cannot be built,
an object on which only nn.Module's own initialiser ran is called instead, as far as the override can do with that, or
the class is run with everything else stood in for."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from torch import nn

from torchmodlint.core.verdict import Outcome, Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.modes.events import Tape
from torchmodlint.verify.worker.modes.instances import sensitive
from torchmodlint.verify.worker.modes.judge import rehearsed
from torchmodlint.verify.worker.modes.rehearsal import ABSENT, Sight, View
from torchmodlint.verify.worker.observe.words import count, tally

BRANCHING = (ast.If, ast.IfExp, ast.While, ast.Try, ast.BoolOp, ast.Match)


def probe(case: Case, question: Question) -> Seen:
    name = question.function or "train"
    override = vars(case.cls).get(name)
    if override is None:
        raise Inconclusive(Reason.UNSUPPORTED, f"after the import the class has no `{name}` of its own")
    raised = _refused(case, name)
    if raised is not None:
        return raised
    try:
        return _called(case, question, case.fresh(), name, built=True)
    except Inconclusive as why:
        try:
            return _called(case, question, _bare(case.cls, why), name, built=False)
        except Inconclusive:
            pass
        try:
            return rehearsed(case, question, lambda tape: _claim(tape, name))
        except Inconclusive:
            raise why from None


def _refused(case: Case, name: str) -> Seen | None:
    """Does the override not take what torch passes?"""
    given = (False,) if name == "train" else ()
    try:
        inspect.signature(getattr(case.cls, name)).bind(None, *given)
    except TypeError as error:
        passed = "the mode that eval() of torch passes" if given else "no arguments"
        told = f"`{name}` cannot be called with {passed}: TypeError: {error}"
        return confirmed(told, error=str(error))
    except ValueError:
        pass
    return None


def _bare(cls: type[nn.Module], why: Inconclusive) -> nn.Module:
    """An object whose constructor did not run, with one layer to which the mode matters."""
    try:
        module = cls.__new__(cls)
        nn.Module.__init__(module)
        module.add_module("layer", nn.Dropout())
    except Exception as error:
        raise why from error
    return module


def _claim(tape: Tape, name: str) -> View:
    """A rehearsal shows what comes back; what becomes of modules out of sight it cannot."""
    given = [one for one in tape.results if one.method == name]
    if not given:
        return ABSENT
    if given[0].nothing:
        told = f"`{name}` gives None instead of the object, in a run of the class with all else stood in for"
        return View(Sight.SHOWN, told, {"returned": "None"}, final=True)
    return View(Sight.UNSURE, f"`{name}` does not give None")


def _called(case: Case, question: Question, module: nn.Module, name: str, built: bool) -> Seen:
    """Ask for the one mode and then for the other; what is seen first counts."""
    seen: list[Seen] = []
    for mode in (False, True) if name == "train" else (False,):
        one = _asked(module, name, mode, built)
        if one.outcome is Outcome.CONFIRMED:
            return one
        seen.append(one)
    if not built:
        raise Inconclusive(Reason.NOT_CONSTRUCTED, "the class was not built, and without that nothing is seen")
    if _branches(case, question, name):
        raise Inconclusive(
            Reason.UNREACHED_LINE, "nothing of it was seen, on the one of the override's ways that was taken"
        )
    return seen[0]


def _branches(case: Case, question: Question, name: str) -> bool:
    """Does what the override does depend on anything but the mode?"""
    owner = case.loaded.definition(question.owner or "")
    methods = [one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == name]
    return any(isinstance(one, BRANCHING) for method in methods for one in ast.walk(method))


def _asked(module: nn.Module, name: str, mode: bool, built: bool) -> Seen:
    """Call the override, from the other mode."""
    nn.Module.train(module, not mode)
    call = f"train({mode})" if name == "train" else "eval()"
    try:
        returned: Any = module.train(mode) if name == "train" else module.eval()
    except Exception as error:
        reason = Reason.UNSUPPORTED if built else Reason.NOT_CONSTRUCTED
        raise Inconclusive(reason, f"`{call}` raises {type(error).__name__}: {error}") from error
    if inspect.iscoroutine(returned):
        returned.close()
    inner = [one for one in module.modules() if one is not module]
    left = [one for one in inner if one.training is not mode]
    layers = sensitive(module)
    active = [one for one in layers if one.training is not mode]
    held = count(len(inner), "module")
    what = f"on an object of {type(module).__name__}" + ("" if built else ", made by nn.Module's initialiser alone,")
    numbers: dict[str, Any] = {
        "inner": len(inner),
        "in_other_mode": len(left),
        "layers_in_other_mode": len(active),
        "built": built,
    }
    if returned is not module:
        got = "None" if returned is None else f"a {type(returned).__name__}"
        also = f", and {len(left)} of {held} in it keep training={not mode}" if left else ""
        return confirmed(f"`{call}` {what} gives {got} instead of the object{also}", returned=got, **numbers)
    if mode or not (module.training or left):  # what is frozen on purpose stays in eval mode
        told = f"`{call}` {what} gives it back, with {len(inner) - len(left)} of {held} in that mode"
        if not inner:
            raise Inconclusive(Reason.UNSUPPORTED, "the object holds no modules as it was built", **numbers)
        return refuted(told, **numbers)
    whole = "it and " if module.training else ""
    told = f"after `{call}` {what} {whole}{len(left)} of the {held} that it holds have training=True"
    if active:
        return confirmed(f"{told}, among them {tally(active)}", **numbers)
    if module.training or not layers:
        return confirmed(told, **numbers)
    raise Inconclusive(Reason.UNSUPPORTED, f"{told}, but no dropout or batch norm", **numbers)
