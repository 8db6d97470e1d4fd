"""Who sets the mode."""

import torch


def to_eval(model):
    return model.eval()


def score(model, loader):
    """Sees to the mode itself."""
    model.eval()
    with torch.no_grad():
        return sum(model(x).sum().item() for x in loader)


def plain_score(model, loader):
    """Leaves the mode to its callers."""
    with torch.no_grad():
        return sum(model(x).sum().item() for x in loader)


def fit(model, loader, optimizer):
    model.train()
    for x in loader:
        optimizer.zero_grad()
        model(x).sum().backward()
        optimizer.step()
