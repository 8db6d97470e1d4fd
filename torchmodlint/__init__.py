"""torchmodlint: a linter for PyTorch `nn.Module` code. Importing the package costs nothing: no LibCST, no torch."""

__version__ = "0.1.0"
