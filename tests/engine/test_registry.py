"""Rules are found by walking, and a malformed one is refused by file."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from torchmodlint.engine.own_code import ContractError, rule_ids
from torchmodlint.engine.registry import all_rules, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RULE = '''"""TML901: calls."""
from libcst import matchers as m
from libcst.metadata import FullyQualifiedNameProvider, QualifiedNameProvider, ScopeProvider
from torchmodlint.core.finding import Severity
from torchmodlint.rules.base import Bad, Good, Rule

class Call(Rule):
    """Reason."""
    code = "TML901"
    name = "some-call"
    severity = Severity.ERROR
    message = "a call"
    examples = (Bad("f()  # TML901"), Good("f"))
'''


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], ModuleType]]:
    """Makes a package of rule files and imports it."""

    def build(files: dict[str, str]) -> ModuleType:
        for name, text in {"__init__.py": "", **files}.items():
            path = tmp_path / "madeup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return importlib.import_module("madeup")

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield build
    for name in [name for name in sys.modules if name.partition(".")[0] == "madeup"]:
        del sys.modules[name]


def test_shipped_rules_keep_the_contract() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(set(codes))
    assert rule_ids() == tuple((rule.code, rule.name, rule.default) for rule in all_rules())


def test_rules_are_found_in_all_folders_and_sorted(make: Callable[[dict[str, str]], ModuleType]) -> None:
    other = RULE.replace("TML901", "TML801").replace("some-call", "other-call")
    package = make(
        {
            "b/__init__.py": "",
            "b/tml801_other_call.py": other,
            "c/__init__.py": "",
            "c/tml901_some_call.py": RULE,
            "c/helpers.py": "from madeup.c.tml901_some_call import Call\n",
        }
    )
    assert [rule.code for rule in collect(package)] == ["TML801", "TML901"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "TML901"', 'code = "TML9001"', "needs a code such as"),
        ('name = "some-call"', 'name = "Some Call"', "needs a name such as"),
        ('name = "some-call"', 'name = "other-call"', "must stand in a file named tml901_other_call.py"),
        ('name = "some-call"', 'name = "some-call"; default = False', "must say .default = False., on a line of"),
        ("severity = Severity.ERROR", "default = 0 == 1\n    severity = Severity.ERROR", "must say .default = False."),
        ("severity = Severity.ERROR", "severity = 'error'", "needs a severity"),
        ('message = "a call"', 'message = ""', "needs a message"),
        ('"""TML901: calls."""', "", "needs a module docstring"),
        ('"""Reason."""', "", "needs a class docstring"),
        ('Bad("f()  # TML901"), Good("f")', 'Bad("f()  # TML901")', "needs a tuple of examples"),
        ('Bad("f()  # TML901"), ', 'Good("g"), ', "needs an example with the pitfall"),
        (', Good("f")', ",", "needs an example without it"),
        ("f()  # TML901", "f()", "must mark the found line"),
        ("    code", "    METADATA_DEPENDENCIES = (ScopeProvider,)\n    code", "has ScopeProvider among"),
        ("    code", "    METADATA_DEPENDENCIES = (QualifiedNameProvider,)\n    code", "has QualifiedNameProvider"),
        ("    code", "    METADATA_DEPENDENCIES = (FullyQualifiedNameProvider,)\n    code", "cannot be walked"),
        (
            "    code",
            "    @m.visit(m.Name())\n    def found(self, node): ...\n    code",
            "decorator of libcst.matchers",
        ),
        ("    code", "    on_visit = Rule.report\n    code", "defines on_visit, which is not called"),
        ("class Call(Rule):", "class Call:", "a rule file defines one Rule, this one defines 0"),
        (
            "class Call(Rule):",
            "import nowhere_to_be_found\nclass Call(Rule):",
            "cannot be imported: ModuleNotFoundError",
        ),
    ],
)
def test_malformed_rule_is_refused_by_file(
    make: Callable[[dict[str, str]], ModuleType], old: str, new: str, complaint: str
) -> None:
    assert old in RULE
    package = make({"tml901_some_call.py": RULE.replace(old, new)})
    with pytest.raises(ContractError, match=complaint) as caught:
        collect(package)
    assert "tml901_some_call" in str(caught.value).split(":")[0]


def test_code_and_name_are_taken_once(make: Callable[[dict[str, str]], ModuleType]) -> None:
    package = make(
        {"a/__init__.py": "", "a/tml901_some_call.py": RULE, "b/__init__.py": "", "b/tml901_some_call.py": RULE}
    )
    with pytest.raises(ContractError, match=r"code TML901 is taken by .*a.tml901_some_call\.py"):
        collect(package)
