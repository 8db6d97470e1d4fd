"""Under the same condition, under its opposite, by flags, and by what a model was in: the loop sees to it, or does not."""

import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5))

    def forward(self, x):
        return self.layer(x)


def step(model, x, y, optimizer):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()


def same_condition(model, loader, validation, optimizer, every):
    for number, (x, y) in enumerate(loader):
        step(model, x, y, optimizer)
        if number % every == 0:
            model.eval()
            with torch.no_grad():
                print(sum(model(x).sum().item() for x, _ in validation))
        print(number)
        if number % every == 0:
            model.train()


def another_condition(model, loader, validation, optimizer, every, verbose):
    for number, (x, y) in enumerate(loader):
        step(model, x, y, optimizer)
        if number % every == 0:
            model.eval()  # TML304
            with torch.no_grad():
                print(sum(model(x).sum().item() for x, _ in validation))
        if verbose:
            model.train()


def condition_around_both(model, loader, validation, optimizer, validate):
    for _ in range(10):
        for x, y in loader:
            step(model, x, y, optimizer)
        if validate:
            model.eval()
            with torch.no_grad():
                print(sum(model(x).sum().item() for x, _ in validation))
            model.train()


def train_statement_expression(model, loader, optimizer, modes):
    for training in modes:
        model.train() if training else model.eval()
        for x, y in loader:
            with torch.set_grad_enabled(training):
                loss = F.mse_loss(model(x), y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()


def by_a_method_name(model, loader, optimizer, phases):
    for phase in phases:
        getattr(model, phase)()
        for x, y in loader[phase]:
            step(model, x, y, optimizer)


def only_if_it_was(model, loader, validation, optimizer):
    for x, y in loader:
        step(model, x, y, optimizer)
        was_training = model.training
        if was_training:
            model.eval()
        with torch.no_grad():
            print(model(validation).sum().item())
        if was_training:
            model.train()


def first_round_only(model, loader, validation, optimizer, epochs):
    for epoch in range(epochs):
        if epoch == 0:
            model.train()
        for x, y in loader:
            step(model, x, y, optimizer)
        model.eval()  # TML304
        with torch.no_grad():
            print(sum(model(x).sum().item() for x, _ in validation))


def frozen_from_some_epoch_on(model, loader, optimizer, epochs, freeze_at):
    """A schedule: from then on it is trained in eval mode on purpose, which each round says anew."""
    for epoch in range(epochs):
        if epoch < freeze_at:
            model.train()
        else:
            model.eval()
        for x, y in loader:
            step(model, x, y, optimizer)


def two_models(generator, discriminator, loader, g_optimizer, d_optimizer):
    """Only one of them is put back."""
    for real in loader:
        fake = generator(torch.randn_like(real))
        d_optimizer.zero_grad()
        (discriminator(fake.detach()) - discriminator(real)).mean().backward()
        d_optimizer.step()
        g_optimizer.zero_grad()
        (-discriminator(generator(torch.randn_like(real)))).mean().backward()
        g_optimizer.step()
        generator.eval()  # TML304
        discriminator.eval()
        with torch.no_grad():
            print(discriminator(generator(torch.randn(4, 8))).mean())
        discriminator.train()


def in_a_list(models, loader, validation, optimizers, epochs):
    for _ in range(epochs):
        for model in models:
            model.train()
        for x, y in loader:
            for model, optimizer in zip(models, optimizers):
                step(model, x, y, optimizer)
        for model in models:
            model.eval()
        with torch.no_grad():
            print(sum(model(validation).sum().item() for model in models))


def in_a_list_not_undone(loader, validation, epochs):
    models = [Net(), Net()]
    optimizers = [optim.SGD(model.parameters(), lr=0.1) for model in models]
    for _ in range(epochs):
        for x, y in loader:
            for model, optimizer in zip(models, optimizers):
                step(model, x, y, optimizer)
        for model in models:
            model.eval()  # TML304
        with torch.no_grad():
            print(sum(model(validation).sum().item() for model in models))


def in_a_dict_not_undone(loader, validation, epochs):
    nets = {"actor": Net(), "critic": Net()}
    optimizer = optim.SGD(nets["actor"].parameters(), lr=0.1)
    for _ in range(epochs):
        for x, y in loader:
            step(nets["actor"], x, y, optimizer)
        nets["actor"].eval()  # TML304
        with torch.no_grad():
            print(nets["actor"](validation).sum().item())


def the_whole_is_put_back(whole, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            step(whole.body, x, y, optimizer)
        whole.body.eval()
        with torch.no_grad():
            print(whole.body(validation).sum().item())
        whole.train()


def part_of_the_trained(model, loader, optimizer, epochs):
    """Freezing the norm of a part, round after round, is the well-known recipe."""
    for _ in range(epochs):
        model.train()
        model.backbone.eval()
        for x, y in loader:
            step(model, x, y, optimizer)


def for_one_sample(model, loader, optimizer, reference):
    """The frozen part is used as it is in every step alike."""
    for x, y in loader:
        model.eval()
        with torch.no_grad():
            anchor = model(reference)
        model.train()
        step(model, x, anchor + y, optimizer)


def recursive(model, loader, optimizer, depth):
    if depth == 0:
        model.eval()
        return
    for x, y in loader:
        step(model, x, y, optimizer)
    recursive(model, loader, optimizer, depth - 1)
    model.train()


def validate(model, validation):
    model.eval()
    with torch.no_grad():
        return sum(model(x).sum().item() for x, _ in validation)


def stage_by_option(model, loader, validation, optimizer, args):
    """The option is the same in every round: what only evaluates never meets what trains."""
    for _ in range(10):
        if args.evaluate_only:
            print(validate(model, validation))
        else:
            for x, y in loader:
                step(model, x, y, optimizer)


def stage_by_number(model, loader, validation, optimizer, every):
    for number in range(10):
        if number % every == 0:
            print(validate(model, validation))  # TML304
        else:
            for x, y in loader:
                step(model, x, y, optimizer)


def stage_by_what_changes(model, loader, validation, optimizer, state):
    for number in range(10):
        if state.warm:
            print(validate(model, validation))  # TML304
        else:
            for x, y in loader:
                step(model, x, y, optimizer)
        state.warm = number % 2 == 0
