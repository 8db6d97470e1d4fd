"""What has a flag `requires_grad`, or is frozen in another way as well."""

from torch import nn, optim, zeros


class Features(nn.Module):
    """The flag is an option of its own."""

    def __init__(self, requires_grad=False):
        super().__init__()
        self.requires_grad = requires_grad
        self.mix = nn.Linear(3, 3)

    def forward(self, x):
        return self.mix(x) if self.requires_grad else self.mix(x).detach()


class Switch(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(3, 3)
        self._frozen = False

    @property
    def requires_grad(self):
        return not self._frozen

    @requires_grad.setter
    def requires_grad(self, flag):
        for parameter in self.mix.parameters():
            parameter.requires_grad = flag


class Net(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.features = Features()
        self.features.requires_grad = False
        self.switch = Switch()
        self.switch.requires_grad = False
        self.body = nn.Linear(3, 3)
        self.body.requires_grad = False
        for parameter in self.body.parameters():
            parameter.requires_grad = False
        self.head = nn.Linear(3, 3)
        self.head.requires_grad = False
        self.head.requires_grad_(False)
        self.weights = weights
        self.weights.requires_grad = True

    def forward(self, x):
        return self.head(self.body(x))


def train(net: Net, x, key):
    x.requires_grad = True
    noise = zeros(3)
    noise.requires_grad = True
    table = {"a": noise}
    table[key].requires_grad = True
    for child in net.children():
        child.requires_grad = False
        for parameter in child.parameters():
            parameter.requires_grad = False
    either = net if key else noise
    either.requires_grad = False
    return optim.SGD(net.parameters(), 0.1)


class Sinus(nn.Embedding):
    def __init__(self, count, width):
        super().__init__(count, width)
        self.weight = self._fill(self.weight)

    @staticmethod
    def _fill(out):
        out.requires_grad = False
        return out


class Tree:
    """No module: its children are trees."""

    def __init__(self, grad):
        self.requires_grad = grad
        self.parts = []

    def children(self):
        return self.parts


def label(node: Tree):
    node.requires_grad = False
    for child in Tree(True).children():
        child.requires_grad = False


def thaw(one):
    one.requires_grad = True


def stop(module):
    module.requires_grad = False
    for parameter in module.parameters():
        parameter.requires_grad = False


def prepare(net, table):
    net.apply(thaw)
    net.apply(stop)
    for weight in table.values():
        thaw(weight)
