"""Measures the linter on labelled real code: `python -m tests.evaluation LABELS CORPUS`."""
