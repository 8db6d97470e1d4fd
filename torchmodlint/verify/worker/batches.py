"""Batches: fresh processes that import torch themselves, and who watches over them where nothing can be forked."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Frames, Options, PackageJob, WireError, frame
from torchmodlint.verify.worker import tree
from torchmodlint.verify.worker.course import (
    CHANNEL,
    CLOSED,
    NO_MESSAGE,
    OF_CLASS,
    OF_PACKAGE,
    Course,
    End,
    Order,
    courses,
)
from torchmodlint.verify.worker.link import AT_ONCE, Link

START = Path(__file__).parent / "start.py"
TO_START = 180.0  # seconds; torch may come over a slow network drive
GONE_WITHIN = 0.5  # seconds from the end of its output to its own


class Batch:
    """A batch, as the supervisor sees it. A thread puts what it says into `events`, and None at its end."""

    def __init__(self, options: Options, events: Events) -> None:
        self.course: Course | None = None
        self.scratch: Path | None = None
        self.is_ready = False
        self.is_killed = False  # it is not to end by itself
        self.deadline = time.monotonic() + TO_START
        self._events = events
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(START), "batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._send({"kind": "hello", "sign": "", "options": asdict(options)})
        threading.Thread(target=self._read, daemon=True).start()

    def first_word(self) -> dict[str, Any] | None:
        """Wait for what it is; None when it died over that."""
        try:
            _, message = self._events.get(timeout=TO_START)
        except queue.Empty:
            message = None
        self.is_ready = message is not None and message["kind"] == "ready"
        if message is not None and not self.is_ready:
            self.end()
        return message

    def give(self, job: PackageJob, scratch: Path) -> None:
        scratch.mkdir(parents=True)
        self.scratch = scratch
        self._send({"kind": "job", "job": asdict(job), "scratch": str(scratch)})

    def order(self, order: Order) -> None:
        self._send(vars(order))

    def end(self) -> int | None:
        """Kill it, and remove what it wrote. Its wait status; None when it had to be killed."""
        try:
            code = self._process.wait(0 if self.is_killed else GONE_WITHIN)
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)  # its session has its number
            self._process.kill()
            self._process.wait()
            code = None
        if self.scratch is not None:
            tree.remove(self.scratch)
        return code if code is None or code < 0 else code << 8

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame(message))
            self._process.stdin.flush()
        except OSError:
            pass  # it is gone, which its reader is about to say as well

    def _read(self) -> None:
        assert self._process.stdout is not None
        frames = Frames()
        try:
            while data := os.read(self._process.stdout.fileno(), AT_ONCE):
                for message in frames.feed(data):
                    self._events.put((self, message))
        except (WireError, OSError):
            pass  # not a frame: this batch is done for
        self._events.put((self, None))


Events = queue.SimpleQueue[tuple[Batch, "dict[str, Any] | None"]]


class Spawner:
    """Carries out the courses of all packages, each in batches."""

    def __init__(
        self,
        link: Link,
        jobs: Sequence[PackageJob],
        options: Options,
        scratch: Path,
        processes: int,
        events: Events,
        scout: Batch,
    ) -> None:
        self._link = link
        self._options = options
        self._scratch = scratch
        self._processes = processes
        self._events = events
        self._spare: Batch | None = scout
        self._started = 0
        self._running: list[Batch] = []
        self._waiting = courses(link, jobs, options, forks=False)

    def run(self) -> None:
        while self._waiting or self._running:
            while self._waiting and len(self._running) < self._processes:
                self._start(self._waiting.popleft())
            try:
                batch, message = self._events.get(timeout=self._patience())
            except queue.Empty:
                pass
            else:
                if batch in self._running:
                    self._hear(batch, message)
            for batch in list(self._running):
                self._check(batch)
        self._link.say({"kind": "done"})

    def end(self) -> None:
        """Kill what is left."""
        for batch in (*self._running, *([self._spare] if self._spare else [])):
            batch.is_killed = True
            batch.end()

    def _start(self, course: Course) -> None:
        batch, self._spare = self._spare or Batch(self._options, self._events), None
        batch.course = course
        self._running.append(batch)
        if batch.is_ready:
            self._begin(batch)

    def _begin(self, batch: Batch) -> None:
        assert batch.course is not None
        batch.is_ready = True
        order = batch.course.next()
        if order is None:
            batch.is_killed = True
            self._lost(batch)
            return
        self._started += 1
        batch.give(batch.course.job, self._scratch / str(self._started))
        batch.order(order)

    def _hear(self, batch: Batch, message: dict[str, Any] | None) -> None:
        course = batch.course
        assert course is not None
        if message is None:
            self._lost(batch)
        elif not batch.is_ready:
            if message["kind"] == "ready":
                self._begin(batch)
            else:
                self._lost(batch)
        else:
            try:
                done = course.heard(message, OF_PACKAGE | OF_CLASS)
            except NO_MESSAGE:
                self._condemn(batch, End(Reason.CRASHED, CHANNEL))
                return
            if done:
                order = course.next() if not course.spent else None
                if order is None:
                    batch.is_killed = True
                    self._lost(batch)
                else:
                    batch.order(order)

    def _check(self, batch: Batch) -> None:
        """Look at the clock."""
        if time.monotonic() < self._deadline(batch):
            return
        assert batch.course is not None
        batch.is_killed = True
        if batch.is_ready:
            batch.course.overdue()
        self._lost(batch)

    def _condemn(self, batch: Batch, end: End) -> None:
        assert batch.course is not None
        batch.is_killed = True
        batch.course.condemn(end)
        self._lost(batch)

    def _lost(self, batch: Batch) -> None:
        """It is of no use any more; another one goes on where it was."""
        assert batch.course is not None
        self._running.remove(batch)
        status = batch.end()
        if not batch.is_ready:
            batch.course.give_up(End(Reason.CRASHED, "another process could not be started"))
            return
        if status is None and not batch.is_killed:
            batch.course.condemn(End(Reason.CRASHED, CLOSED))
        batch.course.lost(status)
        if not batch.course.finished:
            self._waiting.appendleft(batch.course)

    def _deadline(self, batch: Batch) -> float:
        return batch.course.deadline if batch.is_ready and batch.course is not None else batch.deadline

    def _patience(self) -> float:
        first = min((self._deadline(batch) for batch in self._running), default=0.0)
        return max(0.0, first - time.monotonic())
