"""`__call__` given by an assignment."""

from typing import Any, Callable

from torch import nn


class SameAsForward(nn.Module):
    def forward(self, x):
        return x

    __call__ = forward  # TML202


class Annotated(nn.Module):
    def forward(self, x):
        return x

    __call__: Callable[..., Any] = nn.Module._wrapped_call_impl


class OfModule(nn.Module):
    def forward(self, x):
        return x

    __call__: Callable[..., Any] = nn.Module.__call__


class OtherMethod(nn.Module):
    def forward(self, x):
        return x

    def run(self, x):
        return super().__call__(x)

    __call__ = run


class Lambda(nn.Module):
    def forward(self, x):
        return x

    __call__ = lambda self, x: nn.Module.__call__(self, x)  # noqa: E731


class ForwardIsCall(nn.Module):
    def __call__(self, x):  # TML202
        return x

    forward = __call__
