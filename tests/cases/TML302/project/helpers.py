"""Helpers about modes and gradients, and one that takes the step."""

import contextlib

import torch


def prepare(model, device):
    return model.to(device).eval()


@contextlib.contextmanager
def quietly(model):
    with torch.no_grad():
        model.eval()
        yield
        model.train()


def step(loss, optimizer):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def switch_off():
    torch.set_grad_enabled(False)


def mean(values):
    return sum(values) / len(values)


def without_gradients(function):
    def wrapper(*args, **kwargs):
        with torch.no_grad():
            return function(*args, **kwargs)

    return wrapper
