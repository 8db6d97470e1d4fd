"""Helpers that load weights: some of them set the mode, too."""

import torch

from app.models import Classifier


def load(path):
    model = Classifier()
    model.load_state_dict(torch.load(path))
    return model


def load_for_prediction(path):
    model = load(path)
    model.eval()
    return model


def restore(model, path):
    model.load_state_dict(torch.load(path))


def restore_for_prediction(model, path):
    restore(model, path)
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.train(mode=False)


class Registry:
    def __init__(self, root):
        self.root = root

    def fetch(self, name):
        model = Classifier()
        model.load_state_dict(torch.load(self.root / name))
        return model.eval()
