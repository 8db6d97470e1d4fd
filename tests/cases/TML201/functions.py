"""What helpers return, inner functions, lambdas, comprehensions, and code at module level."""

import functools

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)


class Agent:
    def forward(self, x):
        return x


def make():
    return Net()


def make_one_of(kind):
    if kind == "net":
        model = Net()
    elif kind == "linear":
        model = nn.Linear(2, 2)
    else:
        raise ValueError(kind)
    return model.eval()


def make_anything(kind):
    return Net() if kind else Agent()


def make_pair():
    return Net(), torch.optim.SGD([], 0.1)


def passed_through(model):
    return model


def decide(kind):
    table = {"net": Net, "linear": functools.partial(nn.Linear, 2, 2)}
    return table[kind]()


def use(x, kind):
    make().forward(x)  # TML201
    make_one_of(kind).forward(x)  # TML201
    make_anything(kind).forward(x)
    model, optimizer = make_pair()
    model.forward(x)  # TML201
    passed_through(Net()).forward(x)  # TML201
    passed_through(kind).forward(x)
    decide(kind).forward(x)  # TML201
    Agent().forward(x)
    (lambda: Net())().forward(x)  # TML201


def inner(x):
    model = Net()

    def run(y):
        return model.forward(y)  # TML201

    def shadowed(model):
        return model.forward(x)

    later = lambda y: model.forward(y)  # TML201
    return run, shadowed, later, map(lambda y: model.forward(y), x)  # TML201


def comprehensions(xs):
    model = Net()
    models = [Net() for _ in range(3)]
    a = [model.forward(x) for x in xs]  # TML201
    b = {x: model.forward(x) for x in xs if model.forward(x) is not None}  # TML201 TML201
    c = sum(one.forward(xs) for one in models)  # TML201
    return a, b, c, tuple(one.forward(xs) for one in xs)


async def asynchronous(x):
    model = Net()
    async with x as y:
        model.forward(y)  # TML201
    return await model.forward(x)  # TML201


def generator(xs):
    model = Net()
    while True:
        yield model.forward(next(xs))  # TML201


def handled(x):
    model = Net()
    try:
        return model.forward(x)  # TML201
    except RuntimeError:
        return model.forward(x.cpu())  # TML201
    finally:
        model.forward(x)  # TML201


def matched(x, kind):
    match kind:
        case "net":
            return Net().forward(x)  # TML201
        case _:
            return kind.forward(x)


def replaced(x):
    model = Net()
    model = Agent()
    return model.forward(x)


def dead(x):
    return x
    Net().forward(x)


def printed(x):
    model = Net()
    assert model.forward(x) is not None, f"{model.forward(x)}"  # TML201 TML201
    print(f"{model.forward(x)}", *model.forward(x), **model.forward(x))  # TML201 TML201 TML201
    with torch.no_grad():
        y, z = model.forward(x)  # TML201
        y[model.forward(x)] = model.forward(x).sum()  # TML201 TML201
        y += model.forward(x)  # TML201
        del y[model.forward(x)]  # TML201
    for _ in model.forward(x):  # TML201
        pass
    while model.forward(x):  # TML201
        pass
    if model.forward(x):  # TML201
        raise ValueError(model.forward(x))  # TML201
    return -model.forward(x) + (not model.forward(x)) < model.forward(x)[model.forward(x)]  # TML201 TML201 TML201 TML201


net = Net()
net.forward(0)  # TML201
outputs = [net.forward(x) for x in range(3)]  # TML201
run = lambda x: net.forward(x)  # TML201


if __name__ == "__main__":
    model = Net()
    model.forward(torch.zeros(1))  # TML201
    for _ in range(3):
        model.forward(torch.zeros(1))  # TML201


class Calibration:
    def __init__(self, net: nn.Module):
        self.handles = [
            net.register_forward_hook(self.after),
            net.register_forward_pre_hook(before),
            net.register_full_backward_hook(self.backward),
        ]

    def after(self, module: nn.Module, inputs, output):
        """Calling the module would run this hook again."""
        module.scale = output.abs().max()
        return module.forward(*inputs)

    def backward(self, module: nn.Module, grads, outputs):
        return module.forward(*grads)  # TML201

    def other(self, module: nn.Module, inputs):
        return module.forward(*inputs)  # TML201


def before(module: nn.Module, inputs):
    other = nn.Linear(2, 2)
    return module.forward(*inputs), other.forward(*inputs)  # TML201
