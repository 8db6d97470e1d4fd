"""Context managers and helpers about modes only."""

from contextlib import contextmanager


@contextmanager
def prediction(model):
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)


def describe(model):
    """Says what mode it is in, changes nothing."""
    print(type(model).__name__, "is in", "training" if model.training else "eval", "mode")
    return model


def set_mode(models, evaluate):
    for model in models:
        if evaluate:
            model.eval()
