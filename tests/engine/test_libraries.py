"""Where installed packages are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchmodlint.engine.libraries import library_directories

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_active_environment_comes_before_that_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    active = tmp_path / "active" / "lib" / "python3.12" / "site-packages"
    own = tmp_path / "project" / ".venv" / "Lib" / "site-packages"
    running = tmp_path / "running" / "site-packages"
    for folder in (active, own, running):
        folder.mkdir(parents=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr("sys.path", [str(running), str(tmp_path / "none" / "site-packages"), str(tmp_path)])
    assert library_directories(tmp_path / "project") == (active, own, running)
