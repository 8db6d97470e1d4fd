"""The page of a rule is made from the rule."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine.fakes import BadCall, MehCall
from torchmodlint import pages
from torchmodlint.engine.registry import all_rules
from torchmodlint.pages import PROBES, index, page, slug

if TYPE_CHECKING:
    import pytest


def test_page_has_all_sections() -> None:
    text = page(BadCall)
    assert text.startswith("# TML910: bad-call\n\nSeverity: error. On by default.\n\n## What it does\n\nRules small")
    assert "## Why is this bad?\n\nIt is bad.\n" in text
    assert "## Example\n\n```python\nbad()  # TML910\n```\n" in text
    assert "## Use instead\n\n```python\ngood()\n```\n" in text
    assert "# noqa: TML910\n" in text
    assert text.endswith("```\n")


def test_page_says_how_to_switch_an_optional_rule_on() -> None:
    assert 'Off by default; switch it on with `--extend-select TML920` or `extend-select = ["TML920"]`.' in page(
        MehCall
    )


def test_index_links_to_every_page() -> None:
    text = index([BadCall, MehCall])
    assert f"| [TML910]({slug(BadCall)}.md) | bad-call | error | yes |\n" in text
    assert "| [TML920](tml920-meh-call.md) | meh-call | info | opt-in |\n" in text


def test_pages_of_shipped_rules_start_with_a_sentence() -> None:
    for rule in all_rules():
        what = page(rule).split("## What it does\n\n")[1]
        assert what[0].isupper() or what[0] == "`", rule.code
        assert not what.startswith("TML"), rule.code


def test_page_quotes_the_probe_without_importing_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    section = page(BadCall).split("## How the verifier decides\n\n")[1].split("\n\n## How to silence")[0]
    assert section == "It has no way to ask: with `--verify` such a finding is inconclusive."
    monkeypatch.setattr(pages, "PROBES", tmp_path)
    (tmp_path / "fakes.py").write_text('"""TML910: calls it,\nand looks.\n"""\n\nraise AssertionError\n')
    section = page(BadCall).split("## How the verifier decides\n\n")[1].split("\n\n## How to silence")[0]
    assert section == "Calls it,\nand looks."


def test_every_probe_is_that_of_a_rule_and_says_how_it_decides() -> None:
    rules = {Path(inspect.getfile(rule)).name for rule in all_rules()}
    for file in PROBES.glob("tml*.py"):
        assert file.name in rules
        assert len((ast.get_docstring(ast.parse(file.read_bytes())) or "").split()) >= 10, file.name
