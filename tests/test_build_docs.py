"""The tool that writes the rule pages keeps a folder equal to the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_docs import build, differences
from torchmodlint.engine.registry import all_rules

if TYPE_CHECKING:
    from pathlib import Path


def test_folder_is_brought_up_to_date(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    build(folder)
    assert len(list(folder.iterdir())) == len(all_rules()) + 1
    assert differences(folder) == []
    (folder / "index.md").write_text("outdated")
    (folder / "tml000-retired.md").write_text("left over")
    assert differences(folder) == ["index.md", "tml000-retired.md"]
    build(folder)
    assert differences(folder) == []
