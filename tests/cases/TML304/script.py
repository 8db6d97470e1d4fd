"""A script: the loop stands at module level, its parts are functions on globals."""

import argparse

import torch
from torch import nn, optim

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--no-eval", action="store_true")
args = parser.parse_args()

model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.LazyLinear(10))
optimizer = optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
train_loader, test_loader = torch.load("loaders.pt", weights_only=False)


def train(epoch):
    for number, (data, target) in enumerate(train_loader):
        optimizer.zero_grad()
        loss = criterion(model(data), target)
        loss.backward()
        optimizer.step()
        if number % 10 == 0:
            print(epoch, number, loss.item())


@torch.no_grad()
def test():
    model.eval()
    right = 0
    for data, target in test_loader:
        right += model(data).argmax(1).eq(target).sum().item()
    print(right)


if __name__ == "__main__":
    for epoch in range(args.epochs):
        train(epoch)
        if not args.no_eval:
            test()  # TML304
    torch.save(model.state_dict(), "model.pt")
