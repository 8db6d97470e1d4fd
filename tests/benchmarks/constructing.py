"""The other side of the construction benchmark: runs where torch is, imports a package, and forks for each class."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from functools import partial
from typing import Any

from torchmodlint.verify.wire import FileJob, PackageJob, package_job

IMPORTING = 60.0  # seconds for one file
BUILDING = 5.0  # seconds for the arguments of one class, as with the default time limit


def main() -> None:
    asked = json.load(sys.stdin)
    import torch

    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "w")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    package = package_job(asked["job"])
    files = {job.path: job for job in package.files}
    by_file: dict[str, list[str]] = {}
    for path, name in asked["classes"]:
        by_file.setdefault(path, []).append(name)
    waiting = list(by_file)
    while waiting:
        # One process imports file after file, as the verifier does; what ends it costs one file.
        paths = list(waiting)
        walls = [IMPORTING + asked["wall"] * len(by_file[path]) for path in paths]
        lines = in_child(partial(package_child, package, files, by_file, paths, asked["wall"]), sum(walls))
        done = 0
        for line in lines:
            if line.startswith("done "):
                waiting.remove(line.removeprefix("done "))
                done += 1
            else:
                answers.write(line + "\n")
        if waiting:
            waiting.pop(0)
        answers.flush()


def package_child(
    package: PackageJob, files: dict[str, FileJob], by_file: dict[str, list[str]], paths: list[str], wall: float
) -> Iterator[str]:
    """Import the files one after another, and try their classes."""
    for path in paths:
        yield from file_child(package, files[path], by_file[path], wall)
        yield f"done {path}"


def file_child(package: PackageJob, job: FileJob, names: list[str], wall: float) -> list[str]:
    """Import one file, then try each of its classes in a fork."""
    from torchmodlint.verify.worker.answers import Inconclusive
    from torchmodlint.verify.worker.importer.load import load

    base = {"package": package.name, "path": job.path}
    started = time.monotonic()
    signal.alarm(int(IMPORTING))
    try:
        loaded = load(package, job)
    except Inconclusive as why:
        return [json.dumps({**base, "name": name, "failure": why.message, "stage": "import"}) for name in names]
    finally:
        signal.alarm(0)
    spent = time.monotonic() - started
    found = []
    for name in names:
        lines = in_child(partial(class_child, loaded, name, {**base, "import_seconds": spent}), wall)
        found += lines or [json.dumps({**base, "name": name, "strategy": loaded.strategy, "failure": "time or crash"})]
    return found


def class_child(loaded: Any, name: str, known: dict[str, Any]) -> list[str]:
    """What becomes of one class, as a line."""
    return [json.dumps({**known, **tried(loaded, name)})]


def tried(loaded: Any, name: str) -> dict[str, Any]:
    """What becomes of one class."""
    from torchmodlint.verify.worker.answers import Inconclusive
    from torchmodlint.verify.worker.inputs.search import search as search_inputs
    from torchmodlint.verify.worker.synth.clock import Budget
    from torchmodlint.verify.worker.synth.search import search

    result: dict[str, Any] = {"name": name, "strategy": loaded.strategy, "stubbed": list(loaded.stubbed)}
    started = time.monotonic()
    try:
        cls = loaded.find(name)
        attempt = search(loaded, name, cls, Budget(BUILDING))
    except Inconclusive as why:
        return {**result, "failure": why.message, "stage": "find"}
    except Exception:
        return {**result, "failure": traceback.format_exc()[-1500:], "stage": "ours"}
    result["seconds"] = time.monotonic() - started
    result["built"] = attempt.built
    if attempt.plan is not None:
        result.update(call=attempt.plan.call, origin=attempt.plan.origin, repairs=attempt.plan.repairs)
        result["sensible"] = attempt.plan.sensible
    if not attempt.built or attempt.instance is None:
        error = attempt.error
        return {**result, "stage": "init", "failure": f"{type(error).__name__}: {error}"[:400]}
    started = time.monotonic()
    try:
        inputs = search_inputs(attempt.instance, None, Budget(3.0), loaded, attempt.plan)
    except Exception:
        return {**result, "stage": "ours", "failure": traceback.format_exc()[-1500:]}
    result["input_seconds"] = time.monotonic() - started
    result["forward"] = inputs is not None and inputs.complete
    if inputs is not None:
        result["inputs"] = inputs.text
        if not inputs.complete:
            result["stage"] = "forward"
            result["failure"] = _why(attempt, inputs)
    return result


def _why(attempt: Any, inputs: Any) -> str:
    try:
        arguments, keywords = inputs.make()
        attempt.instance(*arguments, **keywords)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:400]
    return "?"


def in_child(work: Any, wall: float) -> list[str]:
    """The lines that `work` gives, from a fork that is ended after `wall` seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(reader)
        try:
            for line in work():
                data = line.encode() + b"\n"
                while data:
                    data = data[os.write(writer, data) :]
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(writer)
    data = b""
    deadline = time.monotonic() + wall
    while True:
        left = deadline - time.monotonic()
        ready = select.select([reader], [], [], max(left, 0))[0]
        if not ready:
            try:
                os.killpg(child, signal.SIGKILL)
            except OSError:
                os.kill(child, signal.SIGKILL)
            break
        piece = os.read(reader, 65536)
        if not piece:
            break
        data += piece
    os.close(reader)
    os.waitpid(child, 0)
    return [line for line in data.decode(errors="replace").splitlines() if line]


if __name__ == "__main__":
    main()
