"""A rule's page, for the site and for `torchmodlint explain`, made from the rule itself.

The module docstring says what it finds, the class docstring why that is bad, and the first examples show both.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path

from torchmodlint.rules.base import Bad, Good, Rule

PROBES = Path(__file__).resolve().parent / "verify" / "worker" / "probes"


def page(rule: type[Rule]) -> str:
    """The page of one rule, in Markdown."""
    bad = next(example for example in rule.examples if isinstance(example, Bad))
    good = next(example for example in rule.examples if isinstance(example, Good))
    sections = [
        f"# {title(rule)}",
        f"Severity: {rule.severity}. {_default(rule)}",
        f"## What it does\n\n{what(rule)}",
        f"## Why is this bad?\n\n{why(rule)}",
        f"## Example\n\n```python\n{bad.text}```",
        f"## Use instead\n\n```python\n{good.text}```",
        f"## How the verifier decides\n\n{_probe(rule)}",
        f"## How to silence\n\n{_silencing(rule)}",
    ]
    return "\n\n".join(sections) + "\n"


def index(rules: Sequence[type[Rule]]) -> str:
    """The table of all rules, in Markdown, with links to their pages."""
    rows = [
        f"| [{rule.code}]({slug(rule)}.md) | {rule.name} | {rule.severity} | {'yes' if rule.default else 'opt-in'} |"
        for rule in rules
    ]
    head = ["# Rules", "", "| code | name | severity | on by default |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def title(rule: type[Rule]) -> str:
    """ "TML101: missing-super-init"."""
    return f"{rule.code}: {rule.name}"


def slug(rule: type[Rule]) -> str:
    """The name of the page's file, without ".md"."""
    return f"{rule.code.lower()}-{rule.name}"


def what(rule: type[Rule]) -> str:
    """What the rule finds: the docstring of its file, less the code in front."""
    text = inspect.cleandoc(sys.modules[rule.__module__].__doc__ or "").removeprefix(f"{rule.code}:").strip()
    return text[:1].upper() + text[1:]


def why(rule: type[Rule]) -> str:
    """Why that is bad: the docstring of its class."""
    return inspect.cleandoc(rule.__doc__ or "")


def _probe(rule: type[Rule]) -> str:
    """What `check --verify` does about a finding: the docstring of the probe, which is read and not imported."""
    file = PROBES / Path(inspect.getfile(rule)).name
    try:
        text = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    except OSError:
        return "It has no way to ask: with `--verify` such a finding is inconclusive."
    text = text.removeprefix(f"{rule.code}:").strip()
    return text[:1].upper() + text[1:]


def _default(rule: type[Rule]) -> str:
    if rule.default:
        return "On by default."
    return f'Off by default; switch it on with `--extend-select {rule.code}` or `extend-select = ["{rule.code}"]`.'


def _silencing(rule: type[Rule]) -> str:
    code = rule.code
    return (
        f"On any line of the statement:\n\n```python\n...  # noqa: {code}\n"
        f"...  # torchmodlint: ignore[{code}] the reason\n```\n\n"
        "For some files, or everywhere:\n\n```toml\n[tool.torchmodlint]\n"
        f'per-file-ignores = {{ "tests/*" = ["{code}"] }}\nignore = ["{code}"]\n```'
    )
