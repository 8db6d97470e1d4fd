"""One worker process: started, talked to, and gone when it is no longer needed."""

from __future__ import annotations

import os
import queue
import secrets
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from torchmodlint.verify.environment import environment
from torchmodlint.verify.wire import Frames, Options, PackageJob, WireError, frame

START = Path(__file__).parent / "worker" / "start.py"

TO_START = 180.0  # seconds: torch may come over a slow network drive
SILENCE = 60.0  # seconds more than any import takes, after which the worker itself must be stuck
TO_END = 3.0
AT_ONCE = 1 << 16
LAST_WORDS = 300  # characters of what it printed when it died

UNAVAILABLE = {
    "no-torch": "{python} has no torch: install it there, or name an interpreter that has it with --python",
    "broken-torch": "torch cannot be imported in {python}: {detail}",
    "old-torch": "{python} has torch {detail}, and the verifier needs 2.0 or newer: upgrade it, or name another "
    "interpreter with --python",
    "old-python": "{python} is Python {detail}, and the verifier needs 3.10 or newer: name another interpreter with "
    "--python",
    "no-cuda": "torch in {python} finds no CUDA device: use --device auto or --device cpu",
    "no-sandbox": "this system offers no {detail}, and the sandbox is required: use --verify-sandbox auto to go on",
}


class WorkerUnavailable(Exception):
    """Nothing can be asked; the text is one sentence that names the fix."""


class Lost(Exception):
    """The worker is gone, or does not speak any more."""


class Worker:
    """A worker in a `with` block. Raises WorkerUnavailable when the interpreter cannot be started."""

    def __init__(self, python: Path | str, options: Options, method: str, scratch: Path) -> None:
        self._python = python
        self._options = options
        self._scratch = scratch
        self._sign = secrets.token_hex(16)
        self._messages: queue.SimpleQueue[dict[str, Any] | Exception] = queue.SimpleQueue()
        found = shutil.which(str(python))
        if found is None:
            raise WorkerUnavailable(f"{python} is no interpreter: name one that has torch with --python")
        self._said = scratch / "said"
        with self._said.open("wb") as said:
            try:
                self._process = subprocess.Popen(
                    [found, "-B", str(START), method],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    env=environment(os.environ, cuda=options.device == "cuda"),
                    start_new_session=True,  # Ctrl-C is for us, who then end it in order
                )
            except OSError as error:
                why = error.strerror or error
                raise WorkerUnavailable(
                    f"{python} cannot be started ({why}): name an interpreter with --python"
                ) from error
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Worker:
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """The end of its input is the sign for the worker to kill all its children and itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
        except OSError:
            pass  # it was gone before us
        try:
            self._process.wait(TO_END)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        self._reader.join(TO_END)
        self._process.stdout.close()

    def ready(self) -> dict[str, Any]:
        """Wait until it says what it is: torch, python, layers, device. Raises WorkerUnavailable."""
        hello = {"kind": "hello", "sign": self._sign, "scratch": str(self._scratch), "options": asdict(self._options)}
        try:
            self._send(hello)
            message = self._hear(TO_START)
        except (Lost, WireError) as error:
            words = f": {self._last_words()}" if self._last_words() else ""
            raise WorkerUnavailable(
                f"{self._python} cannot run the verifier ({error}{words}): name a Python that has torch with --python"
            ) from error
        if message["kind"] == "unavailable":
            sentence = UNAVAILABLE[message["why"]]
            raise WorkerUnavailable(sentence.format(python=self._python, detail=message["detail"]))
        return message

    def work(self, jobs: Sequence[PackageJob], processes: int) -> Iterator[dict[str, Any]]:
        """Its messages about these jobs, until it has done them. Raises Lost and WireError."""
        for job in jobs:
            self._send({"kind": "job", "job": asdict(job)})
        self._send({"kind": "go", "processes": processes})
        while (message := self._hear(10 * self._options.timeout + SILENCE))["kind"] != "done":
            yield message

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame(message))
            self._process.stdin.flush()
        except OSError as error:
            raise Lost(self._how_it_ended()) from error

    def _hear(self, patience: float) -> dict[str, Any]:
        try:
            message = self._messages.get(timeout=patience)
        except queue.Empty:
            raise Lost(f"it said nothing for {patience:g} s") from None
        if isinstance(message, Exception):
            raise message
        if message.get("sign") != self._sign and message.get("kind") != "unavailable":
            raise WireError("something that the worker did not write")
        return message

    def _read(self) -> None:
        """In a thread of its own: there is no waiting for a pipe with a limit on all systems."""
        assert self._process.stdout is not None
        frames = Frames()
        try:
            while data := os.read(self._process.stdout.fileno(), AT_ONCE):
                for message in frames.feed(data):
                    self._messages.put(message)
            self._messages.put(Lost(self._how_it_ended()))
        except (WireError, OSError) as error:
            self._messages.put(error if isinstance(error, WireError) else Lost(str(error)))

    def _how_it_ended(self) -> str:
        try:
            status = self._process.wait(TO_END)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return f"it was killed by signal {-status}" if status < 0 else f"it ended with exit code {status}"

    def _last_words(self) -> str:
        lines = self._said.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip()[:LAST_WORDS] if lines else ""

    def _kill(self) -> None:
        if hasattr(os, "killpg"):
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._process.kill()
