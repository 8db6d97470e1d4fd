"""What the text of a Python file tells without parsing it: names bound, classes written, imports, `__all__`.

Plain data (tuples, strings, numbers) so that it can be pickled, sent to another process and kept in a cache.
"""

from __future__ import annotations

from typing import NamedTuple


class Binding(NamedTuple):
    """One statement that gives a name its value.

    `kind` says how and `target` what:
    "import"    the dotted name imported, relative ones with their leading dots: "torch.nn", "..x.Y";
    "class"     the qualified name of the class;
    "alias"     the dotted name on the right of `NAME = dotted.name`, `NAME: T = dotted.name` or of one pair in
                `A, B = x.A, x.B`;
    "function"  "", a def;
    "none"      "", `NAME = None`;
    "other"     "", everything else, also what unbinds (`del NAME`).

    `conditional`: the statement stands under if, try, with, for, while or match (TYPE_CHECKING included), or binds
    only on some paths: loop targets, `except ... as`, `:=`, match captures, `global` in a function. A block counts
    only within the scope of the statement, so an import that stands directly in a function's body is unconditional
    wherever the function stands.

    `line` is the 1-based line on which the statement starts.
    """

    kind: str
    target: str
    conditional: bool
    line: int


class ClassLine(NamedTuple):
    """A `class` statement. `qualname` is Python's own: "Outer.Inner", "make.<locals>.Inner".

    `bases` as written without subscripts (`Base[T]` is "Base"), "" for what is no dotted name: calls, `*bases`.
    `keywords` are pairs such as ("metaclass", "Meta"), the value "" when it is no dotted name; `**options` is
    ("**", "options"). `line` is that of the word `class`, decorators or not.
    """

    qualname: str
    bases: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    conditional: bool
    line: int


class Outline(NamedTuple):
    """A file at a glance.

    `bindings`       names of the module's own scope, each with its bindings in source order;
    `stars`          targets of `from X import *`, leading dots included, conditional or not;
    `classes`        every class, nested ones too, in source order;
    `inner_imports`  the imports inside functions and class bodies, of all scopes together;
    `exports`        the names in `__all__`, or None when there is none or it is not plain: anything but `=` and `+=`
                     of a list or tuple of plain strings, or a use such as `__all__.extend(...)`.
    """

    bindings: dict[str, tuple[Binding, ...]]
    stars: tuple[str, ...]
    classes: tuple[ClassLine, ...]
    inner_imports: dict[str, tuple[Binding, ...]]
    exports: tuple[str, ...] | None
