"""The exit codes, the same numbers as flake8, mypy and ruff use."""

CLEAN = 0
FINDINGS = 1
FAILED = 2  # a path, file, configuration, rule or worker failed; the rest was still checked and reported
