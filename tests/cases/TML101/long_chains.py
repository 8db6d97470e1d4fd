"""Initialisers that call each other further than they are followed."""

from torch import nn


class Step1(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step2(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step3(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step4(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step5(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step6(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class Step7(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)


class ManySteps(Step1, Step2, Step3, Step4, Step5, Step6, Step7):
    """Each initialiser calls the next, and the last that of nn.Module."""

    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, width)


class ManyStepsMissing(Step1, Step2, Step3, Step4, Step5, Step6, Step7):
    def __init__(self, width):  # TML101
        self.a = nn.Linear(width, width)
