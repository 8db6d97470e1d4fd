"""`python -m tests.benchmarks COMMAND`: what a run costs, and whether it gives the same however it is run."""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks import against_floor, fetch, goals, growth, same, stages, table

COMMANDS = {
    "floor": against_floor,
    "goals": goals,
    "table": table,
    "profile": stages,
    "growth": growth,
    "same": same,
    "fetch": fetch,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    chosen = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        words = (module.__doc__ or "").partition(": ")[2]
        one = chosen.add_parser(
            name,
            help=words.partition("\n")[0],
            description=words,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(one)
        one.set_defaults(run=module.main)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
