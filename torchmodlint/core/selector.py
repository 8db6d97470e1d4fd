"""Selectors: "ALL", a prefix ("TML1"), a code ("TML113") or a rule's name ("missing-super-init") -> a set of codes.

Between `select` and `ignore` the more specific selector wins, and `ignore` wins a tie: `select = ["TML1"]` with
`ignore = ["TML11"]` leaves out TML113, adding TML113 to `select` brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

ALL = "ALL"


class RuleId(NamedTuple):
    """What selection needs to know of a rule."""

    code: str
    name: str
    default: bool


class Selection(NamedTuple):
    """One layer of choice: a configuration file, or the command line above it. `select=None` keeps what is below."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


class UnknownSelector(ValueError):
    """A selector that no rule answers to; the text says so and names the nearest spelling, if there is one."""

    def __init__(self, selector: str, rules: Sequence[RuleId]) -> None:
        words = [ALL, *(rule.name for rule in rules), *(rule.code for rule in rules)]
        super().__init__(f'unknown rule selector "{selector}"{did_you_mean(selector, words)}')


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of an error message: '; did you mean "…"?' with the known word spelled most like `word`, or nothing.

    Case and the way in which the parts are joined do not count: "extend_select" is very near to "extend-select".
    """
    from difflib import get_close_matches  # takes long to import, and is seldom needed

    spellings = {_plain(one): one for one in known}
    close = get_close_matches(_plain(word), spellings, n=1, cutoff=0.6)
    return f'; did you mean "{spellings[close[0]]}"?' if close else ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "-").replace(" ", "-")


def expand(selector: str, rules: Sequence[RuleId]) -> frozenset[str]:
    """The codes that one selector stands for. Raises UnknownSelector when it stands for none."""
    if selector == ALL:
        return frozenset(rule.code for rule in rules)
    codes = frozenset(rule.code for rule in rules if selector and selector_fits(selector, rule.code, rule.name))
    if not codes:
        raise UnknownSelector(selector, rules)
    return codes


def selector_fits(selector: str, code: str, name: str) -> bool:
    """Does a prefix, code or name mean this rule?"""
    return name == selector or code.startswith(selector)


def _specificity(selector: str, rules: Sequence[RuleId]) -> int:
    """How narrow a selector is. A name is as narrow as the code it belongs to."""
    if selector == ALL:
        return 0
    return next((len(rule.code) for rule in rules if rule.name == selector), len(selector))


def choose(rules: Sequence[RuleId], layers: Sequence[Selection]) -> frozenset[str]:
    """The codes in force, starting from the rules that are on by default. Raises UnknownSelector.

    A later layer changes what the earlier ones left; one with a `select` of its own starts anew.
    """
    chosen = frozenset(rule.code for rule in rules if rule.default)
    for layer in layers:
        if layer.select is not None:
            chosen = frozenset()
        selectors = [(one, True) for one in (*(layer.select or ()), *layer.extend_select)]
        selectors += [(one, False) for one in layer.ignore]
        # The widest first, so that narrower ones have the last word; among equals, those that leave out.
        for one, adds in sorted(selectors, key=lambda pair: (_specificity(pair[0], rules), not pair[1])):
            codes = expand(one, rules)
            chosen = chosen | codes if adds else chosen - codes
    return chosen
