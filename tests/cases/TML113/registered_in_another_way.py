"""Plain containers whose elements are registered all the same: nothing is lost."""

from torch import nn


class ListModule(nn.Module):
    """A home-made ModuleList."""

    def __init__(self, *args):
        super().__init__()
        for at, module in enumerate(args):
            self.add_module(str(at), module)

    def __getitem__(self, at):
        return self._modules[str(at)]

    def forward(self, x):
        return x


class Adding(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.heads = [nn.Linear(width, width) for _ in range(depth)]
        for at, head in enumerate(self.heads):
            self.add_module(f"head_{at}", head)
        self.more = [nn.Linear(width, width) for _ in range(depth)]
        for at in range(depth):
            self.add_module("more%d" % at, self.more[at])
        self.rest = {}
        for name in ("a", "b"):
            self.rest[name] = nn.Linear(width, width)
        for name, module in self.rest.items():
            self.register_module(name, module)

    def forward(self, x):
        return self.heads[0](x)


class Setting(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.rnns = []
        self.gates = []
        for at in range(depth):
            rnn = nn.LSTM(width, width)
            setattr(self, f"rnn_{at}", rnn)
            self.rnns.append(rnn)
            setattr(self, "gate_" + str(at), nn.Linear(width, width))
            self.gates.append(getattr(self, "gate_" + str(at)))
        self.heads = []
        for at in range(depth):
            self.heads.append(nn.Linear(width, width))
            self.__setattr__(f"head_{at}", self.heads[-1])
        self.tails = []
        for at in range(depth):
            self._modules[f"tail_{at}"] = tail = nn.Linear(width, width)
            self.tails.append(tail)

    def forward(self, x):
        return self.heads[0](x)


class Zipping(nn.Module):
    def __init__(self, width, depth, norm):
        super().__init__()
        self.layers = []
        self.norms = []
        for _ in range(depth):
            self.layers.append(nn.Linear(width, width))
            self.norms.append(nn.BatchNorm1d(width) if norm else None)
        for at, (layer, after) in enumerate(zip(self.layers, self.norms)):
            self.add_module(f"layer{at}", layer)
            if after is not None:
                self.add_module(f"norm{at}", after)
        self.net = nn.ReLU()

    def forward(self, x):
        for layer, after in zip(self.layers, self.norms):
            x = layer(x) if after is None else after(layer(x))
        return x


class Wrapping(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = []
        for _ in range(depth):
            self.layers.append(nn.Linear(width, width))
            self.layers.append(nn.ReLU())
        self.net = nn.Sequential(*self.layers)
        self.blocks = [nn.Linear(width, width) for _ in range(depth)]
        self.block_list = nn.ModuleList(self.blocks)
        self.parts = [nn.Linear(width, width) for _ in range(depth)]
        self.parts = nn.ModuleList(self.parts)
        self.own = [nn.Linear(width, width) for _ in range(depth)]
        self.own_list = ListModule(*self.own)
        self.tower = {"a": nn.Linear(width, width)}
        self.towers = nn.ModuleDict(self.tower)
        self.pieces = [nn.Linear(width, width), nn.Linear(width, width)]
        self.everything = nn.ModuleList([*self.pieces, nn.Linear(width, width)])
        self.joined = [nn.Linear(width, width)]
        self.rest = nn.Sequential(*(self.joined + [nn.ReLU()]))

    def forward(self, x):
        return self.net(x)


class AddReturnsNone(nn.Module):
    """add_module returns None: the list holds nothing, but the module is registered."""

    def __init__(self, width, depth):
        super().__init__()
        self.blocks = []
        for at in range(depth):
            self.blocks.append(self.add_module(f"block{at}", nn.Linear(width, width)))

    def forward(self, x):
        return self._modules["block0"](x)


class Members(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down = nn.Linear(width, width)
        self.up = nn.Linear(width, width)
        self.both = [self.down, self.up]
        self.by_name = {"down": self.down, "up": self.up}
        self.stages = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width)])
        self.last = [self.stages[-1]]
        self.some = [stage for stage in self.stages]
        self.cut = list(self.stages)[1:]
        self.pairs = list(zip(self.stages, (1, 2)))
        self.children_list = list(self.children())
        self.modules_seen = [m for m in self.modules() if isinstance(m, nn.Linear)]
        self.inner = [*self.both]

    def forward(self, x):
        for layer in self.both:
            x = layer(x)
        return x


class MemberSetAfterwards(nn.Module):
    def __init__(self, width):
        super().__init__()
        down, up = nn.Linear(width, width), nn.Linear(width, width)
        self.both = (down, up)
        self.down = down
        self.up = up
        layers = [nn.Linear(width, width), nn.Linear(width, width)]
        self.layers = layers
        self.first, self.second = layers
        inner = [nn.Linear(width, width)]
        self.kept = inner
        self.net = nn.Sequential(*inner)

    def forward(self, x):
        return self.down(x)


class Conditional(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        self.norms = nn.ModuleList() if norm else None
        self.others = nn.ModuleList([nn.Linear(width, width)]) if norm else []
        for _ in range(3):
            if norm:
                self.norms.append(nn.BatchNorm1d(width))
        MList = nn.ModuleList
        self.aliased = MList()
        self.aliased.append(nn.Linear(width, width))
        self.a, self.b = nn.ModuleList(), nn.ModuleList()
        self.a.append(nn.Linear(width, width))
        self.b.append(nn.Linear(width, width))
        self.c = self.d = nn.ModuleList()
        self.c.append(nn.Linear(width, width))

    def forward(self, x):
        return self.a[0](x)


class Recipes(nn.Module):
    """A list of instructions, whose modules are copied into a second list that becomes a Sequential."""

    def __init__(self, recipe):
        super().__init__()
        recipe = [("linear", 8), ("relu", None), ("linear", 4)]
        layers = []
        width = 3
        for kind, out in recipe:
            if kind == "linear":
                layers.append(nn.Linear(width, out))
                width = out
            else:
                layers.append(nn.ReLU())
        self.recipe = recipe
        self.net = nn.Sequential(*layers)
        self.plan = [(nn.Linear, {"bias": True}), (nn.ReLU, {})]
        self.steps = [[nn.Linear(width, width), "linear"], [nn.ReLU(), "relu"]]
        chosen = []
        for module, _ in self.steps:
            chosen.append(module)
        self.chosen = nn.Sequential(*chosen)

    def forward(self, x):
        return self.net(x)


class Emptied(nn.Module):
    """The list is dropped when its work is done."""

    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width)]
        self.net = nn.Sequential(*self.layers)
        del self.layers

    def forward(self, x):
        return self.net(x)


