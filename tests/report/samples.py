"""Results to report."""

from __future__ import annotations

from torchmodlint.core.finding import Finding, Problem, Related, Severity, Span, Subject
from torchmodlint.core.result import Result

ONE_LINE = Finding(
    path="pkg/net.py",
    span=Span(12, 9, 12, 20),
    code="TML113",
    name="modules-in-plain-container",
    severity=Severity.ERROR,
    message="`self.layers` holds modules, 100% unseen",
    subject=Subject("pkg.net.Net", "layers", None),
    related=(Related(4, 1, "made here"),),
)
SEVERAL_LINES = Finding(
    path="pkg/other.py",
    span=Span(3, 5, 6, 2),
    code="TML111",
    name="unregistered-buffer",
    severity=Severity.WARNING,
    message="a tensor",
)
RESULT = Result(
    findings=(ONE_LINE, SEVERAL_LINES),
    problems=(
        Problem("pkg/broken.py", "syntax error: invalid syntax", 7),
        Problem("none", "no such file or directory"),
    ),
    files=120,
    suppressed=3,
    excerpts={
        ("pkg/net.py", 12): "        self.layers = [layer]",
        ("pkg/other.py", 3): "\tx = torch.zeros(",
    },
)
EMPTY = Result(files=1)
