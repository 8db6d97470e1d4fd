"""The output formats by name."""

from __future__ import annotations

from collections.abc import Mapping

from torchmodlint.report.base import Reporter
from torchmodlint.report.concise import ConciseReporter
from torchmodlint.report.github import GithubReporter
from torchmodlint.report.json import JsonReporter
from torchmodlint.report.text import TextReporter

REPORTERS: Mapping[str, Reporter] = {
    "text": TextReporter(),
    "concise": ConciseReporter(),
    "json": JsonReporter(),
    "github": GithubReporter(),
}
