"""The supervisor's loop: as many packages at a time as there may be processes, until every question is answered."""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from torchmodlint.core.verdict import Reason
from torchmodlint.verify.wire import PackageJob
from torchmodlint.verify.worker import tree
from torchmodlint.verify.worker.children import Child, Gone, Setting
from torchmodlint.verify.worker.course import Course, End, courses
from torchmodlint.verify.worker.link import Link

TICK = 0.25  # seconds between two looks at the memory, where the kernel does not count it


class Supervisor:
    """Carries out the courses of all packages."""

    def __init__(self, link: Link, jobs: deque[PackageJob], setting: Setting, scratch: Path, processes: int) -> None:
        self._link = link
        self._setting = setting
        self._scratch = scratch
        self._processes = processes
        self._started = 0
        self._waiting = courses(link, jobs, setting.options, forks=not setting.cuda)
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(link.requests, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Raises BrokenPipeError when the linter is gone."""
        while self._waiting or self._children:
            while self._waiting and len(self._children) < self._processes:
                self._start(self._waiting.popleft())
            for key, _ in self._selector.select(self._patience()):
                if self._selector.get_map().get(key.fd) is not key:
                    continue  # of a process that was ended a moment ago
                if key.data is None:
                    raise BrokenPipeError  # after "go" the linter says nothing; this is its end
                self._let(*key.data)
            for child in list(self._children):
                self._let(child, child.check)
        self._link.say({"kind": "done"})

    def end(self) -> None:
        """Kill what is left."""
        for child in self._children:
            child.end()
        self._children = []
        self._sweep()

    def _start(self, course: Course) -> None:
        """A process for what is left of the course, if anything is."""
        order = course.next()
        if order is None:
            return
        self._started += 1
        try:
            child = Child(course, self._setting, self._scratch / str(self._started), self._selector)
        except OSError as error:
            course.give_up(End(Reason.CRASHED, f"no process could be started: {error}"))
            return
        self._children.append(child)
        self._let(child, lambda: child.send(order))

    def _let(self, child: Child, act: Callable[[], None]) -> None:
        """Let a child act; where it is gone after that, another one takes its place."""
        try:
            act()
        except Gone:
            self._children.remove(child)
            child.course.lost(child.end())
            self._sweep()
            self._start(child.course)

    def _sweep(self) -> None:
        """What the children left behind has become our own child, and must not live longer than they."""
        ours = frozenset(child.process for child in self._children)
        tree.kill_below(os.getpid(), ours)
        try:
            while (dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and dead.si_pid not in ours:
                os.waitpid(dead.si_pid, 0)
        except ChildProcessError:
            pass  # there are none

    def _patience(self) -> float:
        first = min((child.course.deadline for child in self._children), default=0.0)
        left = max(0.0, first - time.monotonic())
        return min(left, TICK) if self._setting.cuda else left
