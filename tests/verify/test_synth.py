from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.building import HEAD, build_class, net

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("same_interpreter")]


CHECK = """
def check(kind):
    if hash(kind) != hash('deep'):
        raise ValueError("kind must be one of 'deep', 'wide'")
"""
BLOCK = """
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.l = nn.Linear(c.dim, c.inner.dim)
"""
BASE = """
class Base(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.a = nn.Linear(dim, heads)
"""
MODE = """
class Mode(enum.Enum):
    A = 1
    B = 2
"""
CONFIG = """
@dataclasses.dataclass
class Inner:
    dim: int

@dataclasses.dataclass
class Config:
    dim: int
    inner: Inner
"""
KERNEL = """
import abc

class Kernel(nn.Module, abc.ABC):
    @abc.abstractmethod
    def k(self): ...

class RBF(Kernel):
    def __init__(self, dim):
        super().__init__()

    def k(self): ...
"""
MAKER = """
class Maker(nn.Module):
    def make(self):
        self.a = nn.Linear(len(self.size), 3)
"""
KEEPER = """
class Keeper(nn.Module):
    def __init__(self, config, name):
        super().__init__()
        self.kind = config["kind"]
"""

# What a constructor asks for, by the technique that finds it.
BUILT = {
    "sizes that divide": net(
        "dim, num_heads", "assert dim % num_heads == 0", "self.a = nn.MultiheadAttention(dim, num_heads)"
    ),
    "a group norm": net("channels", "self.n = nn.GroupNorm(32, channels)"),
    "groups": net("channels, groups=6", "self.n = nn.GroupNorm(groups, channels)"),
    "a list of widths": net("widths", "self.a = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))"),
    "a list by its index": net("hidden", "self.a = nn.Linear(hidden[0], hidden[3])"),
    "a pair": net("size", "h, w = size", "self.a = nn.Linear(h * w, 3)"),
    "a norm layer": net("dim, norm_layer", "self.n = norm_layer(dim)"),
    "an activation class": net("act_layer", "self.act = act_layer()"),
    "a module": net("backbone", "self.a = backbone", "self.b = nn.Linear(backbone.out_features, 3)"),
    "modules": net("layers", "self.layers = nn.ModuleList(layers)"),
    "a choice by comparison": net("kind", "if kind not in ('alpha', 'beta'):\n    raise ValueError('bad')"),
    "a choice by else": net(
        "kind", "if kind == 'one': self.a = 1\nelif kind == 'two': self.a = 2\nelse: raise NotImplementedError"
    ),
    "a choice by look-up": net("kind", "self.a = {'lstm': nn.LSTM, 'gru': nn.GRU}[kind](3, 4)"),
    "a choice in the message": net("kind", "check(kind)", before=CHECK),
    "a choice by get": net(
        "kind", "self.a = TABLE.get(kind)(3)", before="TABLE = {'first': nn.ReLU, 'second': nn.Tanh}"
    ),
    "a list of records": net("columns", "self.a = nn.ModuleDict({c.name: nn.Linear(c.width, 1) for c in columns[:1]})"),
    "a list of records read dynamically": net("columns", "self.a = [getattr(c, 'na' + 'me') for c in columns]"),
    "a list of a class": net(
        "columns",
        "for c in columns:\n    if isinstance(c, Inner): self.a = c.dim\n    else: raise TypeError('bad')",
        before=CONFIG,
    ),
    "a mapping for each **": net("a_conf=None, b_conf=None", "self.a = dict(**a_conf)", "self.b = dict(**b_conf)"),
    "a name in nn": net("activation", "self.a = getattr(nn, activation)()"),
    "a config by attribute": net(
        "config", "self.a = nn.Linear(config.hidden_size, config.model.width)", "self.n = config.num_layers"
    ),
    "a config by key": net("cfg", "self.a = nn.Linear(cfg['hidden'], cfg['deep']['width'])"),
    "a config that is handed on": net("config", "self.b = Block(config)", before=BLOCK),
    "a config read dynamically": net("config", "self.a = sum(getattr(config, n + '_size') for n in ('in', 'out'))"),
    "a method of an object": net(
        "dataset", "self.e = nn.Embedding(dataset.num('user'), 4)", "self.u = dataset.name.lower()"
    ),
    "what a method gives": net(
        "encoder, both=True", "if encoder.is_both() is not both:\n    raise ValueError('they differ')"
    ),
    "a tensor that a method gives": net(
        "dataset", "a, b = dataset.pair()", "a = a.to('cpu')", "self.register_buffer('a', a)"
    ),
    "a table of unknown keys": net("dataset", "self.a = [dataset.kinds[name] for name in dataset.names()]"),
    "an element inside a comprehension": net(
        "dim, kernel, scale, heads, rate: float, depth: int",
        "self.a = [(dim, kernel, scale, heads, nn.Dropout(rate[i])) for i in range(depth)]",
    ),
    "names by which layers are kept": net(
        "sources, dim=8, heads=2, depth=3, width=4",
        "table = {}\nfor one in sources:\n    table[one] = nn.Linear(dim * heads, depth * width)",
        "self.a = nn.ModuleDict(table)",
    ),
    "what another method reads": net("size", "self.size = size", "self.make()", before=MAKER, base="Maker"),
    "what a base keeps": net(
        "config",
        "if self.kind == 'a':\n    import sys; sys.exit(1)\nelif self.kind != 'deep':\n    raise NotImplementedError",
        before=KEEPER,
        base="Keeper",
        init="config, 'net'",
    ),
    "an exit": net(
        "kind",
        "import sys",
        "if kind == 'one': sys.exit(0)\nelif kind == 'two': self.a = 2\nelse: raise NotImplementedError",
    ),
    "what a message asks for": net("loops=True", "if hash(loops):\n    raise ValueError('please set `loops=False`')"),
    "attributes that must be there": net("model", "for name in ('left', 'right'):\n    assert hasattr(model, name)"),
    "keys that must be there": net(
        "hparams", "for name in ('left', 'right'):\n    if name not in hparams: raise ValueError(name)"
    ),
    "a recurrent layer by name": net("kind: str", "self.a = getattr(nn, kind)(3, 4, batch_first=True)"),
    "a member of an enumeration": net(
        "config", "if config.mode not in tuple(Mode):\n    raise ValueError(config.mode == Mode.A)", before=MODE
    ),
    "keyword arguments of a base": net("**kwargs", "", before=BASE, base="Base", init="**kwargs"),
    "an optional that is needed": net("dim=None", "self.a = nn.Linear(dim * 2, 3)"),
    "a mapping for **": net("conf=None", "self.a = dict(**conf)"),
    "a positive number": net("n", "assert n < 5, 'too large'", "self.a = nn.Linear(n, 2)"),
    "a length": net("sizes", "assert len(sizes) == 4", "self.a = nn.Linear(sizes[0], 1)"),
    "two lengths": net("a, b", "assert len(a) == 2 and len(a) == len(b)", "self.a = [x + y for x, y in zip(a, b)]"),
    "an equal": net("a, b", "if a != 2 * b:\n    raise ValueError('a must be twice b')"),
    "a tensor": net("weight", "self.register_buffer('w', weight)"),
    "a callable": net("fn", "self.a = fn"),
    "a literal": net("mode: Literal['up', 'down']", "assert mode in ('up', 'down')"),
    "an enumeration": net("mode: Mode", "self.a = mode.name", before=MODE),
    "a data class": net("config: Config", "self.a = nn.Linear(config.dim, config.inner.dim)", before=CONFIG),
    "an optional annotation": net(
        "dims: Optional[List[int]], p: Union[float, None], flag: bool",
        "self.a = nn.Linear(dims[0], 1)",
        "self.d = nn.Dropout(p)",
    ),
    "an abstract annotation": net("kernel: Kernel", "self.k = kernel", before=KERNEL),
    "a class of modules": net("block: Type[nn.Module]", "self.b = block(3)"),
    "no offline weights": net("pretrained=True", "if pretrained: raise OSError('no network')"),
    "cuda": net("dim", "self.a = torch.zeros(dim).cuda()", "self.b = nn.Linear(dim, 1, device='cuda')"),
    "more than one step": net(
        "dim, heads, kind, sizes",
        "if kind not in ('x', 'y'): raise ValueError(kind)",
        "a, b, c = sizes",
        "if dim % 48: raise ValueError('dim must be divisible by 48')",
        "self.a = nn.MultiheadAttention(dim, heads)",
    ),
    "arguments without names": net(
        "*sizes", "self.a = nn.ModuleList([nn.Linear(s, 3) for s in sizes])", "self.b = sizes[0]"
    ),
}


