"""Fixtures and settings for the whole suite."""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

# A slow machine must not turn a property into a failure; the bounds that matter are in the tests.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs torch, or a CUDA device, where there is none."""
    without_torch = importlib.util.find_spec("torch") is None
    for item in items:
        if without_torch and (item.get_closest_marker("torch") or item.get_closest_marker("cuda")):
            item.add_marker(pytest.mark.skip(reason="torch is not installed"))
        elif item.get_closest_marker("cuda") and not _has_cuda():
            item.add_marker(pytest.mark.skip(reason="there is no CUDA device"))


@functools.cache
def _has_cuda() -> bool:
    """Asked in a process of its own: the tests' process must not be the first to touch the driver."""
    code = "import sys, torch; sys.exit(not torch.cuda.is_available())"
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
