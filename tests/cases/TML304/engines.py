"""Loops of engines: who steps, who scales, who restores."""

import copy

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from lightning.fabric import Fabric
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5))

    def forward(self, x):
        return self.layer(x)


@torch.inference_mode()
def score(model, loader):
    model.eval()
    return sum(F.mse_loss(model(x), y).item() for x, y in loader)


def apex(model, loader, validation, optimizer):
    from apex import amp

    model, optimizer = amp.initialize(model, optimizer, opt_level="O1")
    model.train()
    for _ in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            with amp.scale_loss(loss, optimizer) as scaled_loss:
                scaled_loss.backward()
            optimizer.step()
        print(score(model, validation))  # TML304


def fabric(loader, validation):
    fabric = Fabric()
    model = Net()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    model, optimizer = fabric.setup(model, optimizer)
    for _ in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            fabric.backward(F.mse_loss(model(x), y))
            optimizer.step()
        print(score(model, validation))  # TML304


def lbfgs(model, x, y, validation):
    optimizer = optim.LBFGS(model.parameters())

    def closure():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    model.train()
    for _ in range(10):
        optimizer.step(closure)
        print(score(model, validation))  # TML304


def lbfgs_that_trains(model, x, y, validation):
    optimizer = optim.LBFGS(model.parameters())

    def closure():
        model.train()
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _ in range(10):
        optimizer.step(closure)
        print(score(model, validation))


def distributed(loader, validation, rank):
    model = nn.parallel.DistributedDataParallel(Net().to(rank), device_ids=[rank])
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(10):
        loader.sampler.set_epoch(epoch)
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x.to(rank)), y.to(rank)).backward()
            optimizer.step()
        if rank == 0:
            print(score(model.module, validation))  # TML304


def by_accumulation(model, loader, validation, optimizer, every):
    model.train()
    for number, (x, y) in enumerate(loader):
        loss = F.mse_loss(model(x), y) / every
        loss.backward()
        if number % every:
            continue
        optimizer.step()
        optimizer.zero_grad()
        print(score(model, validation))  # TML304


def unknown_callback(model, loader, validation, optimizer, callbacks):
    """The callbacks get the model: they may set its mode."""
    for _ in range(10):
        for callback in callbacks:
            callback.on_epoch_begin(model)
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(score(model, validation))


def generator_of_steps(model, loader, validation, optimizer):
    def steps():
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            yield loss.item()

    for _ in range(10):
        print(sum(steps()), score(model, validation))


def early_stopping(model, loader, validation, optimizer, patience=3):
    best, bad = float("inf"), 0
    model.train()
    while bad < patience:
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        current = score(model, validation)  # TML304
        best, bad = (current, 0) if current < best else (best, bad + 1)
    return best


def summarised(loader, validation, optimizer):
    from torchinfo import summary

    model = Net()
    summary(model, input_size=(1, 8))
    for _ in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(score(model, validation))  # TML304


def counted_and_thus_as_before(loader, validation, optimizer):
    from thop import profile

    model = Net()
    for _ in range(10):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(score(model, validation))
        print(profile(model, inputs=(torch.randn(1, 8),)))


def counted_as_it_stands(loader, validation, optimizer):
    """The functions that count leave the mode of the whole."""
    from thop import profile

    model = Net()
    for _ in range(10):
        print(score(model, validation))
        model.train()
        print(profile(model, inputs=(torch.randn(1, 8),)))
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()


class Wrapper(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)


class Unwrapping:
    """`unwrap_model` gives the same model without its coat, here through a property."""

    def __init__(self, model, optimizer):
        self.accelerator = Accelerator()
        self.model, self.optimizer = self.accelerator.prepare(model, optimizer)

    @property
    def bare(self):
        return self.accelerator.unwrap_model(self.model, keep_fp32_wrapper=False)

    @property
    def copied(self):
        """Another model."""
        return copy.deepcopy(self.model)

    def fit(self, loader, validation):
        for _ in range(10):
            for x, y in loader:
                self.optimizer.zero_grad()
                self.accelerator.backward(F.mse_loss(self.model(x), y))
                self.optimizer.step()
            self.bare.eval()  # TML304
            with torch.no_grad():
                print(sum(F.mse_loss(self.bare(x), y).item() for x, y in validation))

    def fit_with_a_train(self, loader, validation):
        for _ in range(10):
            self.model.train()
            for x, y in loader:
                self.optimizer.zero_grad()
                self.accelerator.backward(F.mse_loss(self.model(x), y))
                self.optimizer.step()
            self.bare.eval()
            with torch.no_grad():
                print(sum(F.mse_loss(self.bare(x), y).item() for x, y in validation))

    def fit_and_score_a_copy(self, loader, validation):
        for _ in range(10):
            for x, y in loader:
                self.optimizer.zero_grad()
                self.accelerator.backward(F.mse_loss(self.model(x), y))
                self.optimizer.step()
            self.copied.eval()
            with torch.no_grad():
                print(sum(F.mse_loss(self.copied(x), y).item() for x, y in validation))


class InACoat:
    """What the coat was put around is put back by itself."""

    def __init__(self, optimizer):
        self.inner = Net()
        self.model = Wrapper(self.inner)
        self.optimizer = optimizer

    def fit_what_is_inside(self, loader, validation):
        for _ in range(10):
            self.inner.train()
            for x, y in loader:
                self.optimizer.zero_grad()
                F.mse_loss(self.model(x), y).backward()
                self.optimizer.step()
            print(score(self.model, validation))
