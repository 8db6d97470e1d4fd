"""Makes `torchmodlint/analysis/known.json` from the sources of the libraries.

    python -m tools.build_known FOLDER [--download]

FOLDER holds the wheels; `--download` fetches those that are missing with `pip download --no-deps`. Nothing is ever
installed, and nothing of a library is imported or run. torch itself is never fetched (its dependencies are
gigabytes): its classes are written down in `known_torch.py`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tools import known_libraries as hand
from tools import known_torch
from tools.known_sources import Sources, read_wheel
from tools.known_survey import Survey

TABLE = Path(__file__).parents[1] / "torchmodlint" / "analysis" / "known.json"
# Names that people write as a base beside a module, whether or not the library does so itself.
BESIDE = re.compile(r"(Mixin|Config|Dataset|DataModule)$|^(Callback|DataLoader|Pipeline|Sampler|Optimizer|Trainer)$")


def libraries() -> dict[str, str]:
    """Distribution -> import name."""
    pairs = (entry.partition(":") for entry in hand.LIBRARIES.split())
    return {name: other or name.replace("-", "_") for name, _, other in pairs}


def wheel_of(folder: Path, distribution: str) -> Path | None:
    """The wheel of a distribution in a folder, or None."""
    stem = distribution.replace("-", "_").lower()
    found = [p for p in sorted(folder.glob("*.whl")) if p.name.partition("-")[0].lower() == stem]
    return found[-1] if found else None


def download(folder: Path, distribution: str) -> None:
    """Fetch one wheel; a library that has none is left out of the table with a warning."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(folder)]
    if subprocess.run([*command, distribution], check=False).returncode:
        print(f"warning: no wheel of {distribution}", file=sys.stderr)


def torch_classes() -> dict[str, tuple[bool, str]]:
    """torch's classes for the survey: name -> (is a module, state)."""
    found = dict.fromkeys(known_torch.OTHERS.split(), (False, ""))
    found |= {name: (True, state) for state, names in known_torch.MODULES.items() for name in names.split()}
    return found


def common_state(states: Iterable[str]) -> str:
    """One state for several classes of the same name: what holds for each of them, "m" if it may for one."""
    states = set(states)
    if len(states) == 1:
        return states.pop()
    if not states.isdisjoint({"", "?"}):
        return "?"
    sure = [letter for letter in "pb" if all(letter in state for state in states)]
    mode = any("m" in state for state in states)
    return "".join(sure) + "m" * mode if sure or all("m" in state for state in states) else "?"


class Library:
    """The entry of one library, gathered class by class."""

    def __init__(self) -> None:
        self.states: dict[str, set[str]] = defaultdict(set)
        self.inits: dict[str, set[bool]] = defaultdict(set)
        self.others: set[str] = set()
        self.doubtful: set[str] = set()
        self.containers: dict[str, str] = {}

    def keep(self, names: set[str]) -> None:
        """Forget every other name."""
        self.states = defaultdict(set, {name: states for name, states in self.states.items() if name in names})
        self.others &= names

    def entry(self) -> dict[str, object]:
        """The entry as it stands in the table."""
        clash = self.doubtful | self.others
        kept = {n: common_state(s) for n, s in self.states.items() if n not in clash and len(self.inits[n]) < 2}
        modules = {state: joined(n for n in kept if kept[n] == state) for state in sorted(set(kept.values()))}
        found: dict[str, object] = {"modules": modules}
        automatic = joined(n for n in kept if True in self.inits[n])
        others = joined(self.others - self.doubtful - set(self.states))
        return found | {k: v for k, v in (("automatic", automatic), ("others", others)) if v} | self._containers()

    def _containers(self) -> dict[str, object]:
        return {"containers": dict(sorted(self.containers.items()))} if self.containers else {}


def joined(names: Iterable[str]) -> str:
    return " ".join(sorted(set(names)))


