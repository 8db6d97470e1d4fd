"""The words in names and comments: what they say of training mode, and of dropout that is meant to stay on.

Whether a flag is the training mode, and whether noise at inference is wanted, only its author's words can tell.
"""

from __future__ import annotations

import re

# No name in torch, and no usual name of a flag, holds one of these without having to do with the mode.
MODE = frozenset(
    {"train", "training", "trains", "eval", "evaluate", "evaluating", "evaluation", "infer", "inference", "test"}
    | {"testing", "deterministic", "mode", "phase", "grad"}
)
TRAINING = frozenset({"train", "training", "trains", "fit"})
BAYESIAN = frozenset({"mc", "monte", "montecarlo", "bayes", "bayesian"})
ON_PURPOSE = BAYESIAN | frozenset(
    {"always", "alway", "inference", "infer", "eval", "evaluation", "evaluating", "evaluate", "test", "testing"}
    | {"prediction", "predicting", "sampling", "uncertainty", "stochastic", "deterministic", "intentional"}
    | {"intentionally", "deliberate", "deliberately", "purpose"}
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SENTENCE_END = re.compile(r"[.!?:;](?=\s|$)|\n\s*\n")


def words(text: str) -> frozenset[str]:
    """The words of a name or of a text in lower case: is_training, IsTraining and "is training" have the same."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def says_mode(name: str) -> bool:
    """Does a name say that it is about training or evaluation?"""
    return not MODE.isdisjoint(words(name))


def says_dropout(name: str) -> bool:
    """Does a name say that it is about dropout?"""
    return any(word.startswith("drop") for word in words(name))


def says_training(name: str) -> bool:
    """Does the name of a function say that it runs in training only?"""
    return not TRAINING.isdisjoint(words(name))


def says_bayesian(name: str) -> bool:
    """Does the name of a class or function say that it samples, as Monte Carlo dropout does?"""
    return not BAYESIAN.isdisjoint(words(name))


def says_on_purpose(text: str, about_dropout: bool = False) -> bool:
    """Does a sentence of a docstring or comment speak of dropout together with evaluation?

    `about_dropout` says that the text is about dropout by the place where it stands.
    """
    sentences = map(words, _SENTENCE_END.split(text))
    return any(
        not ON_PURPOSE.isdisjoint(sentence) and (about_dropout or any(word.startswith("drop") for word in sentence))
        for sentence in sentences
    )
