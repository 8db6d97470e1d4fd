"""What is computed elsewhere is computed as gradients are here, unless that place says otherwise."""

import torch

from steps import compute, loudly, quietly, step


def computed_in_a_helper(model, x):
    with torch.no_grad():
        loss = compute(model, x)
        loss.backward()  # TML307


def helper_records(model, x):
    with torch.no_grad():
        loss = loudly(model, x)
        loss.backward()


def helper_does_not_record(model, x):
    """Raises as well; but the walk is not the mistake, and it stands outside."""
    loss = quietly(model, x)
    loss.backward()


def helper_walks(model, x, optimizer):
    """Raises in a file where nothing is wrong."""
    with torch.no_grad():
        step(compute(model, x), optimizer)


def all_outside(model, x, optimizer):
    step(compute(model, x), optimizer)


def all_in_sight(model, x):
    with torch.no_grad():
        loss = model(x).mean()
        print(compute(model, x))
        loss.backward()  # TML307
