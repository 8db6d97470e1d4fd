"""What helpers of other files do is known."""

import torch

from app import loading
from app.loading import Registry, load_for_prediction, restore, restore_for_prediction
from app.models import Classifier, Plain, Served
from app.modes import describe, prediction, set_mode


@torch.no_grad()
def helper_loads_and_leaves(path, x):
    model = loading.load(path)
    return model(x)  # TML301


@torch.no_grad()
def helper_sees_to_it(path, x):
    model = load_for_prediction(path)
    return model(x)


@torch.no_grad()
def helper_restores(path, x):
    model = Classifier()
    restore(model, path)
    return model(x)  # TML301


@torch.no_grad()
def helper_restores_and_sees_to_it(path, x):
    model = Classifier()
    restore_for_prediction(model, path)
    return model(x)


@torch.no_grad()
def loaded_here(path, x):
    model = Classifier()
    model.load_state_dict(torch.load(path))
    describe(model)
    return model(x)  # TML301


@torch.no_grad()
def loaded_here_manager_elsewhere(path, x):
    model = Classifier()
    model.load_state_dict(torch.load(path))
    with prediction(model):
        return model(x)


@torch.no_grad()
def loaded_here_set_elsewhere(path, x):
    model = Classifier()
    model.load_state_dict(torch.load(path))
    set_mode([model], evaluate=True)
    return model(x)


@torch.no_grad()
def object_of_another_file(root, x):
    return Registry(root).fetch("best")(x)


@torch.no_grad()
def mode_does_not_matter(path, x):
    model = Plain()
    model.load_state_dict(torch.load(path))
    return model(x)


@torch.no_grad()
def constructor_sees_to_it(path, x):
    model = Served()
    model.load_state_dict(torch.load(path))
    return model(x)
