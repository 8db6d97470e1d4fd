"""The callers of these methods are in another file, and have set the mode."""

import torch

from modes import fit, plain_score, score, to_eval
from nets import Net, Trainer


class MyTrainer(Trainer):
    def train(self, loader):
        for x in loader:
            self.optimizer.zero_grad()
            self.model(x).sum().backward()
            self.optimizer.step()

    def validate(self, loader):
        with torch.no_grad():
            return sum(self.model(x).sum().item() for x in loader)


def set_by_a_helper(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x in loader:
        optimizer.zero_grad()
        model(x).sum().backward()
        optimizer.step()
    to_eval(model)
    with torch.no_grad():
        return [model(x) for x in validation]


def scored_by_a_helper(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        for x in loader:
            optimizer.zero_grad()
            model(x).sum().backward()
            optimizer.step()
        print(score(model, validation))
        model.train()


def nobody_sets_it(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x in loader:
        optimizer.zero_grad()
        model(x).sum().backward()
        optimizer.step()
    with torch.no_grad():
        return [model(x) for x in validation]  # TML303


def called_in_a_helper(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x in loader:
        optimizer.zero_grad()
        model(x).sum().backward()
        optimizer.step()
    return plain_score(model, validation)  # TML303


def all_in_helpers(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        fit(model, loader, optimizer)
        with torch.no_grad():
            print([model(x) for x in validation])  # TML303


def trained_by_a_helper_then_set(loader, validation):
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        fit(model, loader, optimizer)
        model.eval()
        with torch.no_grad():
            print([model(x) for x in validation])
