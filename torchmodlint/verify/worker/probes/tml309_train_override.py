"""Builds the class and calls its override. Confirmed when that raises because of its signature, when modules that the
object holds are not in eval mode when that was asked for, or when something else than the object comes back; refuted
when none of these is seen though every statement of the override has run. Where the class cannot be built, an object on which only nn.Module's own initialiser ran is
called instead, as far as the override can do with that."""

from __future__ import annotations

import ast
import inspect

from torch import nn

from torchmodlint.core.verdict import Outcome, Reason
from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.answers import Inconclusive, Seen, confirmed, refuted
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.lines import Lines
from torchmodlint.verify.worker.modes.instances import sensitive
from torchmodlint.verify.worker.observe.words import count, tally


def probe(case: Case, question: Question) -> Seen:
    name = question.function or "train"
    override = vars(case.cls).get(name)
    if override is None:
        raise Inconclusive(Reason.UNSUPPORTED, f"after the import the class has no `{name}` of its own")
    raised = _refused(case, name)
    if raised is not None:
        return raised
    try:
        module, built = case.fresh(), True
    except Inconclusive as why:
        module, built = _bare(case.cls, why), False
    return _called(case, question, module, name, built)


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


def _called(case: Case, question: Question, module: nn.Module, name: str, built: bool) -> Seen:
    """Ask for the one mode and then for the other; what is seen first counts."""
    watched = Lines(case.loaded.job.path)
    seen: list[Seen] = []
    for mode in (False, True) if name == "train" else (False,):
        with watched.watched():
            one = _asked(module, name, mode, built)
        if one.outcome is Outcome.CONFIRMED:
            return one
        seen.append(one)
    if not built:
        raise Inconclusive(Reason.NOT_CONSTRUCTED, "the class was not built, and without that nothing is seen")
    missed = sorted(set(_statements(case, question, name)) - watched.ran)
    if missed:
        raise Inconclusive(Reason.UNREACHED_LINE, f"line {missed[0]} of the override did not run")
    return seen[0]


def _statements(case: Case, question: Question, name: str) -> list[int]:
    """The lines on which the statements of the override begin."""
    owner = case.loaded.definition(question.owner or "")
    found: list[int] = []
    for method in owner.body:
        if isinstance(method, ast.FunctionDef) and method.name == name:
            inside = [one for statement in method.body for one in ast.walk(statement)]
            found = [one.lineno for one in inside if isinstance(one, ast.stmt) and not _says_nothing(one)]
    return found


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    return isinstance(statement, (ast.Global, ast.Nonlocal, ast.Try))


def _asked(module: nn.Module, name: str, mode: bool, built: bool) -> Seen:
    """Call the override, from the other mode."""
    nn.Module.train(module, not mode)
    call = f"train({mode})" if name == "train" else "eval()"
    try:
        returned = module.train(mode) if name == "train" else module.eval()
    except Exception as error:
        reason = Reason.UNSUPPORTED if built else Reason.NOT_CONSTRUCTED
        raise Inconclusive(reason, f"`{call}` raises {type(error).__name__}: {error}") from error
    if inspect.iscoroutine(returned):
        returned.close()
    inner = [one for one in module.modules() if one is not module]
    left = [one for one in inner if one.training is not mode]
    layers = sensitive(module)
    active = [one for one in layers if one.training is not mode]
    what = f"on an object of {type(module).__name__}" + ("" if built else ", made by nn.Module's initialiser alone,")
    numbers = {"inner": len(inner), "in_other_mode": len(left), "layers_in_other_mode": len(active), "built": built}
    if returned is not module:
        got = "None" if returned is None else f"a {type(returned).__name__}"
        also = f", and {len(left)} of {count(len(inner), 'module')} in it keep training={not mode}" if left else ""
        return confirmed(f"`{call}` {what} gives {got} instead of the object{also}", returned=got, **numbers)
    if mode or not (module.training or left):  # what is frozen on purpose stays in eval mode
        told = f"`{call}` {what} gives it back, with {len(inner) - len(left)} of {count(len(inner), 'module')} in that mode"
        if not inner:
            raise Inconclusive(Reason.UNSUPPORTED, "the object holds no modules as it was built", **numbers)
        return refuted(told, **numbers)
    whole = "it and " if module.training else ""
    told = f"after `{call}` {what} {whole}{len(left)} of the {count(len(inner), 'module')} that it holds have training=True"
    if active:
        return confirmed(f"{told}, among them {tally(active)}", **numbers)
    if module.training or not layers:
        return confirmed(told, **numbers)
    raise Inconclusive(Reason.UNSUPPORTED, f"{told}, but no dropout or batch norm", **numbers)
