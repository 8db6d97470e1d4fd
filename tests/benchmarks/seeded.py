"""`python -m tests.benchmarks.seeded DIR...`: plant pitfalls in real classes, find them, and have them judged.

Each defect is planted in a copy of a file's text that only the linter and the worker see. Printed by rule: how many
the linter found, what the verifier said of those, and what it said of the same places in the untouched files. Every
wrong refutation and every confirmation on an original is listed, to be read by eye.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.planters import Site, planted, sites
from torchmodlint.analysis.decoding import decode
from torchmodlint.analysis.project import Answer, Project, Ref
from torchmodlint.core.finding import Finding
from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.engine.lint import lint_text
from torchmodlint.engine.registry import all_rules
from torchmodlint.verify.pool import ask
from torchmodlint.verify.targets import jobs
from torchmodlint.verify.wire import Options, PackageJob

LARGEST = 300_000  # characters of a file: generated ones say nothing


@dataclass(frozen=True)
class Defect:
    """One planted defect: the finding that it brings, if the linter sees it, and the two texts."""

    site: Site
    path: Path
    owner: str
    original: str
    spoilt: str
    finding: Finding | None


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    warnings.simplefilter("ignore", SyntaxWarning)  # of the packages' own sources
    defects = [
        defect
        for folder in options.folders
        for defect in plant(folder.resolve(), options.per_package, options.seed, options.codes)
    ]
    print(f"{len(defects)} defects planted, {sum(one.finding is not None for one in defects)} found", flush=True)
    found = [one for one in defects if one.finding is not None]
    originals = [one for one in found if one.site.comparable]
    worker = Options(timeout=options.timeout)
    on_spoilt = judged([(one, one.spoilt) for one in found], options.python, worker, options.processes)
    on_original = judged([(one, one.original) for one in originals], options.python, worker, options.processes)
    report(
        defects,
        dict(zip(map(id, found), on_spoilt, strict=True)),
        dict(zip(map(id, originals), on_original, strict=True)),
    )
    return 0


def plant(folder: Path, per_package: int, seed: int, codes: Sequence[str]) -> Iterator[Defect]:
    """Up to `per_package` defects of each rule, at places drawn at random among the package's module classes."""
    project = Project(folder.parent)
    places: defaultdict[str, list[tuple[Path, str, str, Site]]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        for owner, text, site in _sites_in(path, project):
            if not codes or site.code in codes:
                places[site.code].append((path, owner, text, site))
    rules = {rule.code: rule for rule in all_rules()}
    for code, all_places in sorted(places.items()):
        random.Random(f"{seed} {folder.name} {code}").shuffle(all_places)
        for path, owner, text, site, spoilt in islice(_parsing(all_places), per_package):
            fresh = Project(folder.parent)  # which must not know the file as it lies on disk
            before = lint_text(path, str(path), text, (rules[code],), Project(folder.parent)).findings
            after = lint_text(path, str(path), spoilt, (rules[code],), fresh).findings
            known = {(one.subject, one.message) for one in before}
            new = [one for one in after if (one.subject, one.message) not in known]
            yield Defect(site, path, owner, text, spoilt, new[0] if new else None)


def _sites_in(path: Path, project: Project) -> Iterator[tuple[str, str, Site]]:
    try:
        text = decode(path.read_bytes())
        tree = ast.parse(text) if len(text) < LARGEST else ast.Module([], [])
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    if "\r" in text or "\f" in text:
        return
    source = project.source(path, text)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and project.is_module(Ref(source, node.name)) is Answer.YES:
            for site in sites(node, text):
                yield node.name, text, site


def _parsing(places: Sequence[tuple[Path, str, str, Site]]) -> Iterator[tuple[Path, str, str, Site, str]]:
    """The places with their spoilt texts; an edit of one line does not fit wherever it stands."""
    for path, owner, text, site in places:
        spoilt = planted(text, site)
        try:
            ast.parse(spoilt)
        except SyntaxError:
            continue
        yield path, owner, text, site, spoilt


def judged(asked: Sequence[tuple[Defect, str]], python: str, options: Options, processes: int) -> list[Verdict]:
    """The verdicts. Each defect is a job of its own: in one process, a class could be built on another's defect."""
    everything: list[PackageJob] = []
    for index, (defect, text) in enumerate(asked):
        assert defect.finding is not None
        (package,) = jobs([defect.finding], defect.path.parent, {defect.finding.path: text})
        (file,) = package.files
        (question,) = file.questions
        everything.append(replace(package, files=(replace(file, questions=(replace(question, id=index),)),)))
    answers = ask(everything, python, options, processes=processes)
    return [answers.verdicts[index] for index in range(len(asked))]


def report(defects: Sequence[Defect], spoilt: dict[int, Verdict], original: dict[int, Verdict]) -> None:
    """The table, and what has to be read."""
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in defects:
        for row in (rows[one.site.code], rows["all"]):
            row["planted"] += 1
            if id(one) not in spoilt:
                continue
            row["found"] += 1
            row[str(spoilt[id(one)].outcome)] += 1
            row["built"] += spoilt[id(one)].reason is not Reason.NOT_CONSTRUCTED
            if id(one) in original:
                row[f"original {original[id(one)].outcome}"] += 1
    print(
        "| rule | planted | found | confirmed | end to end | refuted | inconclusive | originals: conf. / ref. / inc. |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for code, row in sorted(rows.items(), key=lambda item: (item[0] == "all", item[0])):
        share = row["confirmed"] / row["planted"]
        others = " / ".join(str(row[f"original {outcome}"]) for outcome in Outcome)
        print(
            f"| {code} | {row['planted']} | {row['found']} | {row['confirmed']} | {share:.0%} | {row['refuted']} "
            f"| {row['inconclusive']} | {others} |"
        )
    _time([verdict.seconds for verdict in spoilt.values()])
    _given_built(spoilt)
    for one in defects:
        if id(one) in spoilt and spoilt[id(one)].outcome is Outcome.REFUTED:
            _show("REFUTED", one, spoilt[id(one)])
        if id(one) in original and original[id(one)].outcome is Outcome.CONFIRMED:
            _show("ORIGINAL CONFIRMED", one, original[id(one)])
    for one in defects:
        if id(one) in spoilt and spoilt[id(one)].outcome is Outcome.INCONCLUSIVE:
            _show("inconclusive", one, spoilt[id(one)])
        elif id(one) not in spoilt:
            print(f"not found {one.site.code} {one.path}:{one.site.edits[-1].line} {one.owner}")


def _given_built(verdicts: dict[int, Verdict]) -> None:
    unbuilt = {Reason.NOT_CONSTRUCTED, Reason.NOT_IMPORTABLE, Reason.MEMORY, Reason.WANTS_NETWORK}
    built = [one for one in verdicts.values() if one.reason not in unbuilt]
    confirmed = sum(one.outcome is Outcome.CONFIRMED for one in built)
    reasons = Counter(str(one.reason) for one in verdicts.values() if one.outcome is Outcome.INCONCLUSIVE)
    print(f"given that the class was built: {confirmed} of {len(built)} confirmed; inconclusive: {dict(reasons)}")


def _time(seconds: Sequence[float]) -> None:
    if len(seconds) > 1:
        print(f"seconds per finding: median {median(seconds):.3f}, p90 {quantiles(seconds, n=10)[-1]:.3f}")


def _show(what: str, one: Defect, verdict: Verdict) -> None:
    assert one.finding is not None
    print(f"{what} {one.site.code} {one.path}:{one.finding.line} {one.owner} [{verdict.reason}] {verdict.message}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.seeded", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--per-package", type=int, default=4, help="defects of each rule in each package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--codes", type=lambda text: text.split(","), default=[])
    parser.add_argument("--python", default=sys.executable, help="the interpreter with torch and the packages")
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--processes", type=int, default=2)
    return parser


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(code)
