"""The page of a rule is made from the rule."""

from __future__ import annotations

from tests.engine.fakes import BadCall, MehCall
from torchmodlint.engine.registry import all_rules
from torchmodlint.pages import index, page, slug


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
