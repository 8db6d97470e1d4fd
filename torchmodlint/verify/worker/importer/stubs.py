"""Stand-ins for libraries that are not there: whatever is asked of them, they give another stand-in."""

from __future__ import annotations

import sys
import types
from ast import literal_eval
from collections.abc import Callable, Iterator
from dis import opname
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from torchmodlint.verify.worker.importer.stub_bases import base_for, module_for
from torchmodlint.verify.worker.synth.vocabulary import SIZE, by_name

FAILURES = ("Error", "Exception", "Warning", "Exit", "Interrupt")
taken: dict[str, float] = {}  # the stubs that were used as a number, by name
NEVER = "99.0"  # the version of a library that is not there: asked for only to allow what newer ones can


class Stub:
    """One thing of a missing library: it can be called, subscripted, derived from, and used as a decorator.

    Where a number is wanted it is one that suits its name, and `taken` says which: a size must be seen somewhere.
    """

    def __init__(self, name: str) -> None:
        self.__dict__["_stub_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_stub_name" not in self.__dict__:
            raise AttributeError(name)
        return self.__dict__.setdefault(name, named(f"{self._stub_name}.{name}"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A decorator, or a factory of decorators: the definition comes back as it was.
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            # A class of another library is no definition here: `@library.register(torch.device)`.
            return args[0] if _is_of(args[0], sys._getframe(1)) else Stub(f"{self._stub_name}()")
        made = module_for(self._stub_name)
        return made if made is not None else Stub(f"{self._stub_name}()")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (base_for(self._stub_name, bases, sys._getframe(1)),)

    def __instancecheck__(self, instance: object) -> bool:
        return any(vars(cls).get("_stub_name") == self._stub_name for cls in type(instance).__mro__)

    def __subclasscheck__(self, cls: type) -> bool:
        return any(vars(base).get("_stub_name") == self._stub_name for base in getattr(cls, "__mro__", ()))

    def __getitem__(self, key: object) -> Stub:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter((self,) * _unpacked(sys._getframe(1)))

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: object) -> bool:
        return False

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def __deepcopy__(self, memo: object) -> Stub:
        return self

    def __fspath__(self) -> str:
        return f"missing/{self._stub_name}"  # a cache directory is put together at import and never used

    def __repr__(self) -> str:
        return f"<stand-in for {self._stub_name}>"

    def _again(self, other: object = None) -> Stub:
        return self

    __or__ = __ror__ = __and__ = __rand__ = __add__ = __radd__ = __sub__ = __rsub__ = _again
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = _again

    @property
    def _number(self) -> Any:
        said = by_name(self._stub_name.rpartition(".")[2]) or SIZE
        return taken.setdefault(self._stub_name, literal_eval(said) if said[0].isdigit() else int(SIZE))

    def __index__(self) -> int:
        return int(self._number)

    __int__ = __index__

    def __float__(self) -> float:
        return float(self._number)

    def __floordiv__(self, other: Any) -> Any:
        return self._number // other

    def __rfloordiv__(self, other: Any) -> Any:
        return other // self._number

    def __mod__(self, other: Any) -> Any:
        return self._number % other

    def __rmod__(self, other: Any) -> Any:
        return other % self._number

    def _newer(self, other: object) -> bool:
        return not isinstance(other, (int, float)) or bool(self._number > other)

    def _older(self, other: object) -> bool:
        return isinstance(other, (int, float)) and bool(self._number < other)

    __ge__ = __gt__ = _newer
    __le__ = __lt__ = _older


def _unpacked(frame: types.FrameType) -> int:
    """How many names a value is unpacked into by the instruction that runs in the frame; 0 where it is walked."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if opname[code[at]] == "UNPACK_SEQUENCE" else 0


def _is_of(definition: Any, frame: types.FrameType) -> bool:
    """Does a function or a class come from the package whose code runs in the frame?"""
    home, here = definition.__module__ or "", frame.f_globals.get("__name__") or ""
    return isinstance(definition, types.FunctionType) or home.partition(".")[0] == here.partition(".")[0]


def named(name: str) -> Any:
    """What a missing library gives under a dotted name: an exception class where the name says so, else a Stub."""
    last = name.rpartition(".")[2]
    if last.endswith(FAILURES):
        return type(last, (Exception,), {"_stub_name": name})
    return Stub(name)


class StubModule(types.ModuleType):
    """A module that is not there."""

    __version__ = NEVER

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = named(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # `from library import thing` may find a submodule's stub where a function was meant.
        return Stub(self.__name__)(*args, **kwargs)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (base_for(self.__name__, bases, sys._getframe(1)),)


class StubFinder(MetaPathFinder, Loader):
    """Finds stubs, for the modules that were found missing and all below them; for nothing else."""

    def __init__(self) -> None:
        self.modules: dict[str, None] = {}

    def add(self, dotted: str) -> None:
        """From now on the module `dotted` is stood in for, and what was imported of it is forgotten."""
        self.modules[dotted] = None
        for name in [name for name in sys.modules if name == dotted or name.startswith(f"{dotted}.")]:
            del sys.modules[name]

    def covers(self, dotted: str) -> bool:
        """Is this module stood in for?"""
        return any(dotted == name or dotted.startswith(f"{name}.") for name in self.modules)

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if not self.covers(fullname):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return StubModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def stub_names(values: list[object]) -> Iterator[str]:
    """The libraries of the stubs among some values; classes that derive from one count."""
    for value in values:
        if isinstance(value, Stub):
            yield value._stub_name
        elif isinstance(value, StubModule):
            yield value.__name__
        elif isinstance(value, type) or hasattr(type(value), "_stub_name"):
            for base in (value if isinstance(value, type) else type(value)).__mro__:
                if "_stub_name" in vars(base):
                    yield vars(base)["_stub_name"]


Finder = Callable[[str], Any]


class Demand(dict[str, Any]):
    """Builtins of a namespace that asks `find` for a name found nowhere else. `find` raises KeyError for nothing.

    Python looks a global name up in the builtins last, and honours `__missing__` there when they are no plain dict.
    """

    def __init__(self, builtins: dict[str, Any], find: Finder) -> None:
        super().__init__(builtins)
        self._find = find

    def __missing__(self, name: str) -> Any:
        return self._find(name)
