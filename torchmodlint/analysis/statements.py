"""What the statements of a module's own scope bind: one logical line at a time, on blanked code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torchmodlint.analysis.flatcode import MAX_DEPTH, PARENTHESES, REFERENCE, FlatCode, dotted_name
from torchmodlint.analysis.lexer import NAME, WORD
from torchmodlint.analysis.outline import Binding

# Words that start a compound statement, whose `:` may have simple statements behind it on the same line.
BLOCKS = frozenset(("if", "elif", "else", "for", "while", "with", "try", "except", "finally"))

_PATH = r"[^\x00-\x08\n\r-\x1f!-\-/:-@\[-^`{-\x7f]"  # a dot, white space or WORD
# Groups: the module with its dots, the names in parentheses, the names without parentheses.
FROM = (
    rf"from(?!{WORD})({_PATH}*?)import(?<!{WORD}import)(?!{WORD})"
    r"[ \t\f\v]*(?:\(([^()]*)\)|([^\n;(]*))"
)

_FIRST_WORD = re.compile(NAME, re.ASCII)
_BARE_NAME = re.compile(rf"\s*({NAME})\s*", re.ASCII)
_FROM = re.compile(FROM, re.ASCII)
_BLOCK_COLON = re.compile(r":(?!=)")
_ASSIGNMENT = re.compile(r"(?:\*\*|//|>>|<<|[-+*/%@&|^])=|(?<![=!<>:])=(?!=)")
_EQUALS = re.compile(r"(?<![=!<>:])=(?!=)")
_IN = re.compile(rf"(?<!{WORD})in(?!{WORD})", re.ASCII)
_AS = re.compile(rf"(?<!{WORD})as(?!{WORD})", re.ASCII)
_IF = re.compile(rf"(?<!{WORD})if(?!{WORD})", re.ASCII)
_TYPE = re.compile(rf"type\s+({NAME})\s*(?:\[\d+\]\s*)?=(?!=)", re.ASCII)
_STRING = r'[uUrR]?""\s*(?:[uUrR]?""\s*)*'
_STRINGS = re.compile(rf"\s*(?:{_STRING}(?:,\s*{_STRING})*(?:,\s*)?)?", re.ASCII)


def imported(names: str, module: str | None) -> Iterator[tuple[str, str]]:
    """(name bound, target) for the comma-separated names of an import, `module` being what stands after `from`."""
    prefix = "" if module is None else "".join(module.split())
    if prefix and not prefix.endswith("."):
        prefix += "."
    for piece in names.split(","):
        words = piece.split()
        if not words or words[-1] == "*":
            continue
        renamed = len(words) > 2 and words[-2] == "as"
        target = "".join(words[:-2]) if renamed else "".join(words)
        if renamed:
            yield words[-1], prefix + target
        elif module is not None:
            yield target, prefix + target
        else:  # `import a.b` binds a
            target = target.partition(".")[0]
            yield target, target


class ModuleStatements:
    """Collects bindings, star imports and `__all__` from logical lines given in source order."""

    def __init__(self, strings: list[str]) -> None:
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.exports: list[str] = []
        self.exports_plain = 0  # assignments to __all__ that `exports` covers; all of them must be
        self._strings = strings
        self._flat = FlatCode()
        self._string = 0  # index of the first string after the statement at hand
        self._blocks: list[tuple[int, bool]] = []  # indentation of the blocks around, and whether each is a match

    def bind(self, name: str, kind: str, target: str, conditional: bool, line: int) -> None:
        self.bindings.setdefault(name, []).append(Binding(kind, target, conditional, line))

    def bind_value(self, name: str, value: str, conditional: bool, line: int) -> None:
        """`value` is flat code, "" when it is not known."""
        alias = dotted_name(value) if value else ""
        self.bind(name, "alias" if alias else "none" if value == "None" else "other", alias, conditional, line)

    def bind_imported(self, names: str, module: str | None, conditional: bool, line: int) -> None:
        if module is not None and names.strip() == "*":
            self.stars.append("".join(module.split()))
        for name, target in imported(names, module):
            self.bind(name, "import", target, conditional, line)

    def bind_walruses(self, code: str, line: int) -> None:
        """For the header of a function or class: defaults, bases, annotations. `code` may go on with its body."""
        for name in self._flat.walruses(_BLOCK_COLON.split(self._flat.start(code), maxsplit=1)[0]):
            self.bind(name, "other", "", True, line)

    def logical_line(self, code: str, line: int, indent: int, strings: int) -> None:
        """`code` is the line, `line` its number, `strings` the number of strings before it if it holds `__all__`."""
        source = self._flat
        flat = source.start(code)
        conditional = indent > 0
        names_exports = "__all__" in code
        first = _FIRST_WORD.match(flat)
        word = first[0] if first else ""
        if word == "async":
            first = _FIRST_WORD.search(flat, 5)
            word = first[0] if first else ""
        is_match = word == "match" and flat.rstrip().endswith(":")
        if word in BLOCKS or is_match or (word == "case" and self._is_clause(indent)):
            self._enter(indent, is_match)
            colon = _BLOCK_COLON.search(flat)
            end = colon.start() if colon else len(flat)
            self._header(word, flat[first.end() if first else 0 : end], line, conditional)
            line += source.count(flat[:end], "\n") + source.count(flat[:end], "\v")
            flat = flat[end + 1 :]
            conditional = True
        pieces = flat.split(";")
        if names_exports:
            self._string = strings + (code.count('"') - source.count(flat, '"')) // 2
        for piece in pieces:
            statement = piece.lstrip()
            if names_exports:
                self._string += source.count(piece, '"') // 2
            if statement:
                self._simple(statement.rstrip(), line + piece.count("\v", 0, len(piece) - len(statement)), conditional)
            if len(pieces) > 1:
                line += source.count(piece, "\n") + source.count(piece, "\v")

    def _enter(self, indent: int, is_match: bool) -> None:
        while self._blocks and self._blocks[-1][0] >= indent:
            self._blocks.pop()
        self._blocks.append((indent, is_match))

    def _is_clause(self, indent: int) -> bool:
        """Whether a line that starts with `case` at this indentation stands directly in a match statement."""
        while self._blocks and self._blocks[-1][0] >= indent:
            self._blocks.pop()
        return bool(self._blocks) and self._blocks[-1][1]

    def _header(self, word: str, rest: str, line: int, conditional: bool) -> None:
        source = self._flat
        for name in source.walruses(rest):
            self.bind(name, "other", "", True, line)
        if word == "for":
            self._assign(_IN.split(rest, maxsplit=1)[0], "", line, True)
        elif word == "with":
            inside = PARENTHESES.fullmatch(rest)
            if inside and _AS.search(flat := source.open(inside[1])):
                rest = flat
            for item in rest.split(","):
                self._assign(_AS.split(item)[-1] if _AS.search(item) else "", "", line, conditional)
        elif word == "except":
            if _AS.search(rest):
                self._assign(_AS.split(rest)[-1], "", line, True)
        elif word == "case":
            for name in source.captures(_IF.split(rest, maxsplit=1)[0]):
                self.bind(name, "other", "", True, line)

    def _simple(self, statement: str, line: int, conditional: bool) -> None:
        """A simple statement, flat."""
        source = self._flat
        for name in source.walruses(statement):
            self.bind(name, "other", "", True, line)
        first = _FIRST_WORD.match(statement)
        word = first[0] if first else ""
        if word == "import":
            self.bind_imported(statement[6:], None, conditional, line)
        elif word == "from":
            if match := _FROM.match(statement):
                names = match[3] if match[2] is None else source.groups[int(match[2])]
                self.bind_imported(names, match[1], conditional, line)
        elif word == "del":
            self._assign(statement[3:], "", line, conditional)
        elif alias := _TYPE.match(statement):
            self.bind(alias[1], "other", "", conditional, line)
        elif assignment := _ASSIGNMENT.search(statement):
            target = statement[: assignment.start()]
            if assignment[0] != "=":
                self._assign(target, "", line, conditional)
                if assignment[0] == "+=":
                    self._export([target], statement[assignment.end() :])
                return
            parts = _EQUALS.split(statement)
            parts[0] = target.partition(":")[0]
            value = parts.pop()
            for target in parts:
                self._assign(target, value if len(parts) <= MAX_DEPTH else "", line, conditional)
            self._export(parts, value)

    def _assign(self, target: str, value: str, line: int, conditional: bool, depth: int = 0) -> None:
        """Bind every name in a target, `value` "" when what it gets is not known."""
        source = self._flat
        if target.lstrip().startswith("*"):
            target, value = target.lstrip()[1:], ""
        target = source.unwrap(target)
        if name := _BARE_NAME.fullmatch(target):
            self.bind_value(name[1], source.dotted(value) or source.unwrap(value), conditional, line)
            return
        items = source.items(target)
        if items is None or depth > MAX_DEPTH:
            return
        values = source.items(source.unwrap(value), "(") or []
        if len(values) != len(items) or any(item.lstrip().startswith("*") for item in (*items, *values)):
            values = [""] * len(items)
        for item, part in zip(items, values, strict=True):
            self._assign(item, part, line, conditional, depth + 1)

    def _export(self, targets: list[str], value: str) -> None:
        """Note what an assignment adds to `__all__`, if that is one of the targets."""
        source = self._flat
        covered = sum(source.unwrap(target) == "__all__" for target in targets)
        if not covered:
            return
        value = source.unwrap(value)
        group = REFERENCE.fullmatch(value)
        if (group is None and "," not in value) or value.startswith("{"):
            return
        content = source.groups[int(group[1])] if group else value
        position = self._string - content.count('"') // 2
        if not _STRINGS.fullmatch(content) or any("\\" in token for token in self._strings[position : self._string]):
            return
        self.exports_plain += covered
        for element in content.split(","):
            end = position + element.count('"') // 2
            if end > position:
                self.exports.append("".join(_content(token) for token in self._strings[position:end]))
            position = end


def _content(token: str) -> str:
    quote = 3 if token.startswith(('"""', "'''")) else 1
    return token[quote:-quote]
