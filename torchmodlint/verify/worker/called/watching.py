"""What real modules do while a block runs: their calls, their modes, and the gradients that come back through them."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as torch_module

from torchmodlint.verify.wire import FileJob, Question
from torchmodlint.verify.worker.called.stand_in import Model
from torchmodlint.verify.worker.modes.events import Called, Place, Switched, Tape
from torchmodlint.verify.worker.modes.running import position


class _Token:
    """It is there as long as the graph that holds it."""


class _Mark(torch.autograd.Function):
    """Passes a tensor on, and leaves a token in its graph."""

    @staticmethod
    def forward(context: Any, value: torch.Tensor, token: _Token) -> torch.Tensor:
        context.token = token
        return value.clone()  # not a view: those may not be written to

    @staticmethod
    def backward(context: Any, *gradients: Any) -> Any:
        return gradients[0], None


class Watch:
    """Takes down one run of a function of the file, in `tape`. `setting` says in words what run it is.

    `started` are the modules whose mode at the start is known; those that are built during the run come to them.
    """

    def __init__(self, job: FileJob, question: Question, setting: str, started: Iterable[nn.Module]) -> None:
        self.job = job
        self.question = question
        self.tape = Tape(setting)
        self._known = list(started)
        self._clock = 0
        self._switching = 0  # calls of `train` that are under way
        self._open: list[tuple[nn.Module, Called | None]] = []  # calls that are under way
        self._graphs: list[tuple[Called, weakref.ref[_Token]]] = []
        self._loaded: dict[int, Place] = {}
        self._set: dict[int, Place] = {}

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch all modules while the block runs."""
        before = nn.Module.train, nn.Module.load_state_dict, Model.load_state_dict, nn.Module.__init__
        hooks = [
            torch_module.register_module_forward_pre_hook(self._called),
            torch_module.register_module_forward_hook(self._returned),
        ]
        nn.Module.__init__ = self._noting_birth(before[3])  # type: ignore[method-assign]
        nn.Module.train = self._noting_mode(before[0])  # type: ignore[method-assign]
        nn.Module.load_state_dict = self._noting_weights(before[1])  # type: ignore[method-assign]
        Model.load_state_dict = self._noting_weights(before[2])  # type: ignore[method-assign]
        try:
            yield
        finally:
            nn.Module.train, nn.Module.load_state_dict = before[:2]  # type: ignore[method-assign]
            Model.load_state_dict, nn.Module.__init__ = before[2:]  # type: ignore[method-assign]
            for hook in hooks:
                hook.remove()

    def mark_kept(self, where: str) -> None:
        """Graphs of calls that are still there went out of sight."""
        if any(token() is not None for _, token in self._graphs):
            gc.collect()
        for event, token in self._graphs:
            if token() is not None and event.escaped is None:
                event.escaped = where

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _places(self) -> tuple[Place, ...]:
        """The expressions of the file that are under way, the innermost last."""
        found: list[Place] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.job.path:
                found.append(position(frame, self.job, self.question))
            frame = frame.f_back
        return tuple(reversed(found))

    def _called(self, module: nn.Module, arguments: Any) -> None:
        """A module is called. Those that others call are left out, but for the one in question."""
        places = self._places()
        outer = next((event for _, event in reversed(self._open) if event is not None), None)
        here = outer is None or (len(places) > len(outer.places) and places[-1].flagged(self.job.path, self.question))
        if not here or not places:
            self._open.append((module, None))
            return
        parts = list(module.modules())
        event = Called(
            places=places,
            module=module,
            family=frozenset(map(id, parts)),
            training=module.training,
            flags=frozenset(one.training for one in parts),
            known=any(one is module for one in self._known),
            doubt=next((one.doubt for one in parts if isinstance(one, Model) and one.doubt), None),
            grad=torch.is_grad_enabled(),
            inference=torch.is_inference_mode_enabled(),
            records=False,
            loaded=next((self._loaded[id(one)] for one in parts if id(one) in self._loaded), None),
            mode_set=self._set.get(id(module)),
            at=self._tick(),
            inner=outer is not None,
            escaped="the call raises",
        )
        self.tape.calls.append(event)
        self._open.append((module, event))

    def _returned(self, module: nn.Module, arguments: Any, output: Any) -> Any:
        event: Called | None = None
        while self._open:  # those that have raised do not come back here
            other, event = self._open.pop()
            if other is module:
                break
        if event is None:
            return None
        event.escaped = None
        return self._marked(output, event)

    def _marked(self, output: Any, event: Called) -> Any:
        """The same output, whose graph tells what becomes of it."""
        if isinstance(output, torch.Tensor) and output.requires_grad:
            token = _Token()
            marked: torch.Tensor = _Mark.apply(output, token)  # type: ignore[no-untyped-call]
            event.records = True
            self._graphs.append((event, weakref.ref(token)))

            def walk(gradient: torch.Tensor) -> None:
                event.walked = True
                event.stepped = event.stepped or not _only_asked()

            marked.register_hook(walk)  # type: ignore[no-untyped-call]
            return marked
        if type(output) in (tuple, list):
            return type(output)(self._marked(one, event) for one in output)
        if type(output) is dict:
            return {key: self._marked(one, event) for key, one in output.items()}
        return output

    def _noting_birth(self, real: Callable[..., None]) -> Callable[..., None]:
        def initialise(module: nn.Module, *arguments: Any, **keywords: Any) -> None:
            real(module, *arguments, **keywords)
            self._known.append(module)

        return initialise

    def _noting_mode(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def train(module: nn.Module, mode: bool = True) -> Any:
            self._switching += 1
            try:
                result = real(module, mode)
            finally:
                self._switching -= 1
            if not self._switching:
                places = self._places()
                parts = list(module.modules())
                self.tape.switches.append(Switched(places, frozenset(map(id, parts)), mode, self._tick()))
                for one in parts:
                    if places:
                        self._set[id(one)] = places[-1]
                    if isinstance(one, Model):
                        one.__dict__["doubt"] = None
            return result

        return train

    def _noting_weights(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def load_state_dict(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            places = self._places()
            if places:
                self._loaded.update(dict.fromkeys(map(id, module.modules()), places[-1]))
            return real(module, *arguments, **keywords)

        return load_state_dict


def _only_asked() -> bool:
    """Is it `torch.autograd.grad` that goes back, which leaves no gradients in parameters?"""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is torch.autograd.grad.__code__:
            return True
        frame = frame.f_back
    return False
