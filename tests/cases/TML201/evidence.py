"""Receivers of which nothing tells what they are but the way they are used."""

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def optimised(model, x):
    optimizer = torch.optim.Adam(model.parameters())
    loss = model.forward(x)  # TML201
    optimizer.step()
    return loss


def optimised_with_filter(model, x):
    optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()))
    return model.forward(x), optimizer  # TML201


def loaded(model, x):
    model.load_state_dict(torch.load("x.pt"))
    model.eval()
    return model.forward(x)  # TML201


def hooked(model, x):
    model.register_forward_hook(print)
    return model.forward(x)  # TML201


def walked(model, x):
    for name, module in model.named_modules():
        print(name)
    return model.forward(x)  # TML201


def moved_and_evaluated(model, x):
    model.to("cuda")
    model.eval()
    return model.forward(x)  # TML201


def chained(build, x):
    model = build().to("cuda").eval()
    return model.forward(x)


def evaluated_only(frame, x):
    frame.eval("a + b")
    return frame.forward(x)


def emptied(pipeline, x):
    pipeline.to("cuda")
    return pipeline.forward(x)


def stateful_only(iterator, x):
    iterator.load_state_dict(x)
    return iterator.forward(x)


def parallel(model, x):
    shared = DistributedDataParallel(model)
    return shared.forward(x)  # TML201


def another_name(model, other, x):
    optimizer = torch.optim.Adam(model.parameters())
    return other.forward(x), optimizer


def rebound_to_another(model, x):
    model.named_parameters()
    model = model.config
    return model.forward(x)


class Experiment:
    """The evidence lies in another method."""

    def __init__(self, model, device, tokens):
        self.model = model
        self.device = device
        self.tokens = tokens

    def fit(self, xs):
        optimizer = torch.optim.SGD(self.model.parameters(), 0.1)
        for x in xs:
            optimizer.zero_grad()
            self.model.forward(x).backward()  # TML201
            optimizer.step()

    def predict(self, x):
        self.model.eval()
        return self.model.forward(x)  # TML201

    def other(self, model, x):
        return model.forward(x), self.tokens.forward(x)


class Frozen(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.backbone.eval()

    def forward(self, x):
        return self.backbone.forward(x)  # TML201
