"""Stand-ins for libraries that are not there: whatever is asked of them, they give another stand-in."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from torchmodlint.verify.worker.importer.stub_bases import base_for, module_for

FAILURES = ("Error", "Exception", "Warning", "Exit", "Interrupt")
NEVER = "99.0"  # the version of a library that is not there: asked for only to allow what newer ones can


class Stub:
    """One thing of a missing library: it can be called, subscripted, derived from, and used as a decorator.

    It cannot be taken for a number: a stub that became a size would be seen nowhere.
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
            return args[0]
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
        return iter(())

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

    def _newer(self, other: object) -> bool:
        return True

    def _older(self, other: object) -> bool:
        return False

    __ge__ = __gt__ = _newer
    __le__ = __lt__ = _older


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
