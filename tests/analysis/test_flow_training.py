"""Which calls the flow knows to be training steps, and which results it knows somebody may want to train on."""

from __future__ import annotations

import pytest

from tests.analysis.flows import trained, uses_in

TRAINED = {
    "directly": "model(x).sum().backward()",
    "through names": "out = model(x)\nloss = (out - y).pow(2).mean()\nloss.backward()",
    "through a function": "loss = nn.functional.mse_loss(model(x), y)\nloss.backward()",
    "through a loss object": "criterion = nn.MSELoss()\nloss = criterion(model(x), y)\nloss.backward()",
    "through an unknown function": "loss = unknown(model(x), y)\nloss.backward()",
    "through a list": "losses = []\nfor b in loader:\n    losses.append(model(b))\nsum(losses).backward()",
    "through a dict": "losses = {}\nlosses['a'] = model(x)\nlosses['a'].backward()",
    "through a dict written out": "losses = {'a': model(x), 'b': y}\nsum(losses.values()).backward()",
    "through an attribute": "unknown.loss = model(x)\nunknown.loss.backward()",
    "through a tuple": "a, b = model(x), y\na.backward()",
    "unpacked": "a, b = model(x)\nb.backward()",
    "added up": "total = 0\nfor b in loader:\n    total += model(b).mean()\ntotal.backward()",
    "comprehension": "sum(model(b).mean() for b in loader).backward()",
    "conditional": "loss = model(x) if flag else y\nloss.backward()",
    "inner function": "def step(loss):\n    loss.backward()\nstep(model(x))",
    "closure": "def closure():\n    loss = model(x)\n    loss.backward()\n    return loss\nunknown.step(closure)",
    "scaled": "scaler = torch.amp.GradScaler()\nscaler.scale(model(x)).backward()",
    "by accelerate": "unknown.backward(model(x))",
    "by lightning": "unknown.manual_backward(model(x))",
    "by a function": "torch.autograd.backward(model(x))",
    "gradients wanted": "torch.autograd.grad(model(x), y)",
    "nobody knows of what": "out = model(x)\nunknown.loss.backward()",
    "input with a gradient": "x.requires_grad_()\nout = model(x)\nunknown.go(out)",
    "into what is trained": "code = model(x).detach()\nother(code).backward()",
    "without graph into what is trained": "with torch.no_grad():\n    code = model(x)\nother(code).backward()",
    "walrus": "(loss := model(x)).backward()",
    "subscript": "model(x)[0].backward()",
    "in finally": "try:\n    loss = model(x)\nfinally:\n    pass\nloss.backward()",
}

UNTRAINED = {
    "not at all": "print(model(x))",
    "of another": "other(y).backward()\nprint(model(x))",
    "numbers only": "n = model(x).item()\n(other(y) * n).backward()",
    "another name by then": "loss = model(x)\nloss = other(y)\nloss.backward()",
}


def _first(body: str) -> bool:
    """Is the first call of `model` in the body a training step?"""
    uses = uses_in(f"unknown.eval()\n{body}")
    return next(told for use, told in zip(uses, trained(uses), strict=True) if _is_model(use.node.func))


def _is_model(func: object) -> bool:
    return getattr(func, "value", None) == "model"


@pytest.mark.parametrize("body", TRAINED.values(), ids=TRAINED.keys())
def test_trained(body: str) -> None:
    assert _first(body)


@pytest.mark.parametrize("body", UNTRAINED.values(), ids=UNTRAINED.keys())
def test_not_trained(body: str) -> None:
    assert not _first(body)


FLAGS = {
    "returned": ("return model(x)", "returned"),
    "returned in a list": ("return [model(b) for b in loader]", "returned"),
    "returned from a name": ("out = model(x)\nreturn out, 1", "returned"),
    "dropped": ("model(x)", "dropped"),
    "dropped in a loop": ("for b in loader:\n    model(b)", "dropped"),
    "made up": ("print(model(torch.randn(1, 3)))", "dummy"),
    "made up and moved": ("print(model(torch.zeros(1, 3).to('cuda')).shape)", "dummy"),
    "frozen": ("model.requires_grad_(False)\nprint(model(x))", "frozen"),
    "frozen one by one": ("for p in model.parameters():\n    p.requires_grad = False\nprint(model(x))", "frozen"),
    "as an array": ("print(model(x).numpy())", "loud"),
}


@pytest.mark.parametrize(("body", "flag"), FLAGS.values(), ids=FLAGS.keys())
def test_what_becomes_of_a_result(body: str, flag: str) -> None:
    use = uses_in(f"unknown.eval()\n{body}")[0]
    names = ("escapes", "returned", "dropped", "dummy", "frozen", "loud")
    assert {name for name in names if getattr(use, name)} == {flag}


LOADS = {
    "loaded": ("model.load_state_dict(torch.load(y))\nmodel(x)", 1),
    "loaded through a wrapper": ("p = nn.DataParallel(model)\np.module.load_state_dict(torch.load(y))\nmodel(x)", 1),
    "loaded on two paths": (
        "if flag:\n    model.load_state_dict(y)\nelse:\n    model.load_state_dict(x)\nmodel(x)",
        2,
    ),
    "loaded afterwards": ("model(x)\nmodel.load_state_dict(torch.load(y))", 0),
    "another was loaded": ("other.load_state_dict(torch.load(y))\nmodel(x)", 0),
    "copied from another": ("model.load_state_dict(other.state_dict())\nmodel(x)", 0),
    "weights by keyword": ("import torchvision\nnet = torchvision.models.resnet18(weights=y)\nnet(x)", 1),
    "no weights": ("import torchvision\nnet = torchvision.models.resnet18(weights=None)\nnet(x)", 0),
}


@pytest.mark.parametrize(("body", "count"), LOADS.values(), ids=LOADS.keys())
def test_loading(body: str, count: int) -> None:
    use = next(use for use in uses_in(f"unknown.eval()\n{body}") if use.direct)
    assert len(use.loads) == count
