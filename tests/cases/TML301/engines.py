"""Training resumed with engines and idioms that hide the backward, or the model."""

import torch
import torch.nn.functional as F
from lightning.fabric import Fabric
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))

    def forward(self, x):
        return self.layer(x)

    def loss(self, x, y):
        return F.mse_loss(self(x), y)


def apex(loader, path):
    from apex import amp

    model = Net().cuda()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    model, optimizer = amp.initialize(model, optimizer, opt_level="O1")
    model.load_state_dict(torch.load(path)["model"])
    for x, y in loader:
        loss = F.mse_loss(model(x), y)
        with amp.scale_loss(loss, optimizer) as scaled_loss:
            scaled_loss.backward()
        optimizer.step()


def fabric(loader, path):
    fabric = Fabric()
    fabric.launch()
    model = Net()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    model.load_state_dict(fabric.load(path)["model"])
    model, optimizer = fabric.setup(model, optimizer)
    loader = fabric.setup_dataloaders(loader)
    for x, y in loader:
        optimizer.zero_grad()
        fabric.backward(F.mse_loss(model(x), y))
        optimizer.step()


def deepspeed_engine(loader, path):
    import deepspeed

    model = Net()
    model.load_state_dict(torch.load(path))
    engine, *_ = deepspeed.initialize(model=model, model_parameters=model.parameters())
    for x, y in loader:
        loss = F.mse_loss(engine(x), y)
        engine.backward(loss)
        engine.step()


def loss_method(loader, path):
    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        loss = model.loss(x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accumulated(loader, path, every=4):
    model = Net()
    model.load_state_dict(torch.load(path))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    total = 0.0
    for number, (x, y) in enumerate(loader, start=1):
        total = total + model.loss(x, y) / every
        if number % every == 0:
            total.backward()
            optimizer.step()
            optimizer.zero_grad()
            total = 0.0


def by_hand(loader, path):
    model = Net()
    model.load_state_dict(torch.load(path))
    for x, y in loader:
        model.zero_grad()
        out = model(x)
        out.backward(out.detach() - y)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad


def policy_gradient(env, path):
    policy = Net()
    policy.load_state_dict(torch.load(path))
    optimizer = optim.Adam(policy.parameters())
    for _ in range(100):
        state, chances, rewards, done = env.reset(), [], [], False
        while not done:
            choice = torch.distributions.Categorical(logits=policy(state))
            action = choice.sample()
            chances.append(choice.log_prob(action))
            state, reward, done = env.step(action)
            rewards.append(reward)
        loss = torch.stack([-chance * reward for chance, reward in zip(chances, rewards)]).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def by_ignite(loader, path):
    from ignite.engine import create_supervised_trainer

    model = Net()
    model.load_state_dict(torch.load(path))
    trainer = create_supervised_trainer(model, optim.SGD(model.parameters(), lr=0.1), F.mse_loss)
    trainer.run(loader)
    print(model(next(iter(loader))[0]).shape)


def by_transformers(dataset, path):
    from transformers import Trainer, TrainingArguments

    model = Net()
    model.load_state_dict(torch.load(path))
    trainer = Trainer(model=model, args=TrainingArguments("out"), train_dataset=dataset)
    trainer.train()
    return trainer.predict(dataset)


def by_fastai(data, path):
    from fastai.learner import Learner

    model = Net()
    model.load_state_dict(torch.load(path))
    learner = Learner(data, model)
    learner.fit_one_cycle(3)
    return model(data.one_batch()[0])


def either(loader, path, args):
    """One function for both, which ways apart at a flag."""
    model = Net()
    if args.resume:
        model.load_state_dict(torch.load(path))
    if args.evaluate:
        return evaluate(model, loader)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        loss = model.loss(x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        return sum(model.loss(x, y).item() for x, y in loader)


def best_of_training(loader, validation, path):
    """Trained, then the best weights come back: the mode is that in which training ended."""
    model = Net()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        model.loss(x, y).backward()
        optimizer.step()
    model.load_state_dict(torch.load(path))
    return evaluate(model, validation)


def flops(path):
    from fvcore.nn import FlopCountAnalysis
    from torch.utils.flop_counter import FlopCounterMode

    model = Net()
    model.load_state_dict(torch.load(path))
    with FlopCounterMode(display=False) as counter:
        model(torch.randn(2, 8))
    return FlopCountAnalysis(model, torch.randn(2, 8)).total(), counter.get_total_flops()


def exported(path):
    model = Net()
    model.load_state_dict(torch.load(path))
    example = (torch.randn(2, 8),)
    program = torch.export.export(model, example)
    torch.onnx.export(model, example, "net.onnx")
    return program.module()(*example)
