"""Functions that loop over data in eval mode; who calls them decides whether gradients are recorded."""


def wrapped(model, loader):
    model.eval()
    return sum(model(x).item() for x in loader)


def called_as_it_is(model, loader):
    model.eval()
    return sum(model(x).item() for x in loader)  # TML302


def decorated_caller(model, loader):
    model.eval()
    return sum(model(x).item() for x in loader)


class Scorer:
    def __init__(self, model):
        self.model = model

    def score(self, loader):
        self.model.eval()
        return sum(self.model(x).item() for x in loader)

    def other(self, loader):
        self.model.eval()
        return sum(self.model(x).item() for x in loader)  # TML302
