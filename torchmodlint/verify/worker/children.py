"""A process of a package, as the zygote sees it: forked, given orders, listened to, killed."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import Frames, Options, PackageJob, frame
from torchmodlint.verify.worker import package, tree
from torchmodlint.verify.worker.course import CHANNEL, CLOSED, NO_MESSAGE, OF_CLASS, OF_PACKAGE, Course, End, Order
from torchmodlint.verify.worker.link import AT_ONCE
from torchmodlint.verify.worker.sandbox.kernel import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl
from torchmodlint.verify.worker.sandbox.layers import Layers, confine_class, confine_package

GONE_WITHIN = 0.5  # seconds from the end of a socket to the end of its process


@dataclass(frozen=True)
class Setting:
    """What is the same for all packages. `protected` are the processes that nobody may signal."""

    options: Options
    layers: Layers
    protected: tuple[int, ...]

    @property
    def cuda(self) -> bool:
        return self.options.device == "cuda"

    def live(self, channel: Control, job: PackageJob, scratch: Path) -> None:
        """What a forked process does until there are no more orders. No fork survives a CUDA context."""
        package.settle(job, scratch)
        confine_package(self.layers, scratch, self.protected, cuda=self.cuda, memory=self.options.memory)
        if self.cuda:
            confine_class(self.layers)
        package.Server(channel, job, self.options, self.layers, scratch, forks=not self.cuda).run()


class Control:
    """The package's end of the socket on which orders come, each with the pipe for its verdicts."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own

    def order(self) -> tuple[dict[str, Any], int] | None:
        frames, to = Frames(), -1
        while True:
            data, descriptors, _, _ = socket.recv_fds(self._own, AT_ONCE, 1)
            if not data:
                return None
            to = descriptors[0] if descriptors else to
            for message in frames.feed(data):
                return message, to

    def say(self, message: Mapping[str, Any]) -> None:
        self._own.sendall(frame(message))

    def close(self) -> None:
        self._own.close()


class Gone(Exception):
    """This process is of no use any more; the course knows why."""


class Child:
    """One forked process. Its methods raise Gone when it is to be ended and another one put in its place."""

    def __init__(self, course: Course, setting: Setting, scratch: Path, selector: selectors.BaseSelector) -> None:
        """Fork, and give the first order. Raises OSError when no process can be had."""
        self.course = course
        self._setting = setting
        self._scratch = scratch
        self._selector = selector
        self._frames, self._verdicts = Frames(), Frames()
        self._pipe = -1
        scratch.mkdir(parents=True)
        self._control, theirs = socket.socketpair()
        zygote = os.getpid()
        with theirs:
            self.process = os.fork()
            if self.process == 0:
                self._live(theirs, zygote)
        selector.register(self._control, selectors.EVENT_READ, (self, self._on_control))

    def send(self, order: Order) -> None:
        """Give an order, with a pipe of its own for the verdicts."""
        to = []
        if order.do == "ask":
            self._pipe, end = os.pipe()
            os.set_blocking(self._pipe, False)
            self._verdicts = Frames()
            self._selector.register(self._pipe, selectors.EVENT_READ, (self, self._on_pipe))
            to = [end]
        try:
            socket.send_fds(self._control, [frame(vars(order))], to)
        except OSError:
            raise Gone from None
        finally:
            for each in to:
                os.close(each)

    def check(self) -> None:
        """Look at the clock, and at the memory where the kernel does not."""
        if time.monotonic() >= self.course.deadline:
            self._stop(alone=self.course.overdue())
        elif self._setting.cuda and tree.resident(self.process) > self._setting.options.memory:
            self.course.condemn(End(Reason.MEMORY, f"it used more than {self._setting.options.memory:g} GB"))
            raise Gone

    def end(self) -> int:
        """Kill the process and everything below it, and remove what it wrote; its wait status."""
        self._close_pipe()
        self._selector.unregister(self._control)
        self._control.close()
        tree.kill_below(self.process)
        tree.kill(self.process)
        _, status = os.waitpid(self.process, 0)
        tree.remove(self._scratch)
        return status

    def _on_control(self) -> None:
        try:
            data = self._control.recv(AT_ONCE)
        except OSError:
            data = b""
        if not data:
            if not self._exited():
                self.course.condemn(End(Reason.CRASHED, CLOSED))
            raise Gone
        try:
            for message in self._frames.feed(data):
                self._on_message(message)
        except NO_MESSAGE:
            self.course.condemn(End(Reason.CRASHED, CHANNEL))
            raise Gone from None

    def _on_message(self, message: dict[str, Any]) -> None:
        if message.get("kind") == "ended":
            self._on_pipe()  # what was written before the end
            self._close_pipe()
            if not self._setting.layers.seccomp:
                tree.kill_below(self.process)
        if not self.course.heard(message, OF_PACKAGE):
            return
        order = self.course.next() if not self.course.spent else None
        if order is None:
            raise Gone
        self.send(order)

    def _on_pipe(self) -> None:
        while self._pipe >= 0:
            try:
                data = os.read(self._pipe, AT_ONCE)
            except BlockingIOError:
                return
            try:
                for message in self._verdicts.feed(data):
                    self.course.heard(message, OF_CLASS)
            except NO_MESSAGE:
                data = b""
                self._stop(alone=self.course.condemn(End(Reason.CRASHED, CHANNEL)))
            if not data:
                self._close_pipe()

    def _exited(self) -> bool:
        """Is it gone by itself? Its socket ends a moment before that can be seen."""
        until = time.monotonic() + GONE_WITHIN
        while os.waitid(os.P_PID, self.process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _stop(self, *, alone: bool) -> None:
        """Kill the process that builds a class alone, or else all."""
        if not alone:
            raise Gone
        tree.kill_below(self.process)

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            self._selector.unregister(self._pipe)
            os.close(self._pipe)
            self._pipe = -1

    def _live(self, own: socket.socket, zygote: int) -> NoReturn:
        """The life of the forked process."""
        status = 1
        try:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == zygote:
                prctl(PR_SET_DUMPABLE, 1)
                os.setsid()
                _close_all_but(own.fileno())
                self._setting.live(Control(own), self.course.job, self._scratch)
                status = 0
        finally:
            package.leave(status)


def _close_all_but(kept: int) -> None:
    """Of the zygote's files only the socket stays; the standard streams lead nowhere."""
    os.dup2(0, 2)
    for entry in list(Path("/proc/self/fd").iterdir()):
        if int(entry.name) > 2 and int(entry.name) != kept:
            try:
                os.close(int(entry.name))
            except OSError:
                pass  # the one that the list was read from
