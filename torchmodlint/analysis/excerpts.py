"""The definitions of a file that is not being linted: only those asked for are parsed, cut out of its text.

Parsing costs by the length of the text, and of another file it is one base class or one function that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst

from torchmodlint.analysis.cutting import Statements, methods_apart
from torchmodlint.analysis.definitions import ClassBody, Definitions
from torchmodlint.analysis.guard import too_deep
from torchmodlint.analysis.outline import Binding
from torchmodlint.analysis.parsing import parse_module
from torchmodlint.analysis.refs import Source


class Excerpts(Definitions):
    """The definitions of one file; `size` counts the characters that have been parsed for it so far.

    What is found does not depend on what was asked before: each name of the module is looked for by itself.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.size = 0
        self._source = source
        self._parts: dict[str, Definitions] = {}  # by name at module level
        self._text: Statements | None = None
        self._whole: Definitions | None = None

    def function(self, qualname: str) -> cst.FunctionDef | None:
        owner, _, name = qualname.rpartition(".")
        body = self.body(owner) if owner else None
        found = body.methods.get(name) if body is not None else None
        return self._part(qualname).function(qualname) if found is None else found

    def body(self, qualname: str) -> ClassBody | None:
        return self._part(qualname).body(qualname)

    def _part(self, qualname: str) -> Definitions:
        name = qualname.partition(".")[0]
        if name not in self._parts:
            bindings = self._source.outline.bindings.get(name, ())
            self._parts[name] = self._find([one for one in bindings if one.kind in ("class", "function")])
        return self._parts[name]

    def _find(self, bindings: Sequence[Binding]) -> Definitions:
        if self._text is None:
            self._text = Statements(self._source.text)
        if len(bindings) == 1 and bindings[0].kind == "class" and not bindings[0].conditional:
            cls = self._class(self._text.at(bindings[0].line))
            if cls is not None:
                return cls
        found = Definitions()
        for one in bindings:
            text = "" if one.conditional else self._text.at(one.line)
            piece = self._parse(text)
            if piece is None:  # it stands in a block, which may not count, or could not be cut out
                return self._everything()
            found.collect(piece)
        return found

    def _class(self, text: str) -> Definitions | None:
        """A class whose methods are parsed later; None when they cannot be told apart."""
        short, texts = methods_apart(text)
        piece = self._parse(short) if texts else None
        if piece is None:
            return None
        found = Definitions.of(piece)
        ((name, node), *_) = found.classes.items()
        heads = [one for one in node.body.body if isinstance(one, cst.FunctionDef)]
        body = ClassBody.of(node)
        left = {id(one) for one in heads} & {id(one) for one in body.methods.values()}
        if not len(heads) == len(texts) == len(left):
            return None  # one of them is written in a way of its own, or there are several of a name
        body.texts = dict(zip((head.name.value for head in heads), texts, strict=True))
        body.methods = Methods(body.methods, body.texts, self._method)
        found.bodies[name] = body
        return found

    def _method(self, text: str) -> cst.FunctionDef | None:
        tree = self._parse(f"class _:\n{text}\n")
        return next(iter(Definitions.of(tree).functions.values()), None) if tree is not None else None

    def _everything(self) -> Definitions:
        if self._whole is None:
            tree = self._parse(self._source.text)
            self._whole = Definitions() if tree is None else Definitions.of(tree)
        return self._whole

    def _parse(self, text: str) -> cst.Module | None:
        """The tree of a piece of source; None when there is none, or it must not be parsed."""
        if not text or too_deep(text):
            return None
        self.size += len(text)
        try:
            return parse_module(text)
        except (cst.ParserSyntaxError, RecursionError):
            return None


class Methods(Mapping[str, cst.FunctionDef]):
    """The methods of a class by name; those that have a text are parsed when they are asked for."""

    def __init__(
        self,
        found: Mapping[str, cst.FunctionDef],
        texts: Mapping[str, str],
        parse: Callable[[str], cst.FunctionDef | None],
    ) -> None:
        self._found = dict(found)
        self._texts = dict(texts)
        self._parse = parse

    def __getitem__(self, name: str) -> cst.FunctionDef:
        text = self._texts.pop(name, None)
        if text is not None:
            self._found[name] = self._parse(text) or self._found[name]
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
