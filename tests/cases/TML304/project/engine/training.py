"""Training of one epoch, which begins with the mode, and of one step, which leaves it."""


def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    for x, y in loader:
        train_step(model, x, y, criterion, optimizer)


def train_step(model, x, y, criterion, optimizer):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
