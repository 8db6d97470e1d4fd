"""Parameters, and tensors that require grad, in every plain container."""

import torch
from torch import nn
from torch.autograd import Variable
from torch.nn import Parameter


def gate(width):
    return nn.Parameter(torch.ones(width))


class Written(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.as_list = [nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))]  # TML114
        self.as_tuple = (Parameter(torch.ones(width)),)  # TML114
        self.as_dict = {"a": nn.Parameter(torch.ones(width))}  # TML114
        self.comp = [nn.Parameter(torch.empty(width)) for _ in range(depth)]  # TML114
        self.keyed = {str(at): nn.Parameter(torch.empty(width)) for at in range(depth)}  # TML114
        self.tensors = [torch.randn(width, requires_grad=True) for _ in range(depth)]  # TML114
        self.marked = [torch.randn(width).requires_grad_() for _ in range(depth)]  # TML114
        self.variables = [Variable(torch.randn(width), requires_grad=True)]  # TML114
        self.helped = [gate(width) for _ in range(depth)]  # TML114
        self.nested = [[nn.Parameter(torch.ones(width))] for _ in range(depth)]  # TML114
        self.pairs = [(nn.Parameter(torch.ones(width)), "tanh")]  # TML114
        self.marked_param = [nn.Parameter(torch.ones(width)).requires_grad_(True)]  # TML114
        self.lists_of_lists = [nn.ParameterList([nn.Parameter(torch.ones(width))])]  # TML113

    def forward(self, x):
        return x * self.as_list[0]


class Grown(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.weights = []  # TML114
        self.biases = {}  # TML114
        for at in range(depth):
            self.weights.append(nn.Parameter(torch.ones(width)))
            self.biases[at] = nn.Parameter(torch.zeros(width))
        weight = nn.Parameter(torch.ones(width))
        nn.init.normal_(weight)
        self.initialised = [weight]  # TML114
        local = []
        for _ in range(depth):
            local.append(nn.Parameter(torch.ones(width)))
        self.local = local  # TML114
        self.extended = []  # TML114
        self.extended.extend([nn.Parameter(torch.ones(width))])
        self.added = []  # TML114
        self.added += [nn.Parameter(torch.ones(width))]

    def forward(self, x):
        return x * self.weights[0]


class Registered(nn.Module):
    def __init__(self, width, depth, given: nn.Parameter):
        super().__init__()
        self.a = nn.ParameterList([nn.Parameter(torch.ones(width)) for _ in range(depth)])
        self.b = nn.ParameterDict({"a": nn.Parameter(torch.ones(width))})
        self.c = nn.ParameterList()
        for _ in range(depth):
            self.c.append(nn.Parameter(torch.ones(width)))
        self.d = nn.ParameterDict()
        self.d["x"] = nn.Parameter(torch.ones(width))
        self.weights = []
        for at in range(depth):
            weight = nn.Parameter(torch.ones(width))
            self.register_parameter(f"weight_{at}", weight)
            self.weights.append(weight)
        self.biases = [nn.Parameter(torch.ones(width)) for _ in range(depth)]
        for at, bias in enumerate(self.biases):
            setattr(self, f"bias_{at}", bias)
        self.gates = [nn.Parameter(torch.ones(width)) for _ in range(depth)]
        self.gate_list = nn.ParameterList(self.gates)
        self.scale = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.ones(width))
        self.both = [self.scale, self.shift]
        self.of_layer = nn.Linear(width, width)
        self.layer_weights = [self.of_layer.weight, self.of_layer.bias]
        self.all_weights = list(self.parameters())
        self.trainable = [p for p in self.parameters() if p.requires_grad]
        self.by_name = dict(self.named_parameters())
        self.given = [given]
        self.shapes = [tuple(p.shape) for p in self.parameters()]
        self.constants = [torch.ones(width), torch.zeros(width, requires_grad=False)]
        self.frozen = [torch.ones(width).requires_grad_(False)]

    def forward(self, x):
        return x * self.scale + self.shift


class Named(nn.Module):
    """The RNN way: names are collected, Parameters are set."""

    def __init__(self, width, depth):
        super().__init__()
        self._all_weights = []
        for layer in range(depth):
            weight = nn.Parameter(torch.ones(width))
            bias = nn.Parameter(torch.ones(width))
            names = [f"weight_{layer}", f"bias_{layer}"]
            for name, param in zip(names, (weight, bias)):
                setattr(self, name, param)
            self._all_weights.append(names)

    def forward(self, x):
        return x


class IndexOfRegistered(nn.Module):
    """A helper registers a Parameter and gives it back for an index."""

    def __init__(self, width):
        super().__init__()
        self.index = {"a": self._new("a", width), "b": self._new("b", width)}

    def _new(self, name, width):
        param = nn.Parameter(torch.ones(width))
        self.register_parameter(name, param)
        return param

    def forward(self, x):
        return x * self.index["a"]


class Deepened(nn.Module):
    """The constructor registers, and the method that deepens the network forgets to."""

    def __init__(self, width, depth):
        super().__init__()
        self.width = width
        self.scales = []  # TML114
        for at in range(depth):
            scale = nn.Parameter(torch.ones(width))
            setattr(self, f"scale_{at}", scale)
            self.scales.append(scale)

    def deepen(self):
        self.scales.append(nn.Parameter(torch.ones(self.width)))

    def forward(self, x):
        return x * self.scales[0]


class OwnOptimizer(nn.Module):
    def __init__(self, width):
        super().__init__()
        weights = [torch.zeros(width, requires_grad=True) for _ in range(3)]
        self.arch = weights
        self.optimizer = torch.optim.Adam(self.arch)
        self.alphas = [torch.zeros(1, requires_grad=True)]
        self.alpha_optimizer = torch.optim.SGD([{"params": self.alphas}], lr=0.1)

    def forward(self, x):
        return x * self.arch[0]


class Explainer(nn.Module):
    """Masks of one run, given to an optimizer of their own."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.masks = None

    def forward(self, x, names):
        self.masks = {}
        for name in names:
            self.masks[name] = nn.Parameter(torch.randn(len(x)))
        parameters = []
        for mask in self.masks.values():
            parameters.append(mask)
        optimizer = torch.optim.Adam(parameters, lr=0.1)
        optimizer.step()
        return self.masks


class Meta(nn.Module):
    """Gradients that a method asks for later are those of a step, not of something to be trained."""

    def __init__(self, width, depth):
        super().__init__()
        self.velocities = []
        self.weights = []  # TML114
        for _ in range(depth):
            self.velocities.append(torch.zeros(width))
            self.weights.append(torch.zeros(width))
        self.shifts = [torch.zeros(width)]  # TML114
        self._prepare()

    def _prepare(self):
        for weight in self.weights:
            weight.requires_grad_()
        self.shifts[0].requires_grad = True

    def unroll(self):
        for at in range(len(self.velocities)):
            self.velocities[at] = self.velocities[at].detach()
            self.velocities[at].requires_grad = True

    def forward(self, x):
        return x * self.weights[0] + self.velocities[0] + self.shifts[0]
