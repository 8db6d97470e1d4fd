"""`python -m tests.benchmarks.construction DIR...`: the share of classes that are imported, built and called.

A fresh random draw of nn.Module classes of the packages in the directories, found by the linter's own index without an
import. The packages are imported by `--python`, which needs torch and need not have torchmodlint; each class is
tried in a process of its own, with a time limit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.paths import ROOT
from torchmodlint.analysis.decoding import decode
from torchmodlint.analysis.project import Project
from torchmodlint.verify.wire import FileJob, PackageJob

HEADING = "| package | n | real | stub | slice | imported | init | forward / init |"
SKIPPED = ("/tests/", "/test/", "/examples/", "/run/", "/docs/")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    draw = random.Random(options.seed)
    drawn: list[tuple[PackageJob, list[tuple[FileJob, str]]]] = []
    for folder in sorted({path.resolve() for path in options.folders}):
        found = classes_of(folder)
        draw.shuffle(found)
        chosen = found[: options.most]
        if chosen:
            drawn.append((_job(folder, chosen), chosen))
    total = sum(len(chosen) for _, chosen in drawn)
    if options.classes and total > options.classes:
        keep = options.classes / total
        drawn = [(job, chosen[: max(1, round(len(chosen) * keep))]) for job, chosen in drawn]
    if options.out:
        options.out.write_text("")
    print(HEADING)
    print("|---|---|---|---|---|---|---|---|")
    everything: list[dict[str, Any]] = []
    for job, chosen in drawn:
        results = tried(job, chosen, options)
        everything += results
        print(_row(job.name, results), flush=True)
        if options.out:
            with options.out.open("a") as lines:
                lines.writelines(json.dumps(each) + "\n" for each in results)
    print(_row("**all**", everything))
    for name, key in (("building", "seconds"), ("inputs", "input_seconds")):
        seconds = sorted(each[key] for each in everything if each.get(key) is not None)
        if len(seconds) > 1:
            print(f"{name}: median {median(seconds):.3f} s, p90 {quantiles(seconds, n=10)[-1]:.2f} s")
    return 0


def classes_of(folder: Path) -> list[tuple[FileJob, str]]:
    """The nn.Module classes at module level of a package, with the job of their file."""
    project = Project(folder.parent)
    found = []
    for path in sorted(folder.rglob("*.py")):
        if any(part in str(path)[len(str(folder.parent)) :] for part in SKIPPED):
            continue
        try:
            text = decode(path.read_bytes())
            source = project.source(path, text)
            classes = list(project.module_classes(source))
        except (OSError, ValueError, RecursionError):
            continue
        job = FileJob(str(path), str(path.relative_to(folder.parent)), source.dotted, text, ())
        for ref in classes:
            line = ref.class_line()
            name = line.qualname if line is not None else ""
            if name and "." not in name:
                found.append((job, name))
    return found


def _job(folder: Path, chosen: Iterable[tuple[FileJob, str]]) -> PackageJob:
    files = {job.path: job for job, _ in chosen}
    return PackageJob(folder.name, (str(folder.parent),), tuple(files.values()))


def tried(job: PackageJob, chosen: list[tuple[FileJob, str]], options: argparse.Namespace) -> list[dict[str, Any]]:
    """What became of the classes of one package, tried in the other interpreter."""
    # The worker's packages alone: the linter's own dependencies need not be there.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    asked = {"job": asdict(job), "classes": [(file.path, name) for file, name in chosen], "wall": options.wall}
    process = subprocess.run(
        [options.python, "-m", "tests.benchmarks.constructing"],
        input=json.dumps(asked),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if not options.errors else None,
        text=True,
    )
    results = [json.loads(line) for line in process.stdout.splitlines() if line.startswith('{"package"')]
    seen = {(each["path"], each["name"]) for each in results}
    for file, name in chosen:
        if (file.path, name) not in seen:
            results.append({"package": job.name, "path": file.path, "name": name, "failure": "no answer"})
    return results


def _row(name: str, results: list[dict[str, Any]]) -> str:
    counts: Counter[str] = Counter(each.get("strategy", "") for each in results)
    imported = sum(1 for each in results if each.get("strategy"))
    built = sum(1 for each in results if each.get("built"))
    ways: defaultdict[str, int] = defaultdict(int, counts)
    called = sum(1 for each in results if each.get("forward"))
    total = max(len(results), 1)
    return (
        f"| {name} | {len(results)} | {ways['real']} | {ways['stub']} | {ways['slice']} | {imported / total:.1%} "
        f"| {built / total:.1%} | {called / max(built, 1):.1%} |"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.construction", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="the folder of a package")
    parser.add_argument("--classes", type=int, default=0, help="about so many altogether")
    parser.add_argument("--most", type=int, default=60, help="of one package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wall", type=float, default=20.0, help="seconds for one class")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has torch")
    parser.add_argument("--out", type=Path, help="write what became of each class there, a JSON object a line")
    parser.add_argument("--errors", action="store_true", help="show what the other interpreter says")
    return parser


if __name__ == "__main__":
    sys.exit(main())