@pytest.mark.parametrize("source", BUILT.values(), ids=BUILT)
def test_it_is_built(source: str, tmp_path: Path) -> None:
    attempt = build_class(source, tmp_path)
    assert attempt.built, (attempt.plan, attempt.error)


def test_a_call_in_the_project_is_the_first_choice(tmp_path: Path) -> None:
    attempt = build_class(
        net("width, depth, act", "self.a = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])"),
        tmp_path,
        module="sites.net",
        others={
            "sites/__init__.py": "",
            "sites/main.py": """
            from sites.net import Net

            def main(args):
                width = 24
                Net(args.width, 3, None)
                return Net(width, depth=5, act=nn.GELU())
            """,
        },
    )
    assert attempt.plan.call == "Net(width=24, depth=5, act=nn.GELU())"
    assert attempt.plan.describe().endswith("as called at sites/main.py:7")


def test_documentation_is_the_next(tmp_path: Path) -> None:
    document = [
        "A net.",
        "",
        "Example::",
        "",
        "    >>> n = 12",
        "    >>> net = Net(n, act=nn.ReLU())",
        "    >>> net(x)",
    ]
    text = "\n    ".join(document)
    source = net("width, act", "self.a = nn.Linear(width, 2)").replace(
        "    def __init__", f'    """{text}\n    """\n\n    def __init__', 1
    )
    attempt = build_class(source, tmp_path)
    assert attempt.plan.call == "Net(width=12, act=nn.ReLU())"
    assert attempt.plan.origin == "docstring"


