"""Weights are loaded to train on, or to look at: no prediction in the wrong mode."""

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.tensorboard import SummaryWriter


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))

    def forward(self, x):
        return self.layer(x)


def resumed(loader, path, epochs):
    model = Net()
    optimizer = optim.AdamW(model.parameters())
    checkpoint = torch.load(path)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    for _ in range(checkpoint["epoch"], epochs):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def resumed_with_helper(loader, path):
    def step(x, y):
        optimizer.zero_grad()
        out = model(x)
        F.cross_entropy(out, y).backward()
        optimizer.step()

    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        step(x, y)


def fine_tuned(loader, path):
    model = Net()
    model.load_state_dict(torch.load(path), strict=False)
    scaler = torch.amp.GradScaler()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        with torch.autocast("cuda"):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()


def with_accelerate(loader, path):
    from accelerate import Accelerator

    accelerator = Accelerator()
    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        accelerator.backward(loss)
        optimizer.step()


def with_a_trainer(loader, path, trainer):
    model = Net()
    model.load_state_dict(torch.load(path))
    trainer.fit(model, loader)
    return model(next(iter(loader)))


def losses_in_a_dict(loader, path):
    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for batch in loader:
        losses = {"a": model(batch["x"]).mean()}
        losses["b"] = model(batch["y"]).abs().mean()
        total = sum(losses.values())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()


def closure(x, y, path):
    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.LBFGS(model.parameters())

    def evaluate():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    optimizer.step(evaluate)


def gradients_by_hand(x, path):
    model = Net()
    model.load_state_dict(torch.load(path))
    for parameter, grad in zip(model.parameters(), torch.autograd.grad(model(x).sum(), list(model.parameters()))):
        parameter.data -= 0.1 * grad


def warm_up(path, x):
    """Statistics are estimated afresh before anything is predicted."""
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        for batch in x:
            model(batch)
    model.eval()
    return model


def teacher_for_student(loader, path):
    student, teacher = Net(), Net()
    teacher.load_state_dict(torch.load(path))
    teacher.eval()
    optimizer = optim.SGD(student.parameters(), lr=0.1)
    for x in loader:
        with torch.no_grad():
            target = teacher(x)
        loss = F.mse_loss(student(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def soft_targets_update(online, loader, tau=0.005):
    """A target network begins as a copy of the online one, and is updated from it."""
    target = Net()
    target.load_state_dict(online.state_dict())
    optimizer = optim.SGD(online.parameters(), lr=0.1)
    for state, after in loader:
        with torch.no_grad():
            value = target(after).max(1).values
        F.mse_loss(online(state).max(1).values, value).backward()
        optimizer.step()
        mixed = {k: tau * v + (1 - tau) * target.state_dict()[k] for k, v in online.state_dict().items()}
        target.load_state_dict(mixed)


def shapes_and_graphs(path):
    model = Net()
    model.load_state_dict(torch.load(path))
    dummy = torch.zeros(2, 8)
    print(model(dummy).shape)
    with SummaryWriter() as writer:
        writer.add_graph(model, dummy)
    size = model(torch.randn(1, 8, device="cpu")).size(1)
    torch.save(model.state_dict(), path)
    return size


def parameters_only(path):
    model = Net()
    model.load_state_dict(torch.load(path))
    return sum(parameter.numel() for parameter in model.parameters())


def built(path):
    """Whoever asked for it sets the mode."""
    model = Net()
    model.load_state_dict(torch.load(path))
    return model


def built_into_a_pair(path):
    model = Net()
    model.load_state_dict(torch.load(path))
    return model, lambda x: model(x)
