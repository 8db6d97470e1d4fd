"""Loops that use helpers of other files; some of them train on in eval mode."""

import torch.nn.functional as F

import engine.evaluation as evaluation
from engine import evaluate, evaluate_and_restore, train_one_epoch
from engine.training import train_step


def helper_evals(model, loader, validation, optimizer, epochs):
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(evaluate(model, validation, F.mse_loss))  # TML304


def helper_of_a_helper_evals(model, loader, validation, optimizer, epochs):
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(evaluation.summarise(model, validation, F.mse_loss))  # TML304


def step_is_a_helper_too(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        for x, y in loader:
            train_step(model, x, y, F.mse_loss, optimizer)
        print(evaluate(model, validation, F.mse_loss))  # TML304


def epoch_function_trains(model, loader, validation, optimizer, epochs):
    for _ in range(epochs):
        train_one_epoch(model, loader, F.mse_loss, optimizer)
        print(evaluate(model, validation, F.mse_loss))


def helper_puts_back(model, loader, validation, optimizer, epochs):
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(evaluate_and_restore(model, validation, F.mse_loss))


def an_object_evals(model, loader, validation, optimizer, epochs):
    check = evaluation.Evaluator(validation, F.mse_loss)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(check.run(model))  # TML304


def an_object_puts_back(model, loader, validation, optimizer, epochs):
    check = evaluation.Evaluator(validation, F.mse_loss)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            optimizer.step()
        print(check(model))


class Trainer:
    def __init__(self, model, optimizer, loader, validation):
        self.model = model
        self.optimizer = optimizer
        self.loader = loader
        self.validation = validation

    def run(self, epochs):
        for _ in range(epochs):
            for x, y in self.loader:
                self.optimizer.zero_grad()
                F.mse_loss(self.model(x), y).backward()
                self.optimizer.step()
            self.validate()  # TML304

    def validate(self):
        return evaluate(self.model, self.validation, F.mse_loss)


class Careful(Trainer):
    """Overrides the method that leaves the mode behind."""

    def validate(self):
        loss = super().validate()
        self.model.train()
        return loss

    def run(self, epochs):
        for _ in range(epochs):
            for x, y in self.loader:
                self.optimizer.zero_grad()
                F.mse_loss(self.model(x), y).backward()
                self.optimizer.step()
            self.validate()
