"""Hand-written pages keep up with the code: options, keys and examples of configuration."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from torchmodlint.cli.checking import check
from torchmodlint.cli.command import COMMANDS
from torchmodlint.cli.inspecting import inspect
from torchmodlint.cli.verifying import DEVICES, SANDBOXES
from torchmodlint.config import DEFAULTS, load
from torchmodlint.core.verdict import Outcome, Reason
from torchmodlint.engine.own_code import rule_ids

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_every_option_is_on_the_page() -> None:
    named = set(re.findall(r"`(-{1,2}[a-z][a-z-]*)", (DOCS / "usage.md").read_text("utf-8")))
    options = {option for parameter in check.params for option in parameter.opts if option.startswith("--")}
    assert options <= named
    assert {option for option in named if option.startswith("--")} <= options | {
        option for parameter in check.params for option in parameter.secondary_opts
    }


def test_every_command_is_on_the_page() -> None:
    text = (DOCS / "usage.md").read_text("utf-8")
    assert {name for name in COMMANDS if f"torchmodlint {name}" in text} == set(COMMANDS)


def test_pages_of_the_verifier_name_all_there_is() -> None:
    verify, inspecting = ((DOCS / name).read_text("utf-8") for name in ("verify.md", "inspect.md"))
    for one in (*Outcome, *Reason):
        assert one in verify, one
    for choice in (*DEVICES, *SANDBOXES):
        assert f"`{choice}`" in verify or f" {choice}`" in verify, choice
    for option in (option for parameter in inspect.params for option in parameter.opts if option.startswith("--")):
        assert f"`{option}" in inspecting, option


def test_every_key_is_on_the_page() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "configuration.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(DEFAULTS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_examples_of_configuration_are_accepted(page: Path, tmp_path: Path) -> None:
    for block in _blocks(page, "toml"):
        if "torchmodlint" in tomllib.loads(block)["tool"]:
            file = tmp_path / "pyproject.toml"
            file.write_text(block, encoding="utf-8")
            load([tmp_path], rule_ids(), tmp_path, file=file)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith("rules/"):  # made by tools/build_docs.py
            assert (page.parent / target).is_file(), target
