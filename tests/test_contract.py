"""What every rule owes: a file named for it, a page, examples that run, and a code of its own."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest

from tests.harness import expected
from tests.paths import PACKAGE, ROOT
from torchmodlint.core.finding import Severity
from torchmodlint.engine.registry import all_rules
from torchmodlint.rules.base import Bad, Good, Rule

RULES = PACKAGE / "rules"
FAMILIES = {
    "construction": "1",
    "forward": "2",
    "mode": "3",
    "device": "4",
    "saving": "5",
    "hooks": "6",
    "lazy": "7",
}
HAND_WRITTEN = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)
OWN_CODES = {"TML900", "TML901", "TML902"}  # the tool's own remarks, no rules

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.code))


def test_codes_and_names_are_unique_and_sorted() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in all_rules()}) == len(codes)


def test_every_rule_file_is_registered() -> None:
    files = set(RULES.rglob("tml*.py"))
    assert files == {Path(inspect.getfile(rule)) for rule in all_rules()}


@each_rule
def test_file_says_code_and_name(rule: type[Rule]) -> None:
    file = Path(inspect.getfile(rule))
    assert re.fullmatch(r"TML\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert file.stem == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert FAMILIES[file.parent.name] == rule.code[3]


@each_rule
def test_file_holds_one_rule(rule: type[Rule]) -> None:
    module = sys.modules[rule.__module__]
    own = [each for _, each in inspect.getmembers(module, inspect.isclass) if each.__module__ == rule.__module__]
    assert [each for each in own if issubclass(each, Rule)] == [rule]


@each_rule
def test_page_has_what_it_needs(rule: type[Rule]) -> None:
    assert (sys.modules[rule.__module__].__doc__ or "").startswith(f"{rule.code}: ")
    assert len((rule.__doc__ or "").split()) >= 10, "the class docstring says why it is bad"
    assert isinstance(rule.severity, Severity)
    assert rule.message.strip()


@each_rule
def test_examples_are_few_and_valid(rule: type[Rule]) -> None:
    bad = [example for example in rule.examples if isinstance(example, Bad)]
    good = [example for example in rule.examples if isinstance(example, Good)]
    assert len(bad) == 1
    assert 1 <= len(good) <= 2
    for example in rule.examples:
        compile(example.text, f"<{rule.code}>", "exec", dont_inherit=True)
    assert rule.code in {code for _, code in expected(bad[0].text.encode())}
    assert all(expected(example.text.encode()) == [] for example in good)


@each_rule
def test_visit_methods_name_nodes(rule: type[Rule]) -> None:
    """A misspelt `visit_ClassDeff` is never called, and nothing else would tell."""
    import libcst as cst

    visitors = [name for name in vars(rule) if name.startswith(("visit_", "leave_"))]
    for name in visitors:
        node = name.split("_", 1)[1].split("_")[0]
        assert isinstance(getattr(cst, node, None), type), name


@pytest.mark.parametrize("file", HAND_WRITTEN, ids=lambda file: str(file.name))
def test_hand_written_pages_name_only_codes_that_exist(file: Path) -> None:
    named = set(re.findall(r"\bTML\d{3}\b", file.read_text("utf-8")))
    assert named <= {rule.code for rule in all_rules()} | OWN_CODES


def test_no_module_is_empty() -> None:
    for file in PACKAGE.rglob("*.py"):
        assert ast.get_docstring(ast.parse(file.read_bytes())), f"{file}: says nothing of what it is for"
