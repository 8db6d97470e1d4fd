"""Indices and truth values have no graph, so that `numpy()` on them says nothing about gradients; values have one."""

import torch


def classes(model, loader):
    model.eval()
    found = []
    for x, _ in loader:
        scores = model(x)  # TML302
        found.append(torch.argmax(scores, dim=1).cpu().numpy())
    return found


def of_the_largest(model, loader):
    model.eval()
    found = []
    for x, _ in loader:
        _, best = torch.max(model(x), 1)  # TML302
        found.extend(best.cpu().numpy())
    return found


def of_the_largest_by_method(model, loader):
    model.eval()
    found = []
    for x, _ in loader:
        found.extend(model(x).max(dim=-1, keepdim=True)[1].numpy())  # TML302
    return found


def of_the_best(model, loader, count):
    model.eval()
    found = []
    for x, _ in loader:
        _, places = torch.topk(model(x), count)  # TML302
        found.extend(places.numpy())
    return found


def right(model, loader):
    model.eval()
    found = []
    for x, y in loader:
        found.extend(torch.eq(model(x).round(), y).numpy())  # TML302
    return found


def largest(model, loader):
    """What `numpy()` refuses where it has a graph."""
    model.eval()
    found = []
    for x, _ in loader:
        values, _ = torch.max(model(x), 1)
        found.extend(values.numpy())
    return found


def best(model, loader, count):
    model.eval()
    return [model(x).topk(count)[0].numpy() for x, _ in loader]


def larger_of_two(model, loader, floor):
    model.eval()
    return [torch.max(model(x), floor).numpy() for x, _ in loader]


def learns_from_the_largest(model, loader, optimizer):
    model.eval()
    for x, _ in loader:
        values, _ = model(x).max(1)
        values.sum().backward()
        optimizer.step()
