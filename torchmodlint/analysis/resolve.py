"""From a written name to the definitions it may mean, through imports, aliases and re-exports."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from torchmodlint.analysis import known
from torchmodlint.analysis.cycles import Remembered
from torchmodlint.analysis.grounds import NO, YES, Fact, Ground, Kept, Kind, Ledger
from torchmodlint.analysis.refs import MODULE, Ref, Source
from torchmodlint.analysis.scan import Binding

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LIMIT = 40  # hops through aliases and re-exports; real chains have fewer than ten


class Resolver:
    """Names of one project; remembers what it has found."""

    def __init__(self, root: Path, libraries: Sequence[Path]) -> None:
        self.root = root.resolve()
        self.libraries = tuple(libraries)
        self.ledger = Ledger()
        self._sources: dict[Path, Kept[Source]] = {}
        self._found: Remembered[tuple[Source, str], tuple[Ref, ...]] = Remembered((), self.ledger)
        self._packages: dict[Path, Kept[tuple[str, ...]]] = {}
        self._exists: dict[Path, tuple[bool, Ground]] = {}
        self._roots: dict[Path, Kept[tuple[Path, ...]]] = {}
        self._steps: dict[tuple[Path, str], Kept[tuple[Path, Path | None] | None]] = {}

    # files

    def source(self, path: Path, text: str | None = None) -> Source:
        source = self._kept(self._sources, path := path.absolute(), lambda: self._make(path))
        if text is not None and source.given is None:
            source.given = text
        return source

    def _make(self, path: Path) -> Source:
        stem = path.stem
        parts = self._package(path.parent) + (() if stem == "__init__" else (stem,))
        return Source(path, ".".join(parts) or stem, stem == "__init__", self.ledger)

    def _package(self, folder: Path) -> tuple[str, ...]:
        """The package that a folder is, with those around it, the outermost first; none when it is no package."""
        return self._kept(self._packages, folder, lambda: self._find_package(folder))

    def _find_package(self, folder: Path) -> tuple[str, ...]:
        if not self._is("file", folder / "__init__.py"):
            return ()
        return (*(self._package(folder.parent) if folder != folder.parent else ()), folder.name)

    def _kept(self, memory: dict[K, Kept[V]], key: K, work_out: Callable[[], V]) -> V:
        kept = memory.get(key)
        if kept is None:
            kept = memory[key] = self.ledger.keep(work_out)
        else:
            self.ledger.page.add(kept)  # type: ignore[arg-type]  # as in `Ledger.keep`
        return kept.answer

    def _is(self, kind: Kind, path: Path) -> bool:
        known = self._exists.get(path)  # no path is asked about in both ways
        if known is None:
            answer = path.is_file() if kind == "file" else path.is_dir()
            known = self._exists[path] = answer, Ground(lambda: Fact(kind, str(path), YES if answer else NO))
        self.ledger.page.add(known[1])
        return known[0]

    def _roots_of(self, folder: Path) -> tuple[Path, ...]:
        """Where an absolute import of a file in `folder` may start: its packages' parent first, then upwards."""
        return self._kept(self._roots, folder, lambda: self._find_roots(folder))

    def _find_roots(self, folder: Path) -> tuple[Path, ...]:
        start = folder
        while self._is("file", start / "__init__.py") and start != start.parent:
            start = start.parent
        found = [start]
        while start != self.root and self.root in start.parents:
            start = start.parent
            found.append(start)
        if self._is("folder", self.root / "src"):
            found.append(self.root / "src")
        if folder not in found:
            found.append(folder)  # a script in a package imports its neighbours
        return tuple(found)

    # names

    def resolve(self, source: Source, dotted: str) -> tuple[Ref, ...]:
        return self._resolve(source, dotted, 0)

    def resolve_in(self, source: Source, qualname: str, dotted: str) -> tuple[Ref, ...]:
        """Like `resolve`, for a name written inside the class or function that holds `qualname`."""
        head, _, rest = dotted.partition(".")
        scope = qualname
        while "." in scope:
            scope = scope.rpartition(".")[0]
            holder = scope.removesuffix(".<locals>")
            inner = f"{scope}.{head}"
            if (scope.endswith("<locals>") or holder == scope) and inner != qualname and source.class_line(inner):
                return self._member(Ref(source, inner), rest)
            scope = holder
        if ".<locals>." in qualname and head in source.outline.inner_imports:
            # Which function imports what is not told apart: every import of the name in the file is a candidate.
            options = [self._of_bindings(source, [one], rest, 0) for one in source.outline.inner_imports[head]]
            if head in source.outline.bindings:
                options.append(self.resolve(source, dotted))
            return tuple(dict.fromkeys(ref for refs in options for ref in refs)) if all(options) else ()
        return self.resolve(source, dotted)

    def _resolve(self, source: Source, dotted: str, hops: int) -> tuple[Ref, ...]:
        if hops > LIMIT:
            return ()
        return self._found.get((source, dotted), lambda: self._look_up(source, dotted, hops))

    def _look_up(self, source: Source, dotted: str, hops: int) -> tuple[Ref, ...]:
        head, _, rest = dotted.partition(".")
        bindings = source.outline.bindings.get(head)
        if bindings:
            return self._of_bindings(source, bindings, rest, hops)
        for target in reversed(source.outline.stars):
            found = self._through_star(source, target, head, hops)
            if found is not None:
                return tuple(ref for one in found for ref in self._member(one, rest))
        if source.outline.stars and any(self._unread(source, target) for target in source.outline.stars):
            return ()
        return self._member(Ref(None, head), rest) if hasattr(builtins, head) else ()

    def _of_bindings(self, source: Source, bindings: Sequence[Binding], rest: str, hops: int) -> tuple[Ref, ...]:
        """What a name bound by `bindings` may mean: the last unconditional one, and the conditional ones after it."""
        last = max((at for at, one in enumerate(bindings) if not one.conditional), default=0)
        found: list[Ref] = []
        for binding in bindings[last:]:
            if binding.kind == "none" or (binding.kind == "other" and len(bindings[last:]) > 1 and not found):
                if binding.kind == "other":
                    return ()
                continue
            if binding.kind == "import":
                refs = self._import(source, binding.target + ("." + rest if rest else ""), hops)
            elif binding.kind == "class":
                refs = self._member(Ref(source, binding.target), rest)
            elif binding.kind == "function":
                refs = () if rest else (Ref(source, _name_of(source, binding)),)
            elif binding.kind == "alias":
                refs = self._resolve(source, binding.target + ("." + rest if rest else ""), hops + 1)
            else:
                refs = ()
            if not refs:
                return ()  # one path is unknown, so the whole is
            found += [ref for ref in refs if ref not in found]
        return tuple(found)

    def _member(self, ref: Ref, rest: str) -> tuple[Ref, ...]:
        """`rest` looked up on a class (nested classes) or on a library's name."""
        if not rest:
            return (ref,)
        if ref.source is None:
            return (Ref(None, f"{ref.name}.{rest}"),)
        nested = Ref(ref.source, f"{ref.name}.{rest}")
        return (nested,) if nested.class_line() is not None else ()

    # imports

    def imported(self, source: Source, target: str) -> tuple[Ref, ...]:
        """What an import statement of `source` binds; `target` is dotted, relative ones begin with dots."""
        return self._import(source, target, 0)

    def _import(self, source: Source, target: str, hops: int, *, stars: bool = True) -> tuple[Ref, ...]:
        """What `target` means in an import; without `stars`, names that star imports may bring in are left out."""
        if hops > LIMIT:
            return ()
        if target.startswith("."):
            stripped = target.lstrip(".")
            folder = source.folder
            for _ in range(len(target) - len(stripped) - 1):
                folder = folder.parent
            return self._descend(folder, stripped.split(".") if stripped else [], hops, inside=True, stars=stars) or ()
        parts = target.split(".")
        own = source.dotted.split(".")[0]
        if parts[0] != own and known.covers(parts[0]):
            return (_canonical(target),)
        for root in self._roots_of(source.folder):
            found = self._descend(root, parts, hops, stars=stars)
            if found is not None:
                return found
        return (_canonical(target),)

    def installed(self, dotted: str) -> tuple[Ref, ...]:
        """The same for a name of an installed library, read as source."""
        for folder in self.libraries:
            found = self._descend(folder, dotted.split("."), 0)
            if found is not None:
                return found
        return ()

    def _descend(
        self, folder: Path, parts: list[str], hops: int, inside: bool = False, stars: bool = True
    ) -> tuple[Ref, ...] | None:
        """Follow module names from `folder`, then the rest as names in the last module; None when nothing is there.

        `inside`: the names may also be those of the package `folder` itself, as in a relative import.
        """
        module: Path | None = folder / "__init__.py" if inside else None
        if module is not None and not self._is("file", module):
            module = None
        at = 0
        while at < len(parts):
            part = parts[at]
            if at == len(parts) - 1 and at and module is not None and part in self.source(module).outline.bindings:
                bound = self.source(module).outline.bindings[part][-1]
                if bound.kind != "import" or not bound.target.endswith("." + part):
                    break  # the package's own class of that name, not its module
            step = self._step(folder, part)
            if step is None or (step[1] is None and at == 0 and known.covers(part)):
                break
            at += 1
            before, (folder, module) = folder, step
            if folder is before:  # a module, in which names follow
                break
        if at == 0 and module is None:
            return None
        rest = parts[at:]
        if module is None:
            return ()  # a namespace package has no names of its own
        if not rest:
            return (Ref(self.source(module), ""),)
        if not stars and rest[0] not in self.source(module).outline.bindings:
            return ()
        return self._resolve(self.source(module), ".".join(rest), hops + 1)

    def _step(self, folder: Path, part: str) -> tuple[Path, Path | None] | None:
        """Where one part of a dotted name leads: on into which folder, and to which file, if it is not just a folder.

        Remembered, because the same few steps are taken again and again, and new paths take long to make.
        """
        return self._kept(self._steps, (folder, part), lambda: self._enter(folder, part))

    def _enter(self, folder: Path, part: str) -> tuple[Path, Path | None] | None:
        inner = folder / part
        is_folder = self._is("folder", inner)  # first, because of most names none of the three is there
        if is_folder and self._is("file", inner / "__init__.py"):
            return inner, inner / "__init__.py"
        if self._is("file", folder / f"{part}.py"):
            return folder, folder / f"{part}.py"
        return (inner, None) if is_folder else None

    def _through_star(self, source: Source, target: str, name: str, hops: int) -> tuple[Ref, ...] | None:
        for module in self._star_modules(source, target):
            if module.source is None:
                entry = known.lookup(f"{module.name}.{name}")
                if entry is not None:
                    return (_canonical(f"{module.name}.{name}"),)
                continue
            outline = module.source.outline
            public = name in outline.exports if outline.exports is not None else not name.startswith("_")
            if public and hops <= LIMIT:
                found = self._resolve(module.source, name, hops + 1)
                if found or name in outline.bindings:
                    return found
        return None

    def _star_modules(self, source: Source, target: str) -> Iterator[Ref]:
        # The target is a module: to look for it among what star imports bring would have no end.
        for ref in self._import(source, target, 0, stars=False):
            if ref.name == "" or ref.source is None:
                yield ref

    def _unread(self, source: Source, target: str) -> bool:
        """Is a star import's module out of sight, so that it may bind any name?"""
        modules = list(self._star_modules(source, target))
        return not modules or any(ref.source is None for ref in modules)


def _name_of(source: Source, binding: Binding) -> str:
    if binding.target:
        return binding.target
    for name, bound in source.outline.bindings.items():
        if binding in bound:
            return name
    return ""


def _canonical(dotted: str) -> Ref:
    """A library's name; torch exports its classes at many places, of which the rules know one."""
    entry = known.lookup(dotted)
    if entry is not None and entry.library == "torch":
        if entry.name == "Module":
            return MODULE
        if entry.module:
            return Ref(None, f"torch.nn.{entry.name}")
        if entry.name == "Parameter":
            return Ref(None, "torch.nn.Parameter")
    return Ref(None, dotted)
