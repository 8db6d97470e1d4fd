"""What a flag, an engine or an unknown function may have done to the mode."""

import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5))

    def forward(self, x):
        return self.layer(x)


def fit(model, loader):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()


def by_flag(loader, validation, stochastic):
    model = Net()
    fit(model, loader)
    model.train(stochastic)
    with torch.no_grad():
        return [model(x) for x in validation]


def by_condition(loader, validation, stochastic):
    model = Net()
    fit(model, loader)
    if not stochastic:
        model.eval()
    with torch.no_grad():
        return [model(x) for x in validation]


def by_conditional_expression(loader, validation, stochastic):
    model = Net()
    fit(model, loader)
    model.train() if stochastic else model.eval()
    with torch.no_grad():
        return [model(x) for x in validation]


def unknown_function(loader, validation, callback):
    model = Net()
    fit(model, loader)
    callback(model)
    with torch.no_grad():
        return [model(x) for x in validation]


def method_of_an_unknown_object(loader, validation, logger):
    model = Net()
    fit(model, loader)
    logger.on_epoch_end(model)
    with torch.no_grad():
        return [model(x) for x in validation]


def grad_flag(loader, validation, training):
    model = Net()
    for x, y in loader if training else validation:
        with torch.set_grad_enabled(training):
            loss = F.mse_loss(model(x), y)
        if training:
            loss.backward()


def best_state(loader, validation, path):
    model = Net()
    fit(model, loader)
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return [model(x) for x in validation]  # TML303


def a_fresh_copy(loader, validation):
    model = Net()
    fit(model, loader)
    torch.save(model.state_dict(), "net.pt")
    fresh = Net()
    fresh.load_state_dict(torch.load("net.pt"))
    with torch.no_grad():
        return [fresh(x) for x in validation]  # TML301


def inference_by_a_method(loader, validation):
    model = Net()
    fit(model, loader)
    with torch.no_grad():
        return [model.layer(x) for x in validation]


def trained_in_a_helper(loader, validation):
    model = Net()
    fit(model, loader)
    with torch.no_grad():
        return [model(x) for x in validation]  # TML303


def eval_of_a_part(loader, validation):
    model = Net()
    fit(model, loader)
    model.layer.eval()
    with torch.no_grad():
        return [model(x) for x in validation]


def in_a_worker(loader, validation, pool):
    model = Net()
    fit(model, loader)

    @torch.no_grad()
    def score(x):
        return model(x).sum().item()

    model.eval()
    return pool.map(score, validation)


def finally_evaluated(loader, validation):
    model = Net()
    try:
        fit(model, loader)
    except KeyboardInterrupt:
        print("stopped")
    finally:
        model.eval()
    with torch.no_grad():
        return [model(x) for x in validation]