def test_defaults_are_left_alone(tmp_path: Path) -> None:
    attempt = build_class(net("width=5, pretrained=False", "self.a = nn.Linear(width, 2)"), tmp_path)
    assert (attempt.plan.call, attempt.plan.origin) == ("Net()", "default")


def test_depths_are_three(tmp_path: Path) -> None:
    attempt = build_class(net("dim, depth, num_layers, n_blocks", ""), tmp_path)
    assert attempt.plan.call == "Net(dim=32, depth=3, num_layers=3, n_blocks=3)"


def test_the_bug_of_the_class_itself_ends_the_search(tmp_path: Path) -> None:
    source = (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self, dim):\n"
        "        self.width = dim\n        self.a = nn.Linear(dim, 3)\n"
    )
    attempt = build_class(source, tmp_path)
    assert "before Module.__init__() call" in str(attempt.error)
    assert attempt.instance.width == 32
    assert attempt.plan.repairs == ()


def test_a_module_of_ours_that_is_refused_is_no_bug_of_the_class(tmp_path: Path) -> None:
    # Whatever is tried for `step`, a module among it must not look as if the class assigned modules too early.
    source = net("step", "if step != 'never': raise ValueError(type(step))").replace(
        "super().__init__()", "self.step = step\n        super().__init__()"
    )
    attempt = build_class(source, tmp_path)
    assert attempt.built or "before Module.__init__() call" not in str(attempt.error)


def test_what_was_supplied_is_known(tmp_path: Path) -> None:
    attempt = build_class(net("layers: List[nn.Module]", "self.layers = layers"), tmp_path)
    assert any(attempt.instance.layers is each for each in attempt.supplied)
    assert any(attempt.instance.layers[0].weight is each for each in attempt.supplied)


def test_what_a_method_of_ours_gives_was_supplied(tmp_path: Path) -> None:
    attempt = build_class(BUILT["a tensor that a method gives"], tmp_path)
    assert any(attempt.instance.a is each for each in attempt.supplied)


def test_a_nonsense_kind_is_not_sensible(tmp_path: Path) -> None:
    # A size that must be a text is nothing that a name or an annotation would lead to.
    attempt = build_class(net("in_channels: int", "self.a = in_channels.upper()"), tmp_path)
    assert attempt.built
    assert not attempt.plan.sensible
    assert build_class(net("dim, heads, sizes", "self.a = [dim, heads, *sizes]"), tmp_path).plan.sensible


def test_plans_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a choice in the message", "more than one step", "a config read dynamically"):
        first = build_class(BUILT[name], tmp_path)
        second = build_class(BUILT[name], tmp_path)
        assert first.plan == second.plan, name


def test_a_plan_can_be_evaluated_by_hand(tmp_path: Path) -> None:
    from torchmodlint.verify.worker.synth.names import IMPORTS, VALUES

    assert set(IMPORTS) == set(VALUES)
    attempt = build_class(BUILT["a config that is handed on"], tmp_path)
    names: dict[str, object] = {}
    exec("\n".join(IMPORTS.values()), names)
    exec(BUILT["a config that is handed on"], names)
    assert type(eval(attempt.plan.call, names)).__name__ == "Net"
