"""Interpreters in which nothing can be asked: each is one clear sentence that names the fix."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest

from tests.paths import PACKAGE
from tests.verify.processes import FAULTY, changed_python, interpreter, package, words
from torchmodlint.verify.pool import WorkerUnavailable, ask
from torchmodlint.verify.wire import Options

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.torch, pytest.mark.skipif(sys.platform == "win32", reason="makes shell scripts")]


def test_the_first_file_is_understood_by_old_interpreters() -> None:
    text = (PACKAGE / "verify" / "worker" / "start.py").read_text()
    ast.parse(text, feature_version=(3, 6))


def unavailable(python: Path | str, options: Options | None = None) -> str:
    with pytest.raises(WorkerUnavailable) as caught:
        ask([], python, options or Options())
    return str(caught.value).replace(str(python), "PYTHON")


def test_no_such_interpreter(tmp_path: Path) -> None:
    assert unavailable(tmp_path / "python") == "PYTHON is no interpreter: name one that has torch with --python"


def test_not_an_interpreter_at_all(tmp_path: Path) -> None:
    python = interpreter(tmp_path, "echo nonsense, and more of it; echo what is -B >&2; exit 2")
    assert unavailable(python).startswith("PYTHON cannot run the verifier (")
    python = interpreter(tmp_path, "echo what is -B >&2; exit 2")
    assert "it ended with exit code 2: what is -B" in unavailable(python)


def test_no_program_in_the_file(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_bytes(b"\x00\x01\x02")
    python.chmod(0o755)
    assert unavailable(python).startswith("PYTHON cannot be started (Exec format error)")


def test_without_torch(tmp_path: Path) -> None:
    python = interpreter(tmp_path, f'exec "{sys.executable}" -I -S "$@"')
    assert unavailable(python) == (
        "PYTHON has no torch: install it there, or name an interpreter that has it with --python"
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("__version__ = '1.13.1+cu117'", "PYTHON has torch 1.13.1+cu117, and the verifier needs 2.0 or newer"),
        ("raise OSError('libcudart.so: gone')", "torch cannot be imported in PYTHON: OSError: libcudart.so: gone"),
        ("import missing_thing", "torch cannot be imported in PYTHON: ModuleNotFoundError: No module named 'missing"),
    ],
)
def test_a_torch_of_no_use(tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "torch.py").write_text(source)
    python = interpreter(tmp_path, f'PYTHONPATH="{tmp_path}" exec "{sys.executable}" -S "$@"')
    assert unavailable(python).startswith(message)


def test_an_old_python(tmp_path: Path) -> None:
    python = changed_python(tmp_path, "sys.version_info = (3, 8, 19)")
    assert unavailable(python).startswith("PYTHON is Python 3.8.19, and the verifier needs 3.10 or newer")


FAKE_TORCH = """
from types import SimpleNamespace
__version__ = "2.5.1"
cuda = SimpleNamespace(is_available=lambda: False)
def set_num_threads(number): pass
"""


def test_no_cuda_device(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(FAKE_TORCH)
    python = interpreter(tmp_path, f'PYTHONPATH="{tmp_path}" exec "{sys.executable}" -S "$@"')
    message = "torch in PYTHON finds no CUDA device: use --device auto or --device cpu"
    assert unavailable(python, Options(device="cuda")) == message


def test_the_sandbox_is_asked_for_in_vain(tmp_path: Path) -> None:
    """A filter refuses Landlock, as an old kernel or a container may."""
    from torchmodlint.verify.worker.sandbox.layers import found

    if not found(tmp_path).seccomp:
        pytest.skip("this system has no seccomp")
    python = changed_python(
        tmp_path,
        """
        from torchmodlint.verify.worker.sandbox import seccomp
        seccomp.NUMBERS["landlock_create_ruleset"] = (444, 444)
        program = seccomp._started()
        program.refuse("landlock_create_ruleset")
        seccomp.install(program.finished())
        """,
    )
    expected = "this system offers no Landlock, and the sandbox is required: use --verify-sandbox auto to go on"
    assert unavailable(python, Options(sandbox="require")) == expected
    answers = ask([package(tmp_path / "a", FAULTY)], python, Options())
    assert answers.layers == ("wall clock", "resource limits", "audit hook", "seccomp")
    assert words(answers.verdicts) == {0: "confirmed observed"}
