"""Where the mode is set on some paths, in rounds of loops, before early ways out, and put back afterwards."""

import contextlib

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2)

    def forward(self, x):
        return self.layer(x)


@contextlib.contextmanager
def evaluating(model):
    before = model.training
    model.eval()
    try:
        yield model
    finally:
        model.train(before)


@contextlib.contextmanager
def timed(what):
    print("begin", what)
    yield
    print("end", what)


class Evaluating:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.model.eval()
        return self.model

    def __exit__(self, *error):
        self.model.train()


def early_return(path, x, raw):
    model = Net()
    if raw:
        return model
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)  # TML301


def eval_only_where_it_ends(path, x, export):
    model = Net()
    model.load_state_dict(torch.load(path))
    if export:
        model.eval()
        torch.jit.script(model).save("out.pt")
        return None
    with torch.no_grad():
        return model(x)  # TML301


def too_late(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        first = model(x)  # TML301
    model.eval()
    with torch.no_grad():
        return first, model(x)


def in_both_arms(path, x, cuda):
    model = Net()
    model.load_state_dict(torch.load(path))
    if cuda:
        model = model.cuda().eval()
    else:
        model.eval()
    with torch.no_grad():
        return model(x)


def under_the_same_condition(path, x):
    model = Net()
    if path is not None:
        model.load_state_dict(torch.load(path))
        model.eval()
    with torch.no_grad():
        return model(x)


def in_match(path, x, how):
    model = Net()
    match how:
        case "state":
            model.load_state_dict(torch.load(path))
        case "checkpoint":
            model.load_state_dict(torch.load(path)["model"])
        case _:
            raise ValueError(how)
    with torch.no_grad():
        return model(x)  # TML301


def match_with_eval(path, x, how):
    model = Net()
    model.load_state_dict(torch.load(path))
    match how:
        case "train":
            model.train()
        case "eval" | "test":
            model.eval()
    with torch.no_grad():
        return model(x)


def trying(path, x):
    model = Net()
    try:
        model.load_state_dict(torch.load(path))
    except FileNotFoundError:
        print("random weights")
    with torch.no_grad():
        return model(x)  # TML301


def trying_or_giving_up(path, x):
    model = Net()
    try:
        model.load_state_dict(torch.load(path))
    except RuntimeError as error:
        raise SystemExit(1) from error
    else:
        model.eval()
    with torch.no_grad():
        return model(x)


def finally_in_eval(path, x):
    model = Net()
    try:
        model.load_state_dict(torch.load(path))
    finally:
        model.eval()
    with torch.no_grad():
        return model(x)


def own_manager(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with evaluating(model), torch.no_grad():
        return model(x)


def own_manager_gives_it(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with torch.no_grad(), evaluating(model) as ready:
        return ready(x)


def own_manager_is_over(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with evaluating(model):
        pass
    with torch.no_grad():
        return model(x)  # TML301


def manager_that_sets_nothing(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with timed("prediction"), torch.no_grad():
        return model(x)  # TML301


def manager_class(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with Evaluating(model), torch.no_grad():
        return model(x)


def manager_from_elsewhere(path, x, in_eval_mode):
    model = Net()
    model.load_state_dict(torch.load(path))
    with in_eval_mode(model), torch.no_grad():
        return model(x)


def exit_stack(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    with contextlib.ExitStack() as stack:
        stack.enter_context(evaluating(model))
        stack.enter_context(torch.no_grad())
        return model(x)


def in_a_while_loop(path, queue):
    model = Net()
    model.load_state_dict(torch.load(path))
    while (item := queue.get()) is not None:
        with torch.no_grad():
            queue.put(model(item))  # TML301


def in_the_first_round(path, items):
    model = Net()
    model.load_state_dict(torch.load(path))
    for number, item in enumerate(items):
        if number == 0:
            model.eval()
        with torch.no_grad():
            print(model(item))


def for_each_checkpoint(paths, x):
    model = Net()
    for path in paths:
        model.load_state_dict(torch.load(path))
        with torch.no_grad():
            print(path, model(x))  # TML301


def for_each_checkpoint_in_eval(paths, x):
    model = Net()
    for path in paths:
        model.load_state_dict(torch.load(path))
        model.eval()
        with torch.no_grad():
            print(path, model(x))


async def asynchronous(path, requests):
    model = Net()
    model.load_state_dict(torch.load(path))
    async for request in requests:
        with torch.no_grad():
            await request.reply(model(await request.body()))  # TML301


def conditional_expression(path, x, flag):
    model = Net()
    model.load_state_dict(torch.load(path))
    model = model.eval() if flag else model.train(False)
    with torch.no_grad():
        return model(x)


def unknown_functions(path, x, prepare):
    model = Net()
    model.load_state_dict(torch.load(path))
    prepare(model)
    with torch.no_grad():
        return model(x)


def asserted(path, x):
    model = Net()
    model.load_state_dict(torch.load(path))
    prepare_inputs = [x]
    for one in prepare_inputs:
        assert model.training, "dropout is wanted"
        with torch.no_grad():
            one = model(one)
    return one
