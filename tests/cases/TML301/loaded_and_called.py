"""Weights are loaded in sight, and the model predicts as it was built: in training mode."""

import argparse
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU())
        self.head = nn.Linear(8, classes)

    def forward(self, x):
        return self.head(self.body(x))


class Wrapper(nn.Module):
    """What matters is two levels down."""

    def __init__(self):
        super().__init__()
        self.net = Net()

    def forward(self, x):
        return self.net(x)


class Plain(nn.Module):
    """No layer of it knows about modes."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        for layer in self.layers:
            x = F.gelu(layer(x))
        return self.norm(x)


def plainly(path, x):
    model = Net()
    model.load_state_dict(torch.load(path, weights_only=True))
    with torch.no_grad():
        return model(x).argmax(1)  # TML301


def once_for_each_function(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        first = model(x)  # TML301
        second = model(x + 1)
    return first, second


def on_a_device(path, batches, device):
    model = Net().to(device)
    checkpoint = torch.load(path, map_location=device)
    model.load_state_dict(checkpoint["model"], strict=True)
    model = model.half()
    rows = []
    with torch.inference_mode():
        for batch in batches:
            rows.append(model(batch.to(device)).cpu())  # TML301
    return torch.cat(rows)


def renamed_keys(path, x):
    state = {key.removeprefix("module."): value for key, value in torch.load(path).items()}
    net = Wrapper()
    missing = net.load_state_dict(state, strict=False)
    assert not missing.missing_keys
    with torch.no_grad():
        return net(x)  # TML301


def by_another_name(path, x):
    """What the part of a module is made of is not looked into."""
    model = Wrapper()
    inner = model.net
    inner.load_state_dict(torch.load(path))
    with torch.no_grad():
        return inner(x)


def ensemble(paths, x):
    models = []
    for path in paths:
        member = Net()
        member.load_state_dict(torch.load(path))
        models.append(member)
    with torch.no_grad():
        return torch.stack([member(x) for member in models]).mean(0)  # TML301


def in_a_comprehension(path, loader):
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return {name: model(x).argmax(1) for name, x in loader}  # TML301


def walrus(path, x):
    (model := Net()).load_state_dict(torch.load(path))
    with torch.no_grad():
        if (scores := model(x)).max() > 0.5:  # TML301
            return scores
    return None


def the_other_one_is_in_eval_mode(path, x):
    student, teacher = Net(), Net()
    student.load_state_dict(torch.load(path))
    teacher.load_state_dict(torch.load(path))
    teacher.eval()
    with torch.no_grad():
        return student(x) - teacher(x)  # TML301


def back_in_training_mode_by_a_new_object(path, x):
    model = Net()
    model.eval()
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)  # TML301


def no_mode_matters(path, x):
    model = Plain()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)


def nothing_was_loaded(x):
    model = Net()
    with torch.no_grad():
        return model(x)


def from_a_twin(x):
    """Copies of random weights are no trained weights."""
    model, twin = Net(), Net()
    twin.load_state_dict(model.state_dict())
    with torch.no_grad():
        return (model(x) - twin(x)).abs().max()


def given(model, path, x):
    """Its mode is the caller's."""
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--cuda", action="store_true")
    args = parser.parse_args()
    model = Net(classes=2)
    if args.checkpoint is not None:
        model.load_state_dict(torch.load(args.checkpoint))
    if args.cuda:
        model.cuda()
    with torch.no_grad():
        print(model(torch.load("batch.pt")))  # TML301


if __name__ == "__main__":
    main()
