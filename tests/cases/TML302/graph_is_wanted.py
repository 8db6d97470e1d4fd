"""In eval mode with gradients recorded, and somebody wants them, or may."""

import torch
import torch.nn.functional as F
from torch import nn, optim


def fast_gradient_sign(model, loader, epsilon):
    model.eval()
    adversarial = []
    for x, y in loader:
        x.requires_grad = True
        loss = F.cross_entropy(model(x), y)
        model.zero_grad()
        loss.backward()
        adversarial.append(x + epsilon * x.grad.sign())
    return adversarial


def projected_gradient(model, loader, steps):
    model.eval()
    for x, y in loader:
        delta = torch.zeros_like(x).requires_grad_()
        for _ in range(steps):
            loss = F.cross_entropy(model(x + delta), y)
            (grad,) = torch.autograd.grad(loss, [delta])
            delta.data = (delta + 0.1 * grad.sign()).clamp(-1, 1)


def saliency(model, loader):
    model.eval()
    maps = []
    for x in loader:
        x = x.clone().detach().requires_grad_(True)
        score = model(x).max(1).values.sum()
        score.backward()
        maps.append(x.grad.abs())
    return maps


def grad_cam(model, loader, layer):
    model.eval()
    features = []
    layer.register_forward_hook(lambda module, args, out: features.append(out))
    for x in loader:
        score = model(x)[:, 0].sum()
        grads = torch.autograd.grad(score, features[-1])[0]
        yield (grads * features[-1]).relu()


def hessian(model, loader, parameters):
    model.eval()
    total = 0
    for x, y in loader:
        loss = F.mse_loss(model(x), y)
        first = torch.autograd.grad(loss, parameters, create_graph=True)
        total = total + sum(g.pow(2).sum() for g in first)
    return total


def fisher(model, loader):
    model.eval()
    importance = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    for x in loader:
        model.zero_grad()
        F.log_softmax(model(x), 1).max(1).values.mean().backward()
        for name, parameter in model.named_parameters():
            importance[name] += parameter.grad.pow(2)
    return importance


def optimised_input(generator, targets):
    generator.eval()
    for target in targets:
        latent = torch.randn(1, 8, requires_grad=True)
        optimizer = optim.Adam([latent], lr=0.1)
        for _ in range(100):
            loss = F.mse_loss(generator(latent), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def perceptual_loss(features, student, loader):
    """The frozen network in eval mode lets the gradient through to the student."""
    features.eval()
    optimizer = optim.Adam(student.parameters())
    for x, y in loader:
        out = student(x)
        loss = F.l1_loss(features(out), features(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def frozen_norms(model, loader, optimizer):
    """Trains in eval mode on purpose."""
    model.eval()
    for x, y in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()


def through_a_helper(model, loader, optimizer):
    def step(loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    model.eval()
    for x, y in loader:
        step(F.cross_entropy(model(x), y))


def by_an_engine(model, loader, engine):
    model.eval()
    for x, y in loader:
        engine.backward(F.cross_entropy(model(x), y))
        engine.step()


def unknown_function(model, loader, update):
    model.eval()
    for x, y in loader:
        update(F.cross_entropy(model(x), y))


def collected_and_summed(model, loader):
    model.eval()
    losses = []
    for x in loader:
        losses.append(model(x).mean())
    torch.stack(losses).sum().backward()


def returned(model, loader):
    """Who gets them may want their gradients."""
    model.eval()
    return [model(x) for x in loader]


def yielded(model, loader):
    model.eval()
    for x in loader:
        yield model(x)


class Kept:
    def __init__(self, model):
        self.model = model
        self.losses = []
        self.total = 0

    def collect(self, loader):
        self.model.eval()
        for x in loader:
            self.losses.append(self.model(x).mean())

    def add(self, loader):
        self.model.eval()
        for x in loader:
            self.total = self.total + self.model(x).mean()

    def step(self):
        (sum(self.losses) + self.total).backward()


def frozen_parameters(model, loader):
    """Nothing requires a gradient, nothing is recorded."""
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad = False
    return sum(model(x).item() for x in loader)


def frozen_at_once(model, loader):
    model.eval().requires_grad_(False)
    return sum(model(x).item() for x in loader)


def jacobian(model, loader):
    model.eval()
    return [torch.autograd.functional.jacobian(model, x) for x in loader]


def functional_transform(model, loader):
    model.eval()
    return [torch.func.jacrev(lambda x: model(x))(x) for x in loader]


def to_numpy_at_once(model, loader):
    """`numpy()` refuses a tensor with a graph: there is none, for reasons out of sight."""
    model.eval()
    return [model(x).numpy() for x in loader]


def timed(model, count):
    """A benchmark of the call itself, on noise."""
    model.eval()
    for _ in range(count):
        model(torch.randn(1, 8))


def shapes(model, sizes):
    model.eval()
    for size in sizes:
        print(size, model(torch.zeros(1, size)).shape)


def hooks_only(model, loader, cache):
    """Called for what its hooks take down."""
    model.eval()
    for x in loader:
        model(x)
    return cache


def in_training_mode(model, loader):
    model.train()
    return sum(model(x).item() for x in loader)


def mode_unknown(model, loader, flag):
    model.train(flag)
    return sum(model(x).item() for x in loader)


def one_of_two(model, average, loader, use_average):
    """Which of them was put in eval mode is not known."""
    net = average if use_average else model
    net.eval()
    return sum(model(x).item() for x in loader)


class Frozen(nn.Module):
    """A frozen encoder in a module that trains."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder.eval()
        self.head = nn.Linear(8, 2)

    def forward(self, parts):
        return self.head(torch.stack([self.encoder(part) for part in parts]))


def second_try(model, loader):
    """A model that asks for gradients itself fails without them: the second call is for such."""
    model.eval()
    total = 0
    for x in loader:
        try:
            with torch.no_grad():
                out = model(x)
        except RuntimeError:
            out = model(x)
        total += out.sum().item()
    return total


def explained(model, loader, edges):
    """Whoever gets a function that returns what the model gives may differentiate it."""

    def predict(inputs):
        return model(inputs, edges)

    model.eval()
    found = []
    for x, y in loader:
        found.append(Attribution(predict).attribute(x, target=y))  # noqa: F821
    return found


def counted(model, loader, meter):
    """A function that returns a number gives no graph away."""

    def right(x, y):
        return (model(x).argmax(1) == y).sum().item()  # TML302

    model.eval()
    for x, y in loader:
        meter.update(right, x, y)
    return meter
