"""Context managers that are made and never entered."""

import torch
import torch as pt
from torch import enable_grad, inference_mode, no_grad
from torch import no_grad as without
from torch.autograd import grad_mode

torch.no_grad()  # TML306
torch.inference_mode()  # TML306


def statements(model, x):
    torch.no_grad()  # TML306
    torch.enable_grad()  # TML306
    torch.inference_mode(True)  # TML306
    torch.inference_mode(mode=False)  # TML306
    pt.no_grad()  # TML306
    torch.autograd.no_grad()  # TML306
    grad_mode.no_grad()  # TML306
    no_grad()  # TML306
    without()  # TML306
    enable_grad()  # TML306
    inference_mode  # TML306
    torch.no_grad  # TML306
    if x is not None: torch.no_grad()  # TML306
    return model(x)


def inside(model, x):
    from torch import no_grad as quiet

    quiet()  # TML306
    with quiet:  # TML306
        return model(x)


def contexts(model, x):
    with torch.no_grad:  # TML306
        x = model(x)
    with torch.autocast("cpu"), torch.inference_mode:  # TML306
        x = model(x)
    with torch.enable_grad as grad:  # TML306
        x = model(x)
    return x, grad


async def asynchronous(model, x):
    with torch.no_grad:  # TML306
        return model(x)


@torch.no_grad()
def right(model, x, stack, no_grad):
    torch.set_grad_enabled(False)
    torch.autograd.set_grad_enabled(mode=True)
    torch.autograd.set_detect_anomaly(True)
    torch.no_grad().__enter__()
    stack.enter_context(torch.no_grad())
    guard = torch.no_grad()
    no_grad()
    torch.is_grad_enabled()
    with guard, torch.no_grad(), torch.inference_mode(False), no_grad:
        return model(x)


@torch.no_grad
def bare(model, x):
    """Since torch 2.1 a decorator needs no parentheses.

    torch.no_grad()
    """
    return model(x)


class Own:
    def no_grad(self):
        self.no_grad()
        return self

    def inference_mode(self, torch):
        torch.inference_mode()
        torch.no_grad()