class Checkpointed(nn.Module):
    """Handed to a function that an attribute holds: it has no way to register anything on the instance."""

    def __init__(self, width, depth, run):
        super().__init__()
        self.run = run
        self.layers = []  # TML113
        for _ in range(depth):
            self.layers.append(nn.Linear(width, width))

    def forward(self, x):
        for layer in self.layers:
            x = self.checkpoint_function(layer, x)
        return x


class Base(Unknown):  # noqa: F821
    pass


class Registering(Base, nn.Module):
    """A method of a base out of sight may register what it is given."""

    def __init__(self, width, depth):
        super().__init__()
        self.layers = [nn.Linear(width, width) for _ in range(depth)]
        self.keep_all(self.layers)

    def forward(self, x):
        return self.layers[0](x)


class Replacing(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(width, width)]
        self.set_submodule("first", self.layers[0])

    def forward(self, x):
        return self.layers[0](x)


class ByName(nn.Module):
    """Methods asked for by name are the methods."""

    def __init__(self, width, depth):
        super().__init__()
        self.layers = [nn.Linear(width, width) for _ in range(depth)]
        self.heads = [nn.Linear(width, width) for _ in range(depth)]
        self._keep()
        self.tails = []  # TML113
        getattr(self, "tails").append(nn.Linear(width, width))  # noqa: B009
        self.rests = [nn.Linear(width, width) for _ in range(depth)]  # TML113
        getattr(self, "apply")(print)  # noqa: B009
        getattr(self.rests, "reverse")()  # noqa: B009

    def _keep(self):
        getattr(self, "add_module")("inner", nn.Sequential(*self.layers))  # noqa: B009
        register = "register_module"
        for at, head in enumerate(self.heads):
            getattr(self, register)(f"head_{at}", head)

    def forward(self, x):
        return self.rests[0](self.heads[0](self.inner(x)))
