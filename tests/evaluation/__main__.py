"""`python -m tests.evaluation LABELS CORPUS`: precision and recall per code, with every miss and false alarm.

LABELS is a JSON-lines file of judged places; CORPUS is a folder that holds the sources as NAME-VERSION/….
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

from tests.evaluation.labels import Label, LabelError, Place, read_labels
from tests.evaluation.linting import Job, files_of, lint_packages
from tests.evaluation.reporting import as_data, as_markdown, as_text
from tests.evaluation.scoring import score
from torchmodlint.engine.registry import all_rules


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when everything could be linted, 2 when something could not; the scores do not decide."""
    options = _parser().parse_args(arguments)
    known = {rule.code for rule in all_rules()}
    codes = frozenset(options.codes.split(",") if options.codes else known)
    if codes - known:
        print(f"no such rule: {', '.join(sorted(codes - known))}", file=sys.stderr)
        return 2
    try:
        labels = read_labels(options.labels)
    except (OSError, LabelError) as error:
        print(error, file=sys.stderr)
        return 2
    jobs = _jobs(labels, options.corpus, codes, whole=options.all)
    messages: dict[Place, str] = {}
    problems: list[str] = []
    for outcome in lint_packages(jobs, options.jobs):
        messages |= outcome.messages
        problems += outcome.problems
    scores = score(labels, messages.keys(), codes)
    if options.json:
        print(json.dumps(as_data(scores, messages, problems), indent=2))
    elif options.markdown:
        print(as_markdown(scores))
    else:
        print(as_text(scores, messages, show_unlabelled=options.unlabelled or options.all))
    print(f"\n{sum(len(job.paths) for job in jobs)} files in {len(jobs)} packages", file=sys.stderr)
    for problem in problems:
        print(f"problem: {problem}", file=sys.stderr)
    return 2 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("labels", type=Path, metavar="LABELS")
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("--codes", help="comma-separated; the default is every rule there is")
    parser.add_argument("--all", action="store_true", help="lint whole packages and not only the labelled files")
    parser.add_argument("--unlabelled", action="store_true", help="list the findings that nobody has judged yet, too")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--markdown", action="store_true", help="print the table for the documentation")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="packages linted at the same time")
    return parser


def _jobs(labels: list[Label], corpus: Path, codes: frozenset[str], *, whole: bool) -> list[Job]:
    """One job a package that the labels name; files without a label of these codes are linted only if `whole`."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    for label in labels:
        if whole or label.place.code in codes:
            files[label.place.folder].add(label.place.path)
    jobs = []
    for name, paths in sorted(files.items()):
        folder = corpus / name
        jobs.append(Job(folder, tuple(sorted(paths | set(files_of(folder) if whole else ()))), codes))
    return jobs


if __name__ == "__main__":
    sys.exit(main())
