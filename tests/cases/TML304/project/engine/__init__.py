"""Re-exports what the scripts import."""

from engine.evaluation import evaluate, evaluate_and_restore
from engine.training import train_one_epoch

__all__ = ["evaluate", "evaluate_and_restore", "train_one_epoch"]
