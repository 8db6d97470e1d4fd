"""Results to report."""

from __future__ import annotations

from dataclasses import replace

from torchmodlint.core.finding import Finding, Problem, Related, Severity, Span, Subject
from torchmodlint.core.result import Result, Verification
from torchmodlint.core.verdict import Outcome, Reason, Verdict

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

SEEN = Verdict(
    Outcome.CONFIRMED,
    Reason.OBSERVED,
    "`layers` holds 5 nn.Linear, none of them in modules()",
    {"modules_hidden": 5, "shares": [0.5, float("nan")]},
    "meta",
    0.04,
    "`Net(dim=64)`, as called at train.py:48",
    ("einops", "transformers"),
    "import torch\nfrom net import Net\n\nmodule = Net(dim=64)\n",
)
UNBUILT = Verdict(Outcome.INCONCLUSIVE, Reason.NOT_CONSTRUCTED, "`Net()` raises TypeError: \x1b[31m")
NOT_SO = Verdict(Outcome.REFUTED, Reason.NOT_OBSERVED, "`x` is a registered buffer", built="`Net()`, with its defaults")
VERIFICATION = Verification(1, 1, 1, "3.12.1", "/env/bin/python", "2.6.0", "cpu", ("own session", "seccomp"))
VERIFIED = Result(
    findings=(replace(ONE_LINE, verdict=SEEN), replace(SEVERAL_LINES, verdict=UNBUILT)),
    files=120,
    suppressed=3,
    excerpts=RESULT.excerpts,
    verification=VERIFICATION,
)
SHOWING_REFUTED = replace(
    VERIFIED, acquitted=(replace(ONE_LINE, code="TML110", message="not a Parameter", verdict=NOT_SO),)
)
