"""Whose torch is asked. A torch is pretended by a package of that name, which nobody may import."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest

from torchmodlint.verify import interpreter
from torchmodlint.verify.interpreter import NoInterpreter, find, in_environment

TREACHEROUS = "raise AssertionError('torch was imported')\n"
windows = pytest.mark.skipif(sys.platform == "win32", reason="the interpreters here are scripts and links")


@pytest.fixture(autouse=True)
def _nothing_active(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        monkeypatch.delenv(variable, raising=False)


def environment(folder: Path, torch: str | None = None) -> Path:
    """A virtual environment, with a torch of that version in it."""
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    if torch is not None:
        (site,) = [*folder.glob("lib/python3*/site-packages"), *folder.glob("Lib/site-packages")]
        (site / "torch").mkdir()
        (site / "torch" / "__init__.py").write_text(TREACHEROUS)
        (site / "torch" / "version.py").write_text(f"__all__ = []\n__version__ = '{torch}'\ndebug = False\n")
    return folder


def test_given_environment_interpreter_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = environment(tmp_path / "env", "2.6.0+cpu")
    inside = in_environment(home)
    assert inside is not None
    for given in (str(home), str(inside)):
        found = find(tmp_path, given)
        assert (found.path, found.torch, found.origin) == (inside, "2.6.0+cpu", "as asked for")
        assert found.python == ".".join(str(part) for part in sys.version_info[:3])
    monkeypatch.setenv("PATH", str(inside.parent))
    assert find(tmp_path, inside.stem).path == inside


def test_active_environment_then_the_projects_own_then_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    environment(project / ".venv", "2.1.0")
    environment(tmp_path / "active", "2.2.0")
    environment(tmp_path / "conda", "2.3.0")
    monkeypatch.setattr(sys, "executable", str(in_environment(environment(tmp_path / "own", "2.4.0"))))
    assert (find(project).torch, find(project).origin) == ("2.1.0", "the project's own")
    assert (find(tmp_path).torch, find(tmp_path).origin) == ("2.4.0", "the one that runs torchmodlint")
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))
    assert (find(project).torch, find(project).origin) == ("2.3.0", "CONDA_PREFIX")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert (find(project).torch, find(project).origin) == ("2.2.0", "VIRTUAL_ENV")


def test_environment_without_torch_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path / "active")))
    environment(tmp_path / "venv", "2.1.0")
    assert find(tmp_path).torch == "2.1.0"


def test_no_torch_anywhere_names_all_that_was_tried_and_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active, own = environment(tmp_path / "active"), in_environment(environment(tmp_path / "own"))
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    monkeypatch.setattr(sys, "executable", str(own))
    with pytest.raises(NoInterpreter) as caught:
        find(tmp_path)
    fix = "has no torch: install it there, or name another with --python"
    assert str(caught.value) == (
        f"no interpreter with torch was found: {in_environment(active)} (VIRTUAL_ENV) {fix}; "
        f"{own} (the one that runs torchmodlint) {fix}"
    )
    monkeypatch.delenv("VIRTUAL_ENV")
    with pytest.raises(NoInterpreter) as caught:
        find(tmp_path)
    assert str(caught.value) == f"{own} (the one that runs torchmodlint) {fix}"


def test_given_one_is_not_replaced_by_another(tmp_path: Path) -> None:
    environment(tmp_path / ".venv", "2.1.0")
    bare = environment(tmp_path / "bare")
    with pytest.raises(NoInterpreter, match=r"\(as asked for\) has no torch: install it there"):
        find(tmp_path, str(bare))


@pytest.mark.parametrize(
    ("torch", "complaint"),
    [("1.13.1+cu117", "has torch 1.13.1+cu117, but 2.0 or newer is needed"), ("2.0.0a0+git1", None), ("10.0", None)],
)
def test_old_torch(tmp_path: Path, torch: str, complaint: str | None) -> None:
    home = environment(tmp_path / "env", torch)
    if complaint is None:
        assert find(tmp_path, str(home)).torch == torch
        return
    with pytest.raises(NoInterpreter) as caught:
        find(tmp_path, str(home))
    assert complaint in str(caught.value)


def test_directory_and_name_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NoInterpreter, match="is a directory without an interpreter"):
        find(tmp_path, str(tmp_path))
    with pytest.raises(NoInterpreter, match="no-such-python is no interpreter, virtual environment or command"):
        find(tmp_path, "no-such-python")


@windows
def test_what_runs_but_is_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(NoInterpreter, match="cannot be run: Permission denied"):
        find(tmp_path, str(script))
    script.chmod(0o755)
    with pytest.raises(NoInterpreter, match=r"does not answer as Python 3\.10 and newer do"):
        find(tmp_path, str(script))
    script.write_text('#!/bin/sh\necho \'{"python": [3, 9, 1], "torch": "2.1", "marker": "", "sources": []}\'\n')
    with pytest.raises(NoInterpreter, match=r"is Python 3\.9\.1, but 3\.10 or newer is needed"):
        find(tmp_path, str(script))
    monkeypatch.setattr(interpreter, "PATIENCE", 0.1)
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    with pytest.raises(NoInterpreter, match=r"cannot be run: .*timed out"):
        find(tmp_path, str(script))


def test_folder_named_torch_where_we_stand_is_no_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = environment(tmp_path / "env")
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoInterpreter, match="has no torch"):
        find(tmp_path, str(home))


def test_marker_changes_with_what_is_installed(tmp_path: Path) -> None:
    home = environment(tmp_path / "env", "2.1.0")
    before = find(tmp_path, str(home))
    assert find(tmp_path, str(home)) == before
    (site,) = [*home.glob("lib/python3*/site-packages"), *home.glob("Lib/site-packages")]
    record = site / "einops-0.8.0.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text("einops/__init__.py,sha256=aaaa,10\n")
    installed = find(tmp_path, str(home))
    record.write_text("einops/__init__.py,sha256=bbbb,10\n")
    assert len({before.marker, installed.marker, find(tmp_path, str(home)).marker}) == 3


def test_sources_outside_the_installed_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = environment(tmp_path / "env", "2.1.0")
    assert find(tmp_path, str(home)).sources == ()
    (site,) = [*home.glob("lib/python3*/site-packages"), *home.glob("Lib/site-packages")]
    for name in ("by_path", "my lib"):
        (tmp_path / name).mkdir()
    info = site / "mylib-1.0.dist-info"
    info.mkdir()
    url = (tmp_path / "my lib").as_uri()
    (info / "direct_url.json").write_text(f'{{"url": "{url}", "dir_info": {{"editable": true}}}}')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "by_path"))
    assert set(find(tmp_path, str(home)).sources) == {tmp_path / "by_path", tmp_path / "my lib"}


@pytest.mark.parametrize("parts", [("bin", "python"), ("Scripts", "python.exe"), ("python.exe",)])
def test_layouts_of_environments(tmp_path: Path, parts: tuple[str, ...]) -> None:
    assert in_environment(tmp_path) is None
    file = tmp_path.joinpath(*parts)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"")
    assert in_environment(tmp_path) == file