def survey(folder: Path) -> dict[str, Library]:
    """The surveyed libraries by import name."""
    sources = Sources()
    names = libraries()
    for distribution, name in names.items():
        wheel = wheel_of(folder, distribution)
        if wheel is None:
            print(f"warning: {distribution} is missing in {folder}", file=sys.stderr)
            continue
        sources.add(read_wheel(wheel, hand.PATHS.get(name, f"^{name}/")))
    fixed = {(owner, name): state for (owner, state), names in hand.MODULES.items() for name in names.split()}
    walker = Survey(sources, torch_classes(), fixed, hand.AUTOMATIC)
    found: dict[str, Library] = defaultdict(Library)
    beside: set[str] = set()
    for dotted in sources.classes():
        if walker.is_module(dotted):
            beside.update(base for base in walker.bases(dotted) if walker.is_module(base) is False)
            held = walker.held(dotted)
            library, name = found[dotted.partition(".")[0]], dotted.rpartition(".")[2]
            library.states[name].add("?" if held is None else held.state())
            library.inits[name].add(walker.is_automatic(dotted))
    wanted = {
        (dotted.partition(".")[0], dotted.rpartition(".")[2]) for dotted in sources.classes() if within(sources, dotted)
    }
    for dotted in sources.classes():
        library, name = found[dotted.partition(".")[0]], dotted.rpartition(".")[2]
        answer = walker.is_module(dotted)
        if answer is None:
            library.doubtful.add(name)
        elif not answer and (dotted in beside or BESIDE.search(name) or name in library.states):
            library.others.add(name)
    for prefix, library in found.items():
        library.keep({name for owner, name in wanted if owner == prefix})
    return found


def within(sources: Sources, dotted: str) -> bool:
    """Whether a class is public, and worth its place: of a vast library only what it exports or what many use."""
    library, name = dotted.partition(".")[0], dotted.rpartition(".")[2]
    if name.startswith("_"):
        return False
    paths = hand.WORTH.get(library)
    return (
        paths is None
        or bool(re.search(paths, dotted))
        or (not hand.UNWORTHY.search(name) and name in sources.modules[dotted.rpartition(".")[0]].exports)
    )


def add_by_hand(found: dict[str, Library]) -> None:
    """Write the lists of `known_libraries` over what the survey says."""
    for (library, state), names in hand.MODULES.items():
        for name in names.split():
            found[library].states[name] = {state}
            found[library].inits[name] = {False}
            found[library].others.discard(name)
            found[library].doubtful.discard(name)
    for library, names in hand.OTHERS.items():
        found[library].others.update(names.split())
    for library, names in hand.CHANGED.items():
        for name in names.split():
            found[library].states.pop(name, None)
    for library, containers in hand.CONTAINERS.items():
        found[library].containers.update(containers)
    torch = found["torch"]
    for name, (module, state) in torch_classes().items():
        if module:
            torch.states[name], torch.inits[name] = {state}, {False}
        else:
            torch.others.add(name)
    torch.containers.update(known_torch.CONTAINERS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the wheels are, or are put")
    parser.add_argument("--download", action="store_true", help="fetch the wheels that are missing")
    parser.add_argument("--output", type=Path, default=TABLE)
    given = parser.parse_args()
    if given.download:
        given.folder.mkdir(parents=True, exist_ok=True)
        for distribution in libraries():
            if wheel_of(given.folder, distribution) is None:
                download(given.folder, distribution)
    sys.setrecursionlimit(20_000)  # generated sources nest their expressions deeply
    found = survey(given.folder)
    add_by_hand(found)
    table = {
        "aliases": dict(sorted(hand.ALIASES.items())),
        "libraries": {name: found[name].entry() for name in sorted(found) if found[name].states or found[name].others},
        "not_torch": joined(hand.NOT_TORCH.split()),
        "call_differs": joined(hand.CALL_DIFFERS.split()),
        "paths": dict.fromkeys(sorted([*known_torch.PATHS, *hand.OTHER_PATHS]), "other"),
    }
    given.output.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    for name in sorted(found):
        library = found[name]
        lost = (library.others | library.doubtful) & set(library.states)
        print(f"{name}: {len(library.states) - len(lost)} modules, left out: {joined(lost)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
