"""What a `__call__` of its own does."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Callable

import torch
from torch import Tensor, nn


class Instead(nn.Module):
    def __call__(self, x):  # TML202
        return x


class SelfForward(nn.Module):
    def __call__(self, x):  # TML202
        return self.forward(x)

    def forward(self, x):
        return x


class Delegates(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x: Tensor) -> Tensor:
        return super().__call__(x)


class LongDelegates(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, *args, **kwargs):
        return super(LongDelegates, self).__call__(*args, **kwargs)


class ByName(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        return nn.Module.__call__(self, x)


class CallImpl(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        return self._call_impl(x)


class WrappedCallImpl(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        return self._wrapped_call_impl(x)


class Annotated(nn.Module):
    __call__: Callable[..., Any]

    def forward(self, x):
        return x


class Assigned(nn.Module):
    def forward(self, x):
        return x

    __call__ = nn.Module.__call__


class AssignedForward(nn.Module):
    def forward(self, x):
        return x

    def run(self, x):
        return x


class TypingOnly(nn.Module):
    if TYPE_CHECKING:

        def __call__(self, x: Tensor) -> Tensor: ...

    def forward(self, x):
        return x


class Stubbed(nn.Module):
    def __call__(self, x: Tensor) -> Tensor: ...


class Abstract(nn.Module, ABC):
    @abstractmethod
    def __call__(self, x):
        """Must be overridden."""
        raise NotImplementedError


class InOneBranch(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x, fast=False):
        if fast:
            return self.forward(x)
        return super().__call__(x)


class ThroughHelper(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        return self._run(x)

    def _run(self, x):
        return super().__call__(x)


class AssignsTo(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        run = super().__call__
        return run(x)


class Property(nn.Module):
    @property
    def __call__(self):
        return super().__call__

    def forward(self, x):
        return x


class Inherits(Instead):
    """The fault is in the base."""

    def forward(self, x):
        return x


class DelegatesToBroken(Instead):
    def __call__(self, x):
        return super().__call__(x)


class CallsOther(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def __call__(self, x):  # TML202
        return self.inner.__call__(x)


class CallsInner(nn.Module):
    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner

    def __call__(self, x):  # TML202
        return self.inner(x)


class Static(nn.Module):
    @staticmethod
    def __call__(x):  # TML202
        return x


class Async(nn.Module):
    async def __call__(self, x):  # TML202
        return x


class NoGrad(nn.Module):
    def forward(self, x):
        return x

    @torch.no_grad()
    def __call__(self, x):
        return super().__call__(x)


class RunsHooks(nn.Module):
    """Runs the hooks by hand."""

    def forward(self, x):
        return x

    def __call__(self, x):
        for hook in self._forward_pre_hooks.values():
            hook(self, (x,))
        return self.forward(x)


class NotAModule:
    def __call__(self, x):
        return x


class Callback(torch.optim.lr_scheduler.LRScheduler):
    def __call__(self, x):
        return x


class Function(torch.autograd.Function):
    def __call__(self, x):
        return x


class Optional(nn.Module):
    def forward(self, x):
        return x

    if torch.cuda.is_available():

        def __call__(self, x):  # TML202
            return self.forward(x)


class WrongName(nn.Module):
    def __call__(self, *args):
        raise TypeError("use encode()")

    def encode(self, x):
        return x


class ListOfModules(nn.ModuleList):
    def __call__(self, x):  # TML202
        for layer in self:
            x = layer(x)
        return x


class Metaclass(type):
    def __call__(cls, *args):
        return super().__call__(*args)


class Compiled(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        if self._compiled_call_impl is not None:
            return self._compiled_call_impl(x)
        return super().__call__(x)


class OldStyle(nn.Module):
    def forward(self, x):
        return x

    def __call__(self, x):
        return self._slow_forward(x)
