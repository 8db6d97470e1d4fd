"""In eval mode, over data, and every call records a graph that nobody walks."""

import copy
import logging

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

log = logging.getLogger(__name__)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 2)

    def forward(self, x):
        return self.layer(x)


def accuracy(model, loader, device):
    model.eval()
    right = total = 0
    for batch in loader:
        inputs, labels = batch["x"].to(device), batch["y"].to(device)
        logits = model(inputs)  # TML302
        right += (logits.argmax(dim=-1) == labels).float().sum().item()
        total += len(labels)
    return right / total


def average_loss(model, loader, criterion):
    model.train(False)
    losses = []
    for x, y in tqdm(loader, desc="validation"):
        loss = criterion(model(x), y)  # TML302
        losses.append(loss.item())
    return np.mean(losses)


def by_keyword(model, loader):
    model.train(mode=False)
    return [model(x).argmax(1).tolist() for x in loader]  # TML302


def first_of_several(model, loader):
    model.eval()
    for x, y in loader:
        coarse = model(x)  # TML302
        fine = model(y)
        log.info("%s %s", coarse.item(), fine.item())


def detached_afterwards(model, loader):
    """Too late: the graph was recorded."""
    net = model.eval()
    rows = []
    for x in loader:
        rows.append(net(x).detach().cpu())  # TML302
    return torch.cat(rows)


def by_data(model, loader):
    model.eval()
    scores = []
    for x in loader:
        out = model(x)  # TML302
        scores.extend(out.data.cpu().numpy().tolist())
    return scores


def counting(model, queue):
    model.eval()
    seen = 0
    while not queue.empty():
        seen += int(model(queue.get()).argmax())  # TML302
    return seen


def two_of_them(encoder, decoder, loader):
    encoder.eval()
    decoder.eval()
    for x in loader:
        code = encoder(x)  # TML302
        print(decoder(code).mean().item())


def restored(model, loader):
    """Whatever mode it was in comes back; the graphs are recorded all the same."""
    was_training = model.training
    model.eval()
    try:
        total = 0.0
        for x in loader:
            total += model(x).sum().item()  # TML302
    finally:
        model.train(was_training)
    return total


def only_the_loss_is_without(model, loader):
    model.eval()
    total = 0.0
    for x, y in loader:
        out = model(x)  # TML302
        with torch.no_grad():
            total += F.cross_entropy(out, y).item()
    return total


def switched_on_again(model, loader):
    """Asked for by name: somebody means it."""
    model.eval()
    with torch.no_grad():
        with torch.enable_grad():
            return [model(x).item() for x in loader]


def switch_with_true(model, loader):
    """Asked for by name: somebody means it."""
    model.eval()
    with torch.set_grad_enabled(True):
        return [model(x).item() for x in loader]


def inference_mode_off(model, loader):
    """Asked for by name: somebody means it."""
    model.eval()
    with torch.inference_mode(False):
        return [model(x).item() for x in loader]


def after_the_block(model, loader):
    model.eval()
    with torch.no_grad():
        constants = next(iter(loader))
    return [(model(x) - constants).sum().item() for x in loader]  # TML302


def train_then_validate(model, loader, validation, optimizer, epochs):
    for epoch in range(epochs):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        model.eval()
        wrong = 0
        for x, y in validation:
            wrong += (model(x).argmax(1) != y).sum().item()  # TML302
        print(epoch, wrong)


def wrapped(model, loader):
    parallel = nn.DataParallel(model)
    parallel.eval()
    for x in loader:
        print(parallel(x).argmax().item())  # TML302


def eval_through_a_helper(loader, path):
    def prepare():
        net = Net()
        net.load_state_dict(torch.load(path))
        return net.eval()

    net = prepare()
    return [net(x).argmax().item() for x in loader]  # TML302


def copied(model, loader):
    best = copy.deepcopy(model).eval()
    return sum(best(x).argmax().item() for x in loader)  # TML302


def list_of_models(models, loader):
    for model in models:
        model.eval()
    for x in loader:
        votes = [model(x).argmax(1).tolist() for model in models]  # TML302
        print(votes)


async def asynchronous(model, requests):
    model.eval()
    async for request in requests:
        await request.answer(model(request.x).argmax().item())  # TML302


def inner(model, loader):
    model.eval()

    def predict(x):
        return model(x).argmax(1).tolist()  # TML302

    return [predict(x) for x in loader]


class Trainer:
    def __init__(self, model, loader):
        self.model = model
        self.loader = loader

    def evaluate(self):
        self.model.eval()
        return np.mean([self.model(x).item() for x in self.loader])  # TML302

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        return np.mean([self.model(x).item() for x in self.loader])
