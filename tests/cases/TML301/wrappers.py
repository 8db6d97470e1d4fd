"""A model in another coat keeps its mode, and gives it: DataParallel, compile, fabrics, copies."""

import copy

import torch
from lightning.fabric import Fabric
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(8, 8, num_layers=2, dropout=0.5)

    def forward(self, x):
        return self.cell(x)[0]


def data_parallel(path, x):
    model = nn.DataParallel(Net())
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)  # TML301


def loaded_inside(path, x):
    model = DDP(Net().cuda(), device_ids=[0])
    model.module.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)  # TML301


def wrapped_afterwards(path, x, parallel):
    model = Net()
    model.load_state_dict(torch.load(path))
    if parallel:
        model = nn.DataParallel(model)
    with torch.no_grad():
        return model(x)  # TML301


def unwrapped(path, x):
    model = nn.DataParallel(Net())
    model.load_state_dict(torch.load(path))
    model = model.module if hasattr(model, "module") else model
    with torch.no_grad():
        return model(x)  # TML301


def compiled(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    fast = torch.compile(model, mode="reduce-overhead")
    with torch.no_grad():
        return fast(x)  # TML301


def compiled_in_place(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.compile()
    with torch.no_grad():
        return model(x)  # TML301


def copied(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    other = copy.deepcopy(model)
    other.eval()
    with torch.no_grad():
        return other(x), model(x)  # TML301


def fabric(path, x):
    fabric = Fabric(accelerator="cuda")
    model = Net()
    model.load_state_dict(torch.load(path))
    model = fabric.setup(model)
    with torch.no_grad():
        return model(x)  # TML301


def data_parallel_in_eval(path, x):
    model = nn.DataParallel(Net())
    model.load_state_dict(torch.load(path))
    model.module.eval()
    with torch.no_grad():
        return model(x)


def compiled_after_eval(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.eval()
    fast = torch.compile(model)
    with torch.no_grad():
        return fast(x)


def eval_of_the_compiled(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    fast = torch.compile(model)
    fast.eval()
    with torch.no_grad():
        return model(x)


def scripted_after_eval(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    scripted = torch.jit.freeze(torch.jit.script(model.eval()))
    with torch.no_grad():
        return scripted(x)


def averaged(path, loader):
    """An averaged model is in the mode of what it was copied from."""
    model = Net()
    model.load_state_dict(torch.load(path))
    ema = torch.optim.swa_utils.AveragedModel(model)
    ema.eval()
    with torch.no_grad():
        return [ema(x) for x in loader]


def exponential_average(path, loader):
    from torch_ema import ExponentialMovingAverage

    model = Net()
    model.load_state_dict(torch.load(path))
    ema = ExponentialMovingAverage(model.parameters(), decay=0.99)
    with torch.no_grad(), ema.average_parameters():
        return [model(x) for x in loader]


def by_deepspeed(path, x):
    import deepspeed

    model = Net()
    model.load_state_dict(torch.load(path))
    engine = deepspeed.init_inference(model, dtype=torch.half)
    with torch.no_grad():
        return engine(x), model(x)


def quantised(path, x):
    """Dynamic quantisation evals its model."""
    model = Net()
    model.load_state_dict(torch.load(path))
    small = torch.ao.quantization.quantize_dynamic(model, {nn.Linear})
    with torch.no_grad():
        return small(x)


def hidden_in_a_lambda(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    model.eval()
    predict = lambda batch: model(batch).argmax(-1)
    with torch.no_grad():
        return predict(x)


def function_called_through_a_name(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))

    def predict(batch):
        return model(batch)  # TML301

    with torch.no_grad():
        return list(map(predict, x))
