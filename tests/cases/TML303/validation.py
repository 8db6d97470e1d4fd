"""Trained in sight, then called without gradients, still in the mode of training."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import SGD


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(self.layer(x))


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x):
        return self.layer(x)


def every_epoch(loader, validation, epochs):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        with torch.no_grad():
            wrong = 0
            for x, y in validation:
                wrong += (model(x).argmax(1) != y).sum().item()  # TML303
        print(epoch, wrong)


def afterwards(loader, x):
    model = Net()
    model.train()
    optimizer = SGD(model.parameters(), lr=0.1)
    for batch in loader:
        loss = model(batch).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model = model.cpu()
    with torch.inference_mode():
        return model(x)  # TML303


def afterwards_without_train(loader, x):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for batch in loader:
        loss = model(batch).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model = model.cpu()
    with torch.inference_mode():
        return model(x)  # TML303


def switch_as_statement(loader, test):
    model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))
    optimizer = SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    torch.set_grad_enabled(False)
    return [F.mse_loss(model(x), y).item() for x, y in test]  # TML303


def with_a_scaler(loader, validation):
    model = Net().cuda()
    optimizer = SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda")
    for _ in range(10):
        for x, y in loader:
            with torch.autocast("cuda"):
                loss = F.mse_loss(model(x), y)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        with torch.no_grad(), torch.autocast("cuda"):
            print(sum(F.mse_loss(model(x), y).item() for x, y in validation))  # TML303


def fit_one(model, loader, optimizer):
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()


@torch.no_grad()
def mean_error(model, loader):
    return sum(F.mse_loss(model(x), y).item() for x, y in loader)  # TML303


def all_helpers_are_in_sight(loader, validation):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        fit_one(model, loader, optimizer)
        print(mean_error(model, validation))


def eval_undone_too_early(loader, validation):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    model.eval()
    model = Net()
    other = SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        other.zero_grad()
        F.mse_loss(model(x), y).backward()
        other.step()
    with torch.no_grad():
        return [model(x) for x, _ in validation]  # TML303


def the_wrong_one(loader, validation):
    student, teacher = Net(), Net()
    optimizer = SGD(student.parameters(), lr=0.1)
    teacher.eval()
    for x in loader:
        with torch.no_grad():
            goal = teacher(x)
        optimizer.zero_grad()
        F.mse_loss(student(x), goal).backward()
        optimizer.step()
    with torch.no_grad():
        return [student(x) - teacher(x) for x in validation]  # TML303


def parts(loader, validation):
    encoder, decoder = Net(), Plain()
    optimizer = SGD([*encoder.parameters(), *decoder.parameters()], lr=0.1)
    for x in loader:
        optimizer.zero_grad()
        F.mse_loss(decoder(encoder(x)), x).backward()
        optimizer.step()
    with torch.no_grad():
        return [decoder(encoder(x)) for x in validation]  # TML303


def mode_does_not_matter(loader, validation):
    model = Plain()
    optimizer = SGD(model.parameters(), lr=0.1)
    for x in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), x).backward()
        optimizer.step()
    with torch.no_grad():
        return [model(x) for x in validation]


def mode_may_not_matter(model, loader, validation, optimizer):
    """Nothing is known of what it holds, nor of the mode it comes in."""
    for x in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), x).backward()
        optimizer.step()
    with torch.no_grad():
        return [model(x) for x in validation]


def put_in_eval_mode(loader, validation):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        model.train()
        for x in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), x).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            print([model(x) for x in validation])


def put_in_eval_mode_by_train_false(loader, validation):
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        model.train(True)
        for x in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), x).backward()
            optimizer.step()
        model.train(False)
        with torch.no_grad():
            print([model(x) for x in validation])


def never_trained_in_sight(model_path, validation):
    model = Net()
    with torch.no_grad():
        return [model(x) for x in validation], model_path


def trained_elsewhere(loader, validation, fit):
    model = Net()
    fit(model, loader)
    with torch.no_grad():
        return [model(x) for x in validation]


def train(loader, validation):
    """The tutorial's loop over phases: the mode is set at the head of each."""
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        for phase in ["train", "val"]:
            if phase == "train":
                model.train()
            else:
                model.eval()
            for x, y in loader if phase == "train" else validation:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    loss = F.mse_loss(model(x), y)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
