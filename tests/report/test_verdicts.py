"""What each output format says of verdicts."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tests.report.samples import RESULT, SHOWING_REFUTED, VERIFICATION, VERIFIED
from torchmodlint.core.result import Result
from torchmodlint.report.base import Style
from torchmodlint.report.formats import REPORTERS
from torchmodlint.report.verdicts import circumstances


def render(output_format: str, result: Result, style: Style | None = None) -> str:
    return REPORTERS[output_format].render(result, style or Style())


def test_text() -> None:
    assert render("text", VERIFIED) == (
        "pkg/net.py:12:9: TML113 `self.layers` holds modules, 100% unseen\n"
        "   |\n"
        "12 |         self.layers = [layer]\n"
        "   |         ^^^^^^^^^^^\n"
        "   = confirmed on meta: `layers` holds 5 nn.Linear, none of them in modules()\n"
        "     built: `Net(dim=64)`, as called at train.py:48\n"
        "     not installed, stood in for: einops, transformers\n"
        "\n"
        "pkg/other.py:3:5: TML111 a tensor\n"
        "  |\n"
        "3 |     x = torch.zeros(\n"
        "  |        ^^^^^^^^^^^^^\n"
        "  = inconclusive (not-constructed): `Net()` raises TypeError: \\x1b[31m\n"
        "\n"
        "Found 2 findings in 2 of 120 files (1 confirmed, 1 refuted, 1 inconclusive, 3 suppressed).\n"
        "Verified with torch 2.6.0 and Python 3.12.1 on cpu; isolation: own session, seccomp.\n"
    )


def test_text_without_source_and_with_scripts() -> None:
    assert render("text", VERIFIED, Style(show_source=False, summary=False, repro=True)) == (
        "pkg/net.py:12:9: TML113 `self.layers` holds modules, 100% unseen\n"
        "  = confirmed on meta: `layers` holds 5 nn.Linear, none of them in modules()\n"
        "    built: `Net(dim=64)`, as called at train.py:48\n"
        "    not installed, stood in for: einops, transformers\n"
        "pkg/other.py:3:5: TML111 a tensor\n"
        "  = inconclusive (not-constructed): `Net()` raises TypeError: \\x1b[31m\n"
        "\n"
        "# pkg/net.py:12 TML113 (modules-in-plain-container)\n"
        "import torch\n"
        "from net import Net\n"
        "\n"
        "module = Net(dim=64)\n"
        "\n"
    )
    with_source = render("text", VERIFIED, Style(repro=True))
    assert "TypeError: \\x1b[31m\n\n# pkg/net.py:12 TML113" in with_source
    assert "module = Net(dim=64)\n\nFound 2 findings" in with_source


def test_refuted_are_listed_in_their_place_and_not_counted() -> None:
    lines = render("text", SHOWING_REFUTED, Style(show_source=False)).splitlines()
    assert lines[:3] == [
        "pkg/net.py:12:9: TML110 not a Parameter",
        "  = refuted on cpu: `x` is a registered buffer",
        "    built: `Net()`, with its defaults",
    ]
    assert lines[-2].startswith("Found 2 findings in 2 of 120 files")
    assert SHOWING_REFUTED.exit_code() == 1
    assert replace(SHOWING_REFUTED, findings=()).exit_code() == 0


def test_concise() -> None:
    assert render("concise", SHOWING_REFUTED, Style(repro=True)) == (
        "pkg/net.py:12:9: TML110 not a Parameter [refuted]\n"
        "pkg/net.py:12:9: TML113 `self.layers` holds modules, 100% unseen [confirmed]\n"
        "pkg/other.py:3:5: TML111 a tensor [inconclusive: not-constructed]\n"
        "\n"
        "# pkg/net.py:12 TML113 (modules-in-plain-container)\n"
        "import torch\nfrom net import Net\n\nmodule = Net(dim=64)\n"
    )


def test_json() -> None:
    document = json.loads(render("json", SHOWING_REFUTED), parse_constant=lambda name: pytest.fail(name))
    assert [each["verdict"]["outcome"] for each in document["findings"]] == ["refuted", "confirmed", "inconclusive"]
    assert document["findings"][1]["verdict"] == {
        "outcome": "confirmed",
        "device": "meta",
        "reason": "observed",
        "evidence": {"modules_hidden": 5, "shares": [0.5, "nan"]},
        "seconds": 0.04,
        "message": "`layers` holds 5 nn.Linear, none of them in modules()",
        "built": "`Net(dim=64)`, as called at train.py:48",
        "stubbed": ["einops", "transformers"],
        "repro": "import torch\nfrom net import Net\n\nmodule = Net(dim=64)\n",
    }
    assert {key: document["summary"][key] for key in ("findings", "confirmed", "refuted", "inconclusive")} == {
        "findings": 2,
        "confirmed": 1,
        "refuted": 1,
        "inconclusive": 1,
    }
    assert document["verifier"] == {
        "python": "3.12.1",
        "executable": "/env/bin/python",
        "torch": "2.6.0",
        "device": "cpu",
        "layers": ["own session", "seccomp"],
        "cached": 0,
    }
    assert "verifier" not in json.loads(render("json", RESULT))


def test_github() -> None:
    lines = render("github", SHOWING_REFUTED).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::notice", "::error", "::warning"]
    assert lines[1].endswith(
        "unseen%0Aconfirmed on meta: `layers` holds 5 nn.Linear, none of them in modules()"
        "%0Abuilt: `Net(dim=64)`, as called at train.py:48%0Anot installed, stood in for: einops, transformers"
    )


def test_colour_only_adds_colour() -> None:
    for output_format in ("text", "concise"):
        painted = render(output_format, SHOWING_REFUTED, Style(color=True))
        assert "\x1b[1;31m" in painted
        assert re.sub(r"\x1b\[[\d;]*m", "", painted) == render(output_format, SHOWING_REFUTED)


@pytest.mark.parametrize(
    ("changed", "end"),
    [
        ({}, " on cpu; isolation: own session, seccomp."),
        ({"layers": ()}, " on cpu; isolation: none."),
        ({"cached": 2}, " on cpu; isolation: own session, seccomp; 2 of 3 verdicts from the cache."),
        ({"cached": 3, "device": "", "layers": ()}, "; no code was run, all verdicts are from the cache."),
    ],
)
def test_circumstances(changed: dict[str, object], end: str) -> None:
    line = circumstances(VERIFICATION._replace(**changed))  # type: ignore[arg-type]
    assert line == f"Verified with torch 2.6.0 and Python 3.12.1{end}"
