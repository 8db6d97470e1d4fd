"""Write the rule pages of the site from the rules: `python tools/build_docs.py`; `--check` only compares.

The pages are made anew for each build, so a page that no rule stands behind is removed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from torchmodlint.engine.registry import all_rules
from torchmodlint.pages import index, page, slug

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """File name -> text, for every page in the folder."""
    rules = all_rules()
    return {"index.md": index(rules), **{f"{slug(rule)}.md": page(rule) for rule in rules}}


def differences(folder: Path) -> list[str]:
    """The names of the pages that are missing, outdated or left over."""
    wanted = pages()
    present = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def build(folder: Path) -> None:
    """Bring the folder up to date."""
    wanted = pages()
    folder.mkdir(parents=True, exist_ok=True)
    for name in differences(folder):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            (folder / name).unlink()


def main(arguments: list[str]) -> int:
    """0 when the pages are, or have been, brought up to date; 1 when `--check` finds some that are not."""
    if arguments == ["--check"]:
        outdated = differences(FOLDER)
        for name in outdated:
            print(f"docs/rules/{name} is not up to date: run python tools/build_docs.py")
        return 1 if outdated else 0
    build(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
