"""Which rules a selection puts in force."""

from __future__ import annotations

import pytest

from torchmodlint.core.selector import RuleId, Selection, UnknownSelector, choose, did_you_mean, expand

RULES = [
    RuleId("TML101", "missing-super-init", True),
    RuleId("TML113", "modules-in-plain-container", True),
    RuleId("TML122", "tied-by-copy", False),
    RuleId("TML201", "forward-called-directly", True),
]
DEFAULT = {"TML101", "TML113", "TML201"}


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("ALL", {"TML101", "TML113", "TML122", "TML201"}),
        ("TML", {"TML101", "TML113", "TML122", "TML201"}),
        ("TML1", {"TML101", "TML113", "TML122"}),
        ("TML113", {"TML113"}),
        ("missing-super-init", {"TML101"}),
    ],
)
def test_expand(selector: str, codes: set[str]) -> None:
    assert expand(selector, RULES) == codes


@pytest.mark.parametrize(
    ("selector", "nearest"),
    [
        ("TML2011", "TML201"),
        ("missing_super_init", "missing-super-init"),
        ("modules-in-container", "modules-in-plain-container"),
        ("tml113", "TML113"),
        ("all", "ALL"),
    ],
)
def test_unknown_selector_names_the_nearest(selector: str, nearest: str) -> None:
    with pytest.raises(UnknownSelector, match=f'unknown rule selector "{selector}"; did you mean "{nearest}"'):
        expand(selector, RULES)


@pytest.mark.parametrize("selector", ["", "qqqqqqqq"])
def test_unknown_selector_far_from_everything(selector: str) -> None:
    with pytest.raises(UnknownSelector) as caught:
        expand(selector, RULES)
    assert str(caught.value) == f'unknown rule selector "{selector}"'


@pytest.mark.parametrize(
    ("layers", "codes"),
    [
        pytest.param([], DEFAULT, id="opt-in rules are off"),
        pytest.param([Selection()], DEFAULT, id="an empty layer changes nothing"),
        pytest.param([Selection(extend_select=("TML122",))], DEFAULT | {"TML122"}, id="an opt-in rule by its code"),
        pytest.param([Selection(extend_select=("tied-by-copy",))], DEFAULT | {"TML122"}, id="and by its name"),
        pytest.param([Selection(select=("TML1",))], {"TML101", "TML113", "TML122"}, id="and by a prefix"),
        pytest.param([Selection(select=())], set(), id="nothing is something else than unset"),
        pytest.param([Selection(ignore=("TML1",))], {"TML201"}, id="ignore takes from the default"),
        pytest.param(
            [Selection(select=("TML1", "TML113"), ignore=("TML11",))],
            {"TML101", "TML113", "TML122"},
            id="the narrower selector wins for select",
        ),
        pytest.param(
            [Selection(select=("TML1",), ignore=("tied-by-copy",))],
            {"TML101", "TML113"},
            id="and for ignore, as a name",
        ),
        pytest.param([Selection(select=("TML113",), ignore=("TML113",))], set(), id="ignore wins a tie"),
        pytest.param(
            [Selection(ignore=("TML113",)), Selection(ignore=("TML201",))],
            {"TML101"},
            id="a layer adds to the one below",
        ),
        pytest.param(
            [Selection(select=("TML2",), ignore=("TML1",)), Selection(select=("TML101",))],
            {"TML101"},
            id="a select starts anew",
        ),
        pytest.param(
            [Selection(ignore=("TML113",)), Selection(extend_select=("TML1",))],
            DEFAULT | {"TML122"},
            id="the later layer wins over a narrower selector below",
        ),
    ],
)
def test_choose(layers: list[Selection], codes: set[str]) -> None:
    assert choose(RULES, layers) == codes


def test_choose_refuses_unknown_selectors_everywhere() -> None:
    for layer in (Selection(select=("X",)), Selection(ignore=("X",)), Selection(extend_select=("X",))):
        with pytest.raises(UnknownSelector):
            choose(RULES, [layer])


def test_did_you_mean_sees_through_spelling_of_the_joints() -> None:
    assert did_you_mean("Extend_Select", ["select", "extend-select"]) == '; did you mean "extend-select"?'
    assert did_you_mean("zzz", ["select"]) == ""
