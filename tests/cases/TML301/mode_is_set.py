"""Weights are loaded and the model predicts, in a mode that something in sight has seen to."""

import copy

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(self.layer(x))


class BornInEval(nn.Module):
    """The constructor ends in eval mode."""

    def __init__(self, path):
        super().__init__()
        self.net = Net()
        self.net.load_state_dict(torch.load(path))
        self.eval()

    @torch.no_grad()
    def forward(self, x):
        return self.net(x)


class AlwaysFrozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net()
        self.net.eval()

    def train(self, mode=True):
        super().train(mode)
        self.net.eval()
        return self

    def forward(self, x):
        return self.net(x)


class NoModeAtAll(Net):
    """Its train() keeps everything as in prediction."""

    def __init__(self):
        super().__init__()
        self.train(False)

    def train(self, mode=True):
        return super().train(False)


@torch.no_grad()
def after_loading(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.eval()
    return model(x)


@torch.no_grad()
def before_loading(path, x):
    model = Net().eval()
    model.load_state_dict(torch.load(path))
    return model(x)


@torch.no_grad()
def by_train_false(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.train(False)
    return model(x)


@torch.no_grad()
def by_keyword(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.train(mode=False)
    return model(x)


@torch.no_grad()
def by_a_flag(path, x, training):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.train(training)
    return model(x)


@torch.no_grad()
def of_another_model(path, x, reference):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.train(reference.training)
    return model(x)


@torch.no_grad()
def chained(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    return model.to("cuda").eval()(x)


@torch.no_grad()
def unbound(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    nn.Module.eval(model)
    return model(x)


@torch.no_grad()
def in_a_loop_over_them(paths, x):
    models = {path: Net() for path in paths}
    for path, model in models.items():
        model.load_state_dict(torch.load(path))
    for model in models.values():
        model.eval()
    return [model(x) for model in models.values()]


@torch.no_grad()
def encoder_and_decoder(path, x):
    state = torch.load(path)
    encoder, decoder = Net(), Net()
    encoder.load_state_dict(state["encoder"])
    decoder.load_state_dict(state["decoder"])
    for part in (encoder, decoder):
        part.eval()
    return decoder(encoder(x))


@torch.no_grad()
def by_apply(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.apply(lambda module: module.eval())
    return model(x)


@torch.no_grad()
def by_map(path, x):
    models = [Net(), Net()]
    for model in models:
        model.load_state_dict(torch.load(path))
    _ = [model.eval() for model in models]
    return sum(model(x) for model in models)


@torch.no_grad()
def layer_by_layer(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    return model(x)


@torch.no_grad()
def flag_assigned(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    for module in model.modules():
        module.training = False
    return model(x)


@torch.no_grad()
def by_getattr(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    getattr(model, "eval")()
    return model(x)


@torch.no_grad()
def inner_function(path, x):
    def prepare(model):
        model.load_state_dict(torch.load(path))
        return model.eval()

    return prepare(Net())(x)


@torch.no_grad()
def copied(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    frozen = copy.deepcopy(model).eval()
    return frozen(x)


@torch.no_grad()
def as_a_part(path, x):
    whole = nn.Sequential(Net(), nn.Linear(8, 2))
    whole[0].load_state_dict(torch.load(path))
    whole.eval()
    return whole[0](x)


@torch.no_grad()
def one_built_around_it(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    nn.DataParallel(model).eval()
    return model(x)


@torch.no_grad()
def classes_that_see_to_it(path, x):
    frozen, never = AlwaysFrozen(), NoModeAtAll()
    frozen.load_state_dict(torch.load(path))
    never.load_state_dict(torch.load(path))
    return BornInEval(path)(x), frozen(x), never(x)


@torch.no_grad()
def on_one_path_only(path, x, stochastic):
    """Monte Carlo dropout is wanted on the other."""
    model = Net()
    model.load_state_dict(torch.load(path))
    if not stochastic:
        model.eval()
    return model(x)
