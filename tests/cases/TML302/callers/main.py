"""The callers: some have switched gradients off."""

import torch

import scoring
from scoring import Scorer, called_as_it_is, wrapped


def run(model, loader):
    with torch.no_grad():
        print(wrapped(model, loader))
    print(called_as_it_is(model, loader))


@torch.inference_mode()
def quietly(model, loader):
    return scoring.decorated_caller(model, loader), Scorer(model).score(loader)


def loudly(model, loader):
    return Scorer(model).other(loader)
