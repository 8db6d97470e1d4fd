"""Gradients are off, in any of the ways there are to switch them off; or where it cannot be told whether they are."""

import contextlib
import functools

import torch
from torch import inference_mode, no_grad
from torch.autograd import no_grad as without_grad

AMP = torch.cuda.is_available()


@contextlib.contextmanager
def evaluating(model):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        yield model
    model.train(was_training)


@contextlib.contextmanager
def only_mode(model):
    model.eval()
    yield
    model.train()


def evaluation(function):
    @functools.wraps(function)
    def wrapper(model, *args):
        model.eval()
        with torch.no_grad():
            return function(model, *args)

    return wrapper


def with_block(model, loader):
    model.eval()
    with torch.no_grad():
        return [model(x).item() for x in loader]


def block_in_the_loop(model, loader):
    model.eval()
    for x in loader:
        with torch.inference_mode():
            print(model(x).item())


@torch.no_grad()
def decorated(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@torch.no_grad
def decorated_without_parentheses(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@inference_mode
def decorated_by_its_name(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@without_grad()
def decorated_by_another_name(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@torch.inference_mode(mode=True)
def decorated_with_a_flag(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@torch.set_grad_enabled(False)
def decorated_by_the_switch(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@torch.inference_mode(AMP)
def decorated_with_an_unknown_flag(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


@evaluation
def decorated_by_our_own(model, loader):
    model.eval()
    return [model(x).item() for x in loader]


def statement(model, loader):
    torch.set_grad_enabled(False)
    model.eval()
    total = sum(model(x).item() for x in loader)
    torch.set_grad_enabled(True)
    return total


def switch_as_context(model, loader):
    model.eval()
    with torch.set_grad_enabled(False):
        return [model(x).item() for x in loader]


def switch_with_a_flag(model, loader, train):
    model.train(train)
    with torch.set_grad_enabled(train):
        return [model(x).mean() for x in loader]


def switch_with_mode(model, loader):
    model.eval()
    with torch.set_grad_enabled(mode=model.training):
        return [model(x).item() for x in loader]


def both_managers(model, loader):
    model.eval()
    with torch.autocast("cuda", enabled=AMP), no_grad():
        return [model(x).item() for x in loader]


def in_brackets(model, loader, writer):
    model.eval()
    with (
        torch.no_grad(),
        writer.open() as out,
    ):
        for x in loader:
            out.write(model(x).item())


def kept_manager(model, loader):
    off = torch.no_grad()
    model.eval()
    with off:
        return [model(x).item() for x in loader]


def chosen_manager(model, loader, train):
    context = torch.enable_grad() if train else torch.no_grad()
    model.eval()
    with context:
        return [model(x).item() for x in loader]


def chosen_class(model, loader, fast):
    manager = torch.inference_mode if fast else torch.no_grad
    model.eval()
    with manager():
        return [model(x).item() for x in loader]


def maybe_null(model, loader, train):
    model.eval()
    with contextlib.nullcontext() if train else torch.no_grad():
        return [model(x).item() for x in loader]


def stack(model, loader):
    model.eval()
    with contextlib.ExitStack() as managers:
        managers.enter_context(torch.no_grad())
        return [model(x).item() for x in loader]


def own_manager(model, loader):
    with evaluating(model):
        return [model(x).item() for x in loader]


def own_manager_renamed(model, loader):
    with evaluating(model) as net:
        return [net(x).item() for x in loader]


def own_manager_without_no_grad(model, loader):
    with only_mode(model):
        return [model(x).item() for x in loader]  # TML302


def given_manager(model, loader, context):
    model.eval()
    with context:
        return [model(x).item() for x in loader]


def applied(model, loader):
    model.eval()
    predict = torch.no_grad()(model)
    return [predict(x).item() for x in loader]


def applied_to_a_function(model, loader):
    @torch.no_grad()
    def predict(x):
        return model(x)

    model.eval()
    return [predict(x).item() for x in loader]


def applied_to_a_lambda(model, loader):
    model.eval()
    predict = torch.inference_mode()(lambda x: model(x))
    return [predict(x).item() for x in loader]


@torch.no_grad()
def caller(model, loader):
    return called_by_one(model, loader)


def called_by_one(model, loader):
    """Everybody in sight who calls it has switched gradients off."""
    model.eval()
    return [model(x).item() for x in loader]


class Trainer:
    @torch.no_grad()
    def evaluate(self, model, loader):
        return self._evaluate(model, loader)

    def _evaluate(self, model, loader):
        model.eval()
        return sum(model(x).item() for x in loader)


@no_grad()
class Decorated:
    """A decorator on the class decorates its constructor only."""

    def evaluate(self, model, loader):
        model.eval()
        return sum(model(x).item() for x in loader)  # TML302


def entered(model, loader):
    torch.no_grad().__enter__()
    model.eval()
    return [model(x).item() for x in loader]


def entered_and_left(model, loader):
    model.eval()
    quiet = torch.inference_mode()
    quiet.__enter__()
    scores = [model(x).item() for x in loader]
    quiet.__exit__(None, None, None)
    return scores


def entered_too_late(model, loader):
    model.eval()
    scores = [model(x).item() for x in loader]  # TML302
    torch.no_grad().__enter__()
    return scores


def entered_to_record(model, loader):
    torch.autocast("cuda").__enter__()
    model.eval()
    return [model(x).item() for x in loader]  # TML302
