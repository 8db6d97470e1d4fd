"""A plan in the making: arguments by name, as expressions."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torchmodlint.verify.worker.synth.plan import Origin, Plan


@dataclass(frozen=True)
class Draft:
    """`values` are the arguments given by name; `rest` goes to *args. `whole` is a call that is used as it stands."""

    values: Mapping[str, str] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    origin: Origin = "guess"
    witness: str | None = None
    repairs: tuple[str, ...] = ()
    whole: str | None = None
    device: str = "cpu"

    def giving(self, why: str, **values: str) -> Draft:
        """The same with other values."""
        return self.mended(why, {**self.values, **values})

    def mended(self, why: str, values: Mapping[str, str]) -> Draft:
        """The same with these values and no others."""
        # What was changed is no longer what somebody wrote.
        return replace(self, values=dict(values), repairs=(*self.repairs, why), origin="guess", witness=None)

    def without(self, why: str, name: str) -> Draft:
        """The same with one value less."""
        return self.mended(why, {key: value for key, value in self.values.items() if key != name})

    def call(self, function: str, parameters: Mapping[str, inspect.Parameter]) -> str:
        """The call as an expression."""
        if self.whole is not None:
            return self.whole
        positional: list[str] = []
        keywords: list[str] = []
        by_position = True
        for name, one in parameters.items():
            if one.kind is one.VAR_POSITIONAL:
                positional += self.rest
                by_position = False
            elif one.kind is one.POSITIONAL_ONLY or (
                self.rest and by_position and one.kind is one.POSITIONAL_OR_KEYWORD
            ):
                if name in self.values:
                    positional.append(self.values[name])
                elif one.default is not one.empty and self.rest:
                    positional.append(repr(one.default))
            elif name in self.values and one.kind is not one.VAR_KEYWORD:
                keywords.append(f"{name}={self.values[name]}")
        known = {name for name, one in parameters.items() if one.kind is not one.VAR_KEYWORD}
        keywords += [f"{name}={value}" for name, value in self.values.items() if name not in known]
        return f"{function}({', '.join([*positional, *keywords])})"


def draft_of(plan: Plan, parameters: Mapping[str, inspect.Parameter]) -> Draft:
    """The draft that a plan came of, as far as its call tells; one that cannot be taken apart stays whole."""
    call = ast.parse(plan.call, mode="eval").body
    same = Draft(repairs=plan.repairs, device=plan.device)
    if not isinstance(call, ast.Call) or any(one.arg is None for one in call.keywords):
        return replace(same, whole=plan.call)
    by_place = [
        name for name, one in parameters.items() if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    arguments = [ast.unparse(one) for one in call.args]
    values = dict(zip(by_place, arguments, strict=False))
    values |= {one.arg: ast.unparse(one.value) for one in call.keywords if one.arg is not None}
    return replace(same, values=values, rest=tuple(arguments[len(by_place) :]))
