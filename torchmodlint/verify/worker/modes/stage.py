"""Where a run takes place: the namespaces of its files, and the helpers that the rewritten code calls."""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from torchmodlint.verify.worker.modes import library
from torchmodlint.verify.worker.modes.dispatch import invoke
from torchmodlint.verify.worker.modes.events import Mentioned, Place
from torchmodlint.verify.worker.modes.helping import HELPING, unpack
from torchmodlint.verify.worker.modes.mocked import MOCKED, OPAQUE
from torchmodlint.verify.worker.modes.opaque import ROUNDS, Opaque
from torchmodlint.verify.worker.modes.program import File, Program
from torchmodlint.verify.worker.modes.recorder import Recorder, StandIn, recorder_of
from torchmodlint.verify.worker.modes.run import Abandoned, Run
from torchmodlint.verify.worker.modes.syntax import HELPERS
from torchmodlint.verify.worker.modes.taking import hand_over

COUNTED = 3  # rounds of a loop over numbers
MANY = 12  # rounds of a loop over anything else that is known
Span = tuple[int, int, int, int]


class Builtins(dict[str, Any]):
    """The names that a file does not assign itself: its definitions and imports, Python's own, and all others."""

    def __init__(self, stage: Stage, file: File) -> None:
        super().__init__(__build_class__=builtins.__build_class__)
        self.stage = stage
        self.file = file

    def __missing__(self, name: str) -> Any:
        space = self.stage.space(self.file)
        if name in space:
            return space[name]
        code = self.file.code(name)
        if code is not None:
            exec(code, space)  # the definition, in the world of the rehearsal
            return space[name]
        if name in self.file.imports:
            space[name] = self.stage.imported(self.file, *self.file.imports[name])
            return space[name]
        if name in MOCKED:
            return MOCKED[name]
        if name in OPAQUE:
            return space.setdefault(name, Opaque(name, OPAQUE[name]))
        if hasattr(builtins, name):
            return getattr(builtins, name)
        space[name] = self.stage.starred(self.file, name)
        return space[name]


