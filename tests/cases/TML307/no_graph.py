"""A loss computed where gradients are off, and asked for gradients there."""

import contextlib

import torch
import torch.nn.functional as F
from torch import inference_mode, nn


def in_a_block(model, x, y):
    with torch.no_grad():
        loss = F.mse_loss(model(x), y)
        loss.backward()  # TML307


def in_inference_mode(model, x, y):
    with inference_mode():
        F.mse_loss(model(x), y).backward()  # TML307


@torch.no_grad()
def decorated(model, loader, optimizer):
    for x, y in loader:
        optimizer.zero_grad()
        out = model(x)
        loss = F.cross_entropy(out, y) + 0.1 * out.pow(2).mean()
        loss.backward()  # TML307
        optimizer.step()


@torch.inference_mode
def decorated_without_parentheses(model, x):
    model(x).sum().backward()  # TML307


def switched_off(model, x):
    torch.set_grad_enabled(False)
    model(x).sum().backward()  # TML307


def switched_off_as_context(model, x):
    with torch.set_grad_enabled(False):
        total = 0
        for part in x:
            total += model(part).sum()
        total.backward()  # TML307


def by_a_function(model, x):
    with torch.no_grad():
        torch.autograd.backward(model(x).sum())  # TML307


def grad_of(model, x):
    with torch.no_grad():
        return torch.autograd.grad(model(x).sum(), list(model.parameters()))  # TML307


def by_a_scaler(model, x, scaler):
    with torch.no_grad(), torch.autocast("cuda"):
        loss = model(x).mean()
        scaler.scale(loss).backward()  # TML307


def through_a_dict(model, x):
    losses = {}
    with torch.no_grad():
        losses["main"] = model(x).mean()
        losses["aux"] = model(x).abs().mean()
        sum(losses.values()).backward()  # TML307


def unpacked(model, x):
    with torch.no_grad():
        out, hidden = model(x)
        (out.mean() + hidden.mean()).backward()  # TML307


def inner_enabled_too_late(model, x):
    with torch.no_grad():
        loss = model(x).mean()
        with torch.enable_grad():
            loss.backward()


def built_outside(model, x):
    loss = model(x).mean()
    with torch.no_grad():
        loss.backward()


def walked_under_no_grad_on_one_path(model, x, flag):
    with torch.no_grad() if flag else contextlib.nullcontext():
        model(x).mean().backward()


def with_a_flag(model, x, train):
    with torch.set_grad_enabled(train):
        loss = model(x).mean()
        if train:
            loss.backward()


def phases(model, loaders, optimizer):
    for phase in ["train", "val"]:
        for x, y in loaders[phase]:
            with torch.set_grad_enabled(phase == "train"):
                loss = F.mse_loss(model(x), y)
                if phase == "train":
                    loss.backward()
                    optimizer.step()


def opened_again(model, x):
    with torch.no_grad():
        y = x * 2
        with torch.enable_grad():
            model(y).mean().backward()


@torch.no_grad()
def guided(model, latents, steps):
    """A sampler that needs gradients of one thing in each step."""
    for step in range(steps):
        with torch.enable_grad():
            latents = latents.detach().requires_grad_(True)
            energy = model(latents, step).mean()
            (grad,) = torch.autograd.grad(energy, latents)
        latents = latents - 0.1 * grad
    return latents


@torch.no_grad()
def lbfgs(model, x, optimizer):
    @torch.enable_grad()
    def closure():
        optimizer.zero_grad()
        loss = model(x).mean()
        loss.backward()
        return loss

    optimizer.step(closure)


def a_part_has_a_graph(model, penalty, x):
    """What was computed outside can be walked."""
    weight = penalty(x)
    with torch.no_grad():
        target = model(x)
        loss = (target * weight).mean()
    loss = loss + penalty(x).mean()
    loss.backward()


def target_without_graph(model, teacher, x):
    with torch.no_grad():
        target = teacher(x)
    F.mse_loss(model(x), target).backward()


def requires_grad_by_itself(model, x):
    """Made a leaf, which can be asked for its own gradient, though it has none to pass on."""
    with torch.no_grad():
        out = model(x)
    out.requires_grad_()
    out.sum().backward()


def mode_is_off(model, x):
    with torch.inference_mode(mode=False):
        model(x).mean().backward()


def switched_back(model, x):
    torch.set_grad_enabled(False)
    model.eval()
    torch.set_grad_enabled(True)
    model(x).mean().backward()


def unknown_helper(model, x, step):
    with torch.no_grad():
        step(model(x))


def not_about_torch(spider, page):
    with torch.no_grad():
        spider.crawl(page).backward()


class Step(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    @torch.no_grad()
    def own_step(self, x):
        loss = self.net(x).mean()
        loss.backward()  # TML307

    def outer(self, x):
        with torch.no_grad():
            self.inner(x)

    def inner(self, x):
        """Raises when it is called from outer()."""
        self.net(x).mean().backward()  # TML307


class Function(torch.autograd.Function):
    """A custom function recomputes with gradients on."""

    @staticmethod
    def forward(ctx, x, run):
        ctx.run = run
        ctx.save_for_backward(x)
        with torch.no_grad():
            return run(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            out = ctx.run(x)
        torch.autograd.backward(out, grad)
        return x.grad, None


class Learner:
    """One method for training and validation, which looks at an attribute that others set."""

    def __init__(self, model):
        self.model = model

    def one_batch(self, x, y):
        loss = F.mse_loss(self.model(x), y)
        if self.state != "train":
            return
        loss.backward()

    def all_batches(self, loader):
        for x, y in loader:
            self.one_batch(x, y)

    def fit(self, loader, validation):
        self.all_batches(loader)
        with torch.no_grad():
            self.all_batches(validation)


class Staged:
    """The same, with a first value of the attribute."""

    def __init__(self, model):
        self.model = model
        self.state = "train"

    def one_batch(self, x, y):
        loss = F.mse_loss(self.model(x), y)
        if self.state != "train":
            return
        loss.backward()

    def fit(self, loader, validation):
        for x, y in loader:
            self.one_batch(x, y)
        with torch.no_grad():
            for x, y in validation:
                self.one_batch(x, y)


class Careless:
    """No condition keeps the method from it, or one that was decided before."""

    def __init__(self, model):
        self.model = model

    def one_batch(self, x, y):
        if self.verbose:
            print(len(x))
        F.mse_loss(self.model(x), y).backward()  # TML307

    def validate(self, validation):
        if validation is None:
            return
        with torch.no_grad():
            for x, y in validation:
                self.one_batch(x, y)

    def probe(self, x, y):
        with torch.no_grad():
            loss = F.mse_loss(self.model(x), y)
            if loss > 1:
                loss.backward()  # TML307
