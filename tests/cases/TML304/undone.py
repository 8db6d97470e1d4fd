"""Put in eval mode inside the loop, and in training mode again before the next step."""

import contextlib
import copy

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))

    def forward(self, x):
        return self.layer(x)


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    return sum(F.mse_loss(model(x), y).item() for x, y in loader)


@torch.no_grad()
def evaluate_and_restore(model, loader):
    model.eval()
    try:
        return sum(F.mse_loss(model(x), y).item() for x, y in loader)
    finally:
        model.train()


@contextlib.contextmanager
def evaluating(*models):
    modes = [model.training for model in models]
    for model in models:
        model.eval()
    try:
        yield
    finally:
        for model, mode in zip(models, modes):
            model.train(mode)


def epoch(model, loader, optimizer):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()


def step(model, x, y, optimizer):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def at_the_head_of_each_round(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        model.train()
        for x, y in loader:
            step(model, x, y, optimizer)
        print(evaluate(model, validation))


def in_the_epoch_function(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        epoch(model, loader, optimizer)
        print(evaluate(model, validation))


def at_the_end_of_the_branch(model, loader, validation, optimizer):
    model.train()
    for number, (x, y) in enumerate(loader):
        step(model, x, y, optimizer)
        if number % 100 == 99:
            print(evaluate(model, validation))
            model.train()


def at_the_end_of_the_round(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        print(evaluate(model, validation))
        model.train()


def helper_puts_back(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        print(evaluate_and_restore(model, validation))


def was_training(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        was_training = model.training
        model.eval()
        print(sum(evaluate(model, validation) for _ in range(3)))
        if was_training:
            model.train()


def own_manager(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        with evaluating(model), torch.no_grad():
            print(sum(model(x).sum().item() for x, _ in validation))


def a_copy(model, loader, validation, optimizer, epochs):
    best = []
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        snapshot = copy.deepcopy(model)
        snapshot.eval()
        best.append(snapshot)
        with torch.no_grad():
            print(sum(snapshot(x).sum().item() for x, _ in validation))
    return best


def a_new_one_every_round(loader, validation, rounds):
    for _ in range(rounds):
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for x, y in loader:
            step(model, x, y, optimizer)
        print(evaluate(model, validation))


def the_average(model, loader, validation, optimizer, epochs):
    average = torch.optim.swa_utils.AveragedModel(model)
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        average.update_parameters(model)
        print(evaluate(average, validation))


def only_at_the_end(model, loader, validation, optimizer, epochs):
    model.train()
    for number in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        if number == epochs - 1:
            return evaluate(model, validation)
    return None


def stops_early(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            if step(model, x, y, optimizer).isnan():
                model.eval()
                raise ValueError(model(validation))
    return evaluate(model, validation)


def breaks_out(model, loader, validation, optimizer):
    for x, y in loader:
        if step(model, x, y, optimizer) < 0.1:
            model.eval()
            break
    return evaluate(model, validation)


def teacher(model, teacher, loader, optimizer, epochs):
    """It is the student that is trained."""
    for _ in range(epochs):
        for x in loader:
            teacher.eval()
            with torch.no_grad():
                goal = teacher(x)
            step(model, x, goal, optimizer)


def frozen_features(features, loader, epochs):
    features.eval()
    head = Net()
    optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
    for _ in range(epochs):
        for x, y in loader:
            features.eval()
            step(head, features(x), y, optimizer)


def always_in_eval_mode(model, loader, optimizer, epochs):
    """From the first step on: that is how it is to be trained."""
    model.eval()
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)


def eval_before_every_step(model, loader, optimizer, epochs):
    """Frozen norms, by the same statement in each round: no step differs from another."""
    for _ in range(epochs):
        model.eval()
        for x, y in loader:
            step(model, x, y, optimizer)


def norms_only(model, loader, optimizer, epochs):
    for _ in range(epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
        for x, y in loader:
            step(model, x, y, optimizer)


def phases(model, loaders, optimizer, epochs):
    for _ in range(epochs):
        for phase in ["train", "val"]:
            if phase == "train":
                model.train()
            else:
                model.eval()
            for x, y in loaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    loss = F.mse_loss(model(x), y)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()


def phases_by_flag(model, loaders, optimizer, epochs):
    for _ in range(epochs):
        for training in (True, False):
            model.train(training)
            for x, y in loaders[training]:
                with torch.set_grad_enabled(training):
                    loss = F.mse_loss(model(x), y)
                if training:
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()


def one_function_for_both(model, loader, optimizer=None):
    model.train(optimizer is not None)
    for x, y in loader:
        loss = F.mse_loss(model(x), y)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def both(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        one_function_for_both(model, loader, optimizer)
        one_function_for_both(model, validation)


def unknown_between(model, loader, validation, optimizer, epochs, callback):
    for _ in range(epochs):
        for x, y in loader:
            step(model, x, y, optimizer)
        model.eval()
        callback(model)


def attack(model, loader, optimizer, epochs):
    """The example is made in eval mode, the step is taken in training mode."""
    for _ in range(epochs):
        for x, y in loader:
            model.eval()
            x = x.clone().requires_grad_()
            (grad,) = torch.autograd.grad(F.mse_loss(model(x), y), x)
            model.train()
            step(model, (x + 0.1 * grad.sign()).detach(), y, optimizer)
