"""Fixtures and settings for the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A slow machine must not turn a property into a failure; the bounds that matter are in the tests.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")
