"""Without gradients in training mode, on purpose or as a part of the training step."""

import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import Adam


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Dropout(0.1))

    def forward(self, x):
        return self.layer(x)


def gan(loader, epochs):
    """What the generator gives the discriminator's step, which is training for both."""
    generator, discriminator = Net(), Net()
    g_optimizer = Adam(generator.parameters())
    d_optimizer = Adam(discriminator.parameters())
    for _ in range(epochs):
        for real in loader:
            with torch.no_grad():
                fake = generator(torch.randn_like(real))
            d_loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
            d_optimizer.zero_grad()
            d_loss.backward()
            d_optimizer.step()
            g_loss = F.softplus(-discriminator(generator(torch.randn_like(real)))).mean()
            g_optimizer.zero_grad()
            g_loss.backward()
            g_optimizer.step()


def bellman(memory, steps, gamma=0.99):
    online = Net()
    target = copy.deepcopy(online)
    optimizer = Adam(online.parameters())
    for step in range(steps):
        state, action, reward, after = memory.sample()
        with torch.no_grad():
            best = online(after).argmax(1, keepdim=True)
            value = reward + gamma * target(after).gather(1, best)
        loss = F.smooth_l1_loss(online(state).gather(1, action), value)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            target.load_state_dict(online.state_dict())


def bellman_in_a_method_of_its_own(memory, steps):
    online, target = Net(), Net()
    target.load_state_dict(online.state_dict())
    optimizer = Adam(online.parameters())

    @torch.no_grad()
    def goal(after):
        return target(after).max(1).values

    for _ in range(steps):
        state, after = memory.sample()
        loss = F.mse_loss(online(state).max(1).values, goal(after))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def mean_teacher(loader):
    student = Net()
    teacher = copy.deepcopy(student)
    optimizer = Adam(student.parameters())
    for x in loader:
        with torch.no_grad():
            pseudo = teacher(x).softmax(1)
        loss = F.kl_div(student(x).log_softmax(1), pseudo)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mine, theirs in zip(teacher.parameters(), student.parameters()):
                mine.mul_(0.99).add_(theirs, alpha=0.01)


def pseudo_labels_of_its_own(labelled, unlabelled):
    model = Net()
    optimizer = Adam(model.parameters())
    for (x, y), u in zip(labelled, unlabelled):
        with torch.no_grad():
            guess = model(u).argmax(1)
        loss = F.cross_entropy(model(x), y) + F.cross_entropy(model(u), guess)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def running_statistics(loader, batches):
    """Batch norm's statistics are estimated again from clean batches, for which it must be in training mode."""
    model = Net()
    optimizer = Adam(model.parameters())
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    model.train()
    with torch.no_grad():
        for x in batches:
            model(x)
    model.eval()
    return model


def running_statistics_without_train(loader, batches):
    model = Net()
    optimizer = Adam(model.parameters())
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        for x in batches:
            model(x)
    return model.eval()


def monte_carlo_dropout(loader, x):
    model = Net()
    optimizer = Adam(model.parameters())
    for batch, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(batch), y).backward()
        optimizer.step()
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    with torch.no_grad():
        return torch.stack([model(x) for _ in range(30)]).std(0)


def monte_carlo_dropout_of_everything(loader, x):
    model = Net()
    optimizer = Adam(model.parameters())
    for batch, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(batch), y).backward()
        optimizer.step()
    model.train()
    with torch.no_grad():
        return torch.stack([model(x) for _ in range(30)]).std(0)


def noise_calibration(loader, optimizer_of):
    """How far the perturbed policy is from the clean one decides the next step's noise."""
    policy = Net()
    perturbed = copy.deepcopy(policy)
    optimizer = optimizer_of(policy.parameters())
    sigma = 0.1
    for states in loader:
        with torch.no_grad():
            distance = (policy(states) - perturbed(states)).pow(2).mean().sqrt().item()
        sigma = sigma * 1.01 if distance < 0.2 else sigma / 1.01
        loss = policy(states).mean() * sigma
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def rollout(env, episodes):
    """An actor that acts between its updates, as its training has it."""
    actor = Net()
    optimizer = Adam(actor.parameters())
    for _ in range(episodes):
        state, done, history = env.reset(), False, []
        while not done:
            with torch.no_grad():
                action = actor(state).argmax(-1)
            state, reward, done = env.step(action)
            history.append((state, action, reward))
        for state, action, reward in history:
            loss = -reward * actor(state).log_softmax(-1)[action]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def shapes(loader):
    model = Net()
    with torch.no_grad():
        width = model(torch.zeros(2, 8)).shape[1]
    head = nn.Linear(width, 2)
    optimizer = Adam([*model.parameters(), *head.parameters()])
    for x, y in loader:
        optimizer.zero_grad()
        F.cross_entropy(head(model(x)), y).backward()
        optimizer.step()


def checkpointed(loader):
    """The first pass is without gradients, the second makes them."""
    model = Net()
    optimizer = Adam(model.parameters())
    for chunks in loader:
        with torch.no_grad():
            codes = [model(chunk) for chunk in chunks]
        total = torch.cat(codes)
        optimizer.zero_grad()
        for chunk in chunks:
            (model(chunk) * total.mean()).sum().backward()
        optimizer.step()


def momentum_contrast(loader, momentum=0.999):
    query, key = Net(), Net()
    for a, b in zip(query.parameters(), key.parameters()):
        b.data.copy_(a.data)
        b.requires_grad = False
    optimizer = Adam(query.parameters())
    for first, second in loader:
        q = query(first)
        with torch.no_grad():
            for a, b in zip(query.parameters(), key.parameters()):
                b.data = b.data * momentum + a.data * (1 - momentum)
            k = key(second)
        loss = F.cross_entropy(q @ k.T, torch.arange(len(q)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def statistics_again(loader, others):
    """What the model gives is not used: it is called for what batch norm learns from it."""
    model = Net()
    optimizer = Adam(model.parameters())
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        for x, _ in others:
            _ = model(x)
    return model


def prediction_after_all(loader, others):
    model = Net()
    optimizer = Adam(model.parameters())
    for x, y in loader:
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return [last for _, last in (model(x).split(4, 1) for x in others)]  # TML303
