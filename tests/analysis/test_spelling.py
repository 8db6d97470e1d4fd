"""Names that are meant to be another one, and what words say."""

from __future__ import annotations

import pytest

from torchmodlint.analysis.spelling import FLAG, METHOD, misspells_requires_grad, slips
from torchmodlint.analysis.words import says_bayesian, says_dropout, says_mode, says_on_purpose, says_training, words


@pytest.mark.parametrize(
    ("written", "meant", "count"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("abc", "adc", 1),
        ("gard", "grad", 1),
        ("ca", "abc", 3),
    ],
)
def test_slips(written: str, meant: str, count: int) -> None:
    assert slips(written, meant) == count
    assert slips(meant, written) == count


@pytest.mark.parametrize(
    "name", ["require_grad", "require_grads", "requires_gard", "requiresGrad", "required_grad", "requires_gradients"]
)
def test_typos(name: str) -> None:
    assert misspells_requires_grad(name)


@pytest.mark.parametrize(
    "name", [FLAG, METHOD, "grad", "retain_grad", "retains_grad", "zero_grad", "requires_graph", "required_args", ""]
)
def test_other_names(name: str) -> None:
    assert not misspells_requires_grad(name)


def test_words() -> None:
    assert words("is_training") == words("IsTraining") == words("is training") == {"is", "training"}
    assert words("MCDropout2d") == {"mc", "dropout", "d"}


def test_says() -> None:
    assert says_mode("is_train")
    assert says_mode("evalMode")
    assert not says_mode("constraint")
    assert says_dropout("attn_drop")
    assert not says_dropout("backdrop")
    assert says_training("training_step")
    assert not says_training("restrain")
    assert says_bayesian("BayesianHead")


def test_on_purpose_needs_both_in_one_sentence() -> None:
    assert says_on_purpose("Applies dropout\nalso at inference.")
    assert not says_on_purpose("Applies dropout. For evaluation of nets.")
    assert not says_on_purpose("Always fast.")
    assert says_on_purpose("# always", about_dropout=True)