class View:
    """A module of the project as a value."""

    def __init__(self, stage: Stage, file: File) -> None:
        self.__dict__["_stage"] = stage
        self.__dict__["_file"] = file

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        inner = None if name in self._file.definitions else self._stage.program.find(f"{self._file.module}.{name}")
        return View(self._stage, inner) if inner is not None else self._stage.name(self._file, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._stage.space(self._file)[name] = value


class Counter:
    """The rounds of a `while` loop."""

    def __init__(self) -> None:
        self.rounds = 0

    def again(self) -> bool:
        self.rounds += 1
        return self.rounds <= ROUNDS


class Stage:
    """One run of a program. `modelish` are the names by which the program calls modules."""

    def __init__(self, program: Program, run: Run, modelish: frozenset[str]) -> None:
        self.program = program
        self.run = run
        self.modelish = modelish
        self._spaces: dict[str, dict[str, Any]] = {}
        self._started: set[str] = set()

    def space(self, file: File) -> dict[str, Any]:
        """The global names of a file, which its code at module level has run in but for the main part of a script."""
        found = self._spaces.get(file.path)
        if found is None:
            found = self._spaces[file.path] = {"__name__": file.module, "__file__": file.path}
            found["__builtins__"] = Builtins(self, file)
            found.update(self._helpers(file))
            self.run.files[file.path] = found
        return found

    def start(self, file: File, script: bool = False) -> None:
        """Run the code at module level, once; what fails of it is left out, unless it is a script that is rehearsed."""
        space = self.space(file)
        if file.path in self._started:
            return
        self._started.add(file.path)
        space["__name__"] = "__main__" if script else file.module
        for statement in file.body:
            try:
                exec(statement, space)  # in the world of the rehearsal
            except Exception:
                if script:
                    raise
            except (Abandoned, SystemExit):
                if script or self.run.spent:
                    raise

    def name(self, file: File, name: str) -> Any:
        """What a name means at module level of a file."""
        if file is not self.program.main:
            self.start(file)
        space = self.space(file)
        return space[name] if name in space else space["__builtins__"][name]

    def imported(self, home: File, level: int, module: str, member: str | None) -> Any:
        """What an import gives: the project's own, or the name of a library."""
        dotted = self.program.absolute(home, level, module)
        if member is not None:
            inner = self.program.find(f"{dotted}.{member}" if dotted else member)
            file = self.program.find(dotted) if dotted else None
            if file is not None and file is not home and (inner is None or self._binds(file, member)):
                return self.name(file, member)
            if inner is not None:
                return View(self, inner)
            dotted = f"{dotted}.{member}"
        else:
            file = self.program.find(dotted)
            if file is not None:
                return View(self, file)
        known = library.known(dotted)
        return Opaque(dotted.rpartition(".")[2], dotted) if known is None else known

    @staticmethod
    def _binds(file: File, name: str) -> bool:
        return name in file.definitions or name in file.imports

    def starred(self, file: File, name: str) -> Any:
        """A name that nothing in the file binds: it comes from a star import, or from nowhere."""
        for level, module in file.stars:
            dotted = self.program.absolute(file, level, module)
            other = self.program.find(dotted)
            if other is not None and self._binds(other, name):
                return self.name(other, name)
            known = library.known(f"{dotted}.{name}")
            if known is not None:
                return known
        return Opaque(name)

    # helpers of rewritten code

    def _helpers(self, file: File) -> dict[str, Any]:
        def call(span: Span, dropped: bool, name: str, function: Any, /, *given: Any, **named: Any) -> Any:
            with self.run.entered(Place(file.path, *span)):
                return invoke(function, given, named, dropped=dropped, modelish=name in self.modelish)

        def mention(span: Span, receiver: Any, name: str) -> Any:
            module = recorder_of(receiver)
            before = module.training if module is not None else None
            value = getattr(receiver, name, None)
            after = module.training if module is not None else None
            place = Place(file.path, *span)
            self.run.tape.mentions.append(Mentioned(place, name, receiver, before, after))
            return value

        def imported(level: int, module: str, member: str | None) -> Any:
            return self.imported(file, level, module, member)

        own = {"call": call, "mention": mention, "imported": imported, "rounds": self._rounds, "counter": Counter}
        own |= {"bases": self._bases, "decorator": self._decorator, "handling": self._handling, **HELPING}
        return {HELPERS + name: helper for name, helper in own.items()}

    def _rounds(self, values: Any, shape: Any) -> Iterator[Any]:
        limit = COUNTED if isinstance(values, range) else MANY
        for number, value in enumerate(values):
            if number == limit:
                break
            yield unpack(value, shape) if shape is not None else value

    def _bases(self, forward: bool, *bases: Any) -> tuple[Any, ...]:
        """The base classes, those out of sight replaced by stand-ins."""
        found: list[Any] = []
        for base in bases:
            if isinstance(base, Opaque):
                base = _stand_in(base, forward)
            if isinstance(base, type) and base is not object and not any(issubclass(one, base) for one in found):
                found = [one for one in found if not issubclass(base, one)] + [base]
        return tuple(found) or (StandIn,)

    def _decorator(self, decorator: Any) -> Any:
        if not isinstance(decorator, Opaque):
            return decorator
        if library.harmless(decorator._tml.origin) or not decorator._tml.name:
            return lambda decorated: decorated
        name = decorator._tml.origin or decorator._tml.name

        def doubtful(decorated: Any) -> Any:
            if not isinstance(decorated, FunctionType):
                return decorated

            @functools.wraps(decorated)
            def inner(*given: Any, **named: Any) -> Any:
                hand_over((*given, *named.values()), f"the decorator `{name}`, which is out of sight,")
                self.run.managers.append(name)
                try:
                    return decorated(*given, **named)
                finally:
                    self.run.managers.pop()

            return inner

        return doubtful

    def _handling(self) -> None:
        """An `except` of the user's sees an exception: only one that the code itself could raise."""
        error = sys.exc_info()[1]
        if error not in self.run.raised and isinstance(error, (TypeError, AttributeError, NameError)):
            self.run.broken = f"{type(error).__name__} in the rehearsal"
            raise Abandoned(str(error)) from error


def _stand_in(base: Opaque, forward: bool) -> type:
    """A base class out of sight: a module where it is called one or the class has a `forward`."""
    name, origin = base._tml.name, base._tml.origin
    if origin.startswith("torch.nn."):
        return Recorder
    if origin.startswith("typing.") or name in ("Generic", "Protocol"):
        return object
    if not forward and not name.endswith(("Module", "Model", "Network")):
        return StandIn
    doubt = f"its base class `{origin or name}` is out of sight"
    return type(name or "Base", (Recorder,), {"_tml_known": False, "_tml_doubt": doubt})
