"""Finds the rules by walking `torchmodlint.rules`, and refuses one that does not keep the contract, by file.

There is no list to add a rule to: a file `tml113_modules_in_plain_container.py` with one `Rule` in it is enough.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import GenericAlias, ModuleType

import torchmodlint.rules
from torchmodlint.analysis.hooks import hook_names
from torchmodlint.core.finding import Severity
from torchmodlint.engine.own_code import ContractError, is_rule_file, listed
from torchmodlint.rules.base import Bad, Good, Rule

CODE = re.compile(r"TML[0-9]{3}")  # flake8 accepts at most three letters and three digits
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule there is, sorted by code."""
    return collect(torchmodlint.rules)


def collect(package: ModuleType) -> tuple[type[Rule], ...]:
    """The rules in all modules below `package`, sorted by code. Raises ContractError."""
    rules: dict[str, tuple[str, type[Rule]]] = {}
    names: dict[str, str] = {}
    for module in _modules(package):
        file = module.__file__ or module.__name__
        found = [item for item in vars(module).values() if _is_own_rule(item, module)]
        stem = module.__name__.rpartition(".")[2]
        if is_rule_file(stem) and len(found) != 1:
            raise ContractError(f"{file}: a rule file defines one Rule, this one defines {len(found)}")
        for rule in found:
            faults = list(_faults(rule, module, stem))
            if faults:
                raise ContractError(f"{file}: {rule.__name__} {'; '.join(faults)}")
            if rule.code in rules:
                raise ContractError(f"{file}: code {rule.code} is taken by {rules[rule.code][0]}")
            if rule.name in names:
                raise ContractError(f'{file}: name "{rule.name}" is taken by {names[rule.name]}')
            rules[rule.code] = (file, rule)
            names[rule.name] = file
    return tuple(rule for _, (_, rule) in sorted(rules.items()))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    def fail(name: str) -> None:
        raise ContractError(f"{name}: the package cannot be imported")

    for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=fail):
        try:
            yield importlib.import_module(info.name)
        except Exception as error:
            raise ContractError(f"{info.name}: cannot be imported: {type(error).__name__}: {error}") from error


def _is_own_rule(item: object, module: ModuleType) -> bool:
    if not isinstance(item, type) or isinstance(item, GenericAlias):  # Python 3.10 takes `dict[str, int]` for a class
        return False
    return issubclass(item, Rule) and item is not Rule and item.__module__ == module.__name__


def _faults(rule: type[Rule], module: ModuleType, stem: str) -> Iterator[str]:
    """What is wrong with one rule, in words that follow its name."""
    code, name = getattr(rule, "code", None), getattr(rule, "name", None)
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield f'needs a code such as "TML113", it has {code!r}'
    elif not isinstance(name, str) or not NAME.fullmatch(name):
        yield f'needs a name such as "missing-super-init", it has {name!r}'
    else:
        wanted = f"{code.lower()}_{name.replace('-', '_')}"
        if stem != wanted:
            yield f"must stand in a file named {wanted}.py"
        elif listed(f"{stem}.py", Path(module.__file__ or "").read_bytes()).default is not rule.default:
            yield 'must say "default = False", on a line of its own, if it is opt-in, and nothing else'
    if not isinstance(getattr(rule, "severity", None), Severity):
        yield "needs a severity"
    if not isinstance(getattr(rule, "message", None), str) or not rule.message.strip():
        yield "needs a message"
    if not (module.__doc__ or "").strip():
        yield "needs a module docstring: what it finds"
    if not (rule.__dict__.get("__doc__") or "").strip():
        yield "needs a class docstring: why that is bad"
    try:
        hook_names(rule)
    except TypeError as reason:
        yield f"cannot be walked: {reason}"
    examples = getattr(rule, "examples", ())
    if not isinstance(examples, tuple):
        yield "needs a tuple of examples"
        return
    if not any(isinstance(example, Bad) for example in examples):
        yield "needs an example with the pitfall (Bad)"
    if not any(isinstance(example, Good) for example in examples):
        yield "needs an example without it (Good)"
    if isinstance(code, str) and any(isinstance(one, Bad) and f"# {code}" not in one.text for one in examples):
        yield f'must mark the found line of every Bad example with "# {code}"'
