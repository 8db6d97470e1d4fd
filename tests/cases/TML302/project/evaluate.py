"""What the helpers do decides whether a graph is recorded for nothing."""

from helpers import mean, prepare, quietly, step, switch_off, without_gradients


def prepared(model, loader):
    model = prepare(model, "cuda")
    return mean([model(x).item() for x in loader])  # TML302


def here(model, loader):
    model.eval()
    return mean([model(x).item() for x in loader])  # TML302


def manager(model, loader):
    model.eval()
    with quietly(model):
        return mean([model(x).item() for x in loader])


def stepped(model, loader, optimizer):
    model.eval()
    for x in loader:
        step(model(x).mean(), optimizer)


def switched(model, loader):
    switch_off()
    model.eval()
    return mean([model(x).item() for x in loader])


@without_gradients
def decorated(model, loader):
    model.eval()
    return mean([model(x).item() for x in loader])
