"""Evaluation, with and without putting the mode back."""

import torch


@torch.no_grad()
def evaluate(model, loader, criterion):
    model.eval()
    total = 0.0
    for x, y in loader:
        total += criterion(model(x), y).item()
    return total / len(loader)


def evaluate_and_restore(model, loader, criterion):
    was_training = model.training
    try:
        return evaluate(model, loader, criterion)
    finally:
        model.train(was_training)


def summarise(model, loader, criterion):
    return {"loss": evaluate(model, loader, criterion)}


class Evaluator:
    def __init__(self, loader, criterion):
        self.loader = loader
        self.criterion = criterion

    def run(self, model):
        return evaluate(model, self.loader, self.criterion)

    def __call__(self, model):
        return evaluate_and_restore(model, self.loader, self.criterion)
