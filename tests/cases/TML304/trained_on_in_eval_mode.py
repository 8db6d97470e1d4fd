"""Put in eval mode in one round of a loop, and trained in that mode in the next."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from accelerate import Accelerator


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.1))

    def forward(self, x):
        return self.layer(x)


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x):
        return self.layer(x)


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    return sum(F.mse_loss(model(x), y).item() for x, y in loader)


def evaluate_through(model, loader):
    return {"mse": evaluate(model, loader)}


def restoring(model, loader):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        total = sum(model(x).sum().item() for x in loader)
    model.train(was_training)
    return total


def train_before_the_loop(model, loader, validation, optimizer, epochs):
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        model.eval()  # TML304
        with torch.no_grad():
            print(sum(F.mse_loss(model(x), y).item() for x, y in validation))


def by_train_false(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        model.train(False)  # TML304
        with torch.no_grad():
            print(sum(F.mse_loss(model(x), y).item() for x, y in validation))


def now_and_then(model, loader, validation, optimizer):
    model.train()
    for step, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        if step % 1000 == 0:
            model.eval()  # TML304
            with torch.no_grad():
                print(step, sum(model(x).sum().item() for x, _ in validation))


def helper(loader, validation, epochs):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(evaluate(model, validation))  # TML304


def helper_in_a_helper(model, loader, validation, optimizer, epochs):
    model.train()
    best = float("inf")
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        if (score := evaluate_through(model, validation)["mse"]) < best:  # TML304
            best = score


def inner_step(model, loader, validation, optimizer, epochs):
    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def check():
        model.eval()
        return sum(model(x).sum().item() for x, _ in validation)  # TML302

    for _ in range(epochs):
        for x, y in loader:
            step(x, y)
        check()  # TML304


def one_arm_trains_again(model, loader, validation, optimizer, epochs, verbose):
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        score = evaluate(model, validation)  # TML304
        if verbose:
            print(epoch, score)
            model.train()


def left_by_continue(model, loader, validation, optimizer, epochs):
    """On one path the round sees to the mode: the condition may be of the kind that ends training."""
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            score = sum(model(x).sum().item() for x, _ in validation)
        if score > 1:
            continue
        model.train()


def train_of_another(model, teacher, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        teacher.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        evaluate(model, validation)  # TML304


def while_loop(model, loader, validation, optimizer):
    model.train()
    step = 0
    while step < 10_000:
        x, y = next(loader)
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(evaluate(model, validation))  # TML304


def with_accelerate(model, loader, validation, optimizer, epochs):
    accelerator = Accelerator()
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            with accelerator.accumulate(model):
                accelerator.backward(F.mse_loss(model(x), y))
                optimizer.step()
                optimizer.zero_grad()
        model.eval()  # TML304
        with torch.no_grad():
            for x, _ in validation:
                accelerator.gather_for_metrics(model(x))


def through_a_wrapper(loader, validation, epochs):
    """eval() of the model inside is eval() of the wrapper."""
    model = Net()
    parallel = nn.DataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(parallel(x), y).backward()
            optimizer.step()
        model.eval()  # TML304
        with torch.no_grad():
            print(sum(model(x).sum().item() for x, _ in validation))


def scaled(model, loader, validation, optimizer, epochs):
    scaler = torch.cuda.amp.GradScaler()
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            with torch.cuda.amp.autocast():
                loss = F.mse_loss(model(x), y)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
        print(evaluate(model, validation))  # TML304


def folds(loaders, validation, epochs):
    for loader in loaders:
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(epochs):
            for x, y in loader:
                optimizer.zero_grad()
                F.mse_loss(model(x), y).backward()
                optimizer.step()
            print(evaluate(model, validation))  # TML304


class Trainer:
    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer

    def fit(self, loader, validation, epochs):
        self.model.train()
        for _ in range(epochs):
            for x, y in loader:
                self.step(x, y)
            print(self.evaluate(validation))  # TML304

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = F.mse_loss(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.no_grad()
    def evaluate(self, loader):
        self.model.eval()
        return sum(F.mse_loss(self.model(x), y).item() for x, y in loader)


def mode_does_not_matter(loader, validation, epochs):
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(evaluate(model, validation))


def helper_restores(model, loader, validation, optimizer, epochs):
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(restoring(model, validation))


def saved_in_between(model, loader, validation, optimizer, save_best_model):
    model.train()
    for _ in range(10):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        save_best_model(model, evaluate(model, validation))  # TML304
