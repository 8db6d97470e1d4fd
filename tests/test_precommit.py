"""The hook as others use it: the real pre-commit, in a repository of its own, with an environment it builds itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytest.importorskip("pre_commit")
pytestmark = pytest.mark.network

SHIPPED = ("torchmodlint", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
BLOCK = """
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
"""
NO_INIT = """
from pkg.block import Block


class Net(Block):
    def __init__(self):
        self.layer = None
"""
CLEAN = "answer = 42\n"


class Consumer(NamedTuple):
    """A repository that has the hook configured, and the environment in which its commands run."""

    folder: Path
    environment: Mapping[str, str]

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=dict(self.environment), capture_output=True, text=True, check=False
        )

    def write(self, files: Mapping[str, str]) -> None:
        """Put files under version control, as pre-commit looks at those alone."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _git(self.folder, "add", *files)

    def hook(self, *files: str, only: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return self.call(sys.executable, "-m", "pre_commit", "run", "--color=never", *only, "--files", *files)


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """The working tree is copied and committed, so that the hook under test is the code as it stands."""
    base = tmp_path_factory.mktemp("pre-commit")
    hook = base / "hook"
    hook.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, hook / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, hook / name)
    for folder in (hook, base / "consumer"):
        folder.mkdir(exist_ok=True)
        _git(folder, "init", "--quiet")
    _git(hook, "add", ".")
    _git(hook, "commit", "--quiet", "-m", "hook")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    consumer = Consumer(base / "consumer", environment | {"PRE_COMMIT_HOME": str(base / "home")})
    # The second one needs torch, and has tests of its own that ask for it by name.
    hooks = "[{id: torchmodlint}, {id: torchmodlint-verify, stages: [manual]}]"
    config = f"repos:\n- repo: {hook.as_uri()}\n  rev: {_git(hook, 'rev-parse', 'HEAD')}\n  hooks: {hooks}\n"
    consumer.write({".pre-commit-config.yaml": config, "README.md": "# consumer\n"})
    return consumer


def test_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_finding_fails_the_commit(consumer: Consumer) -> None:
    consumer.write({"pkg/__init__.py": "", "pkg/block.py": BLOCK, "pkg/net.py": NO_INIT, "clean.py": CLEAN})
    done = consumer.hook("pkg/__init__.py", "pkg/block.py", "pkg/net.py", "clean.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pkg/net.py:6:" in done.stdout
    assert "TML101" in done.stdout
    assert "block.py:" not in done.stdout


def test_bases_in_files_that_were_not_passed(consumer: Consumer) -> None:
    consumer.write({"pkg/__init__.py": "", "pkg/block.py": BLOCK, "pkg/net.py": NO_INIT})
    done = consumer.hook("pkg/net.py")
    assert (done.returncode, "TML101" in done.stdout) == (1, True)


def test_clean_files_pass(consumer: Consumer) -> None:
    consumer.write({"clean.py": CLEAN, "stub.pyi": "x: int\n"})
    done = consumer.hook("clean.py", "stub.pyi")
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_no_python_file_is_fine(consumer: Consumer) -> None:
    done = consumer.hook("README.md")
    assert done.returncode == 0
    assert "no files to check" in done.stdout


def test_many_files_in_one_call(consumer: Consumer) -> None:
    names = [f"many/sub{number % 7}/module_{number}.py" for number in range(400)]
    consumer.write(dict.fromkeys(names, CLEAN) | {"many/net.py": BLOCK.replace("super().__init__()", "pass")})
    done = consumer.hook(*names, "many/net.py")
    assert done.returncode == 1
    assert done.stdout.count("TML101") == 1


def test_excluded_file_stays_excluded_when_passed(consumer: Consumer) -> None:
    consumer.write({"vendored/net.py": BLOCK.replace("super().__init__()", "pass")})
    consumer.write({"torchmodlint.toml": 'exclude = ["vendored/"]\n'})
    try:
        done = consumer.hook("vendored/net.py")
    finally:
        _git(consumer.folder, "rm", "--quiet", "--force", "torchmodlint.toml")
    assert done.returncode == 0, done.stdout


def test_environment_of_the_hook_has_no_torch(consumer: Consumer) -> None:
    consumer.hook("README.md")
    home = Path(consumer.environment["PRE_COMMIT_HOME"])
    installed = {folder.name for folder in home.rglob("site-packages/*")}
    assert "libcst" in installed
    assert not {name for name in installed if name.startswith(("torch-", "torch.")) or name == "torch"}


@pytest.mark.torch
def test_verifying_hook_runs_in_the_projects_own_environment(consumer: Consumer) -> None:
    if shutil.which("torchmodlint", path=consumer.environment["PATH"]) is None:
        pytest.skip("the command is not installed")
    sound = BLOCK.replace("class Block", "class Sound")
    net = NO_INIT.replace("self.layer = None", "self.layer = Block()")
    consumer.write({"pkg/__init__.py": "", "pkg/block.py": BLOCK, "pkg/net.py": net, "sound.py": sound})
    verifying = ("--hook-stage", "manual", "torchmodlint-verify")
    done = consumer.hook("pkg/net.py", "sound.py", only=verifying)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pkg/net.py:6:" in done.stdout
    assert "= confirmed on cpu: torch refuses" in done.stdout
    assert consumer.hook("sound.py", only=verifying).returncode == 0
