"""The outline of a Python file from its text alone: no parser, yet exact at statement level.

Strings and comments are blanked first. After that `class`, `def`, `import` and `global` can only start a statement,
so a search finds them all, and a block ends at the first logical line that is not indented deeper. The module's own
statements are read one by one; functions and classes are skipped but for those four words.

For text that Python refuses the outline is some outline: nothing is raised, and time stays in bounds.
Not seen: `:=` in the fields of an f-string, and what an assignment or `:=` binds more than 64 brackets deep. In an
assignment with more than 64 `=` no value is looked at, and an `__all__` with a backslash in a string is not plain.
"""

from __future__ import annotations

import re
from functools import lru_cache

from torchmodlint.analysis.flatcode import FlatCode
from torchmodlint.analysis.lexer import DOTTED, NAME, WORD, blank, closing, depth_of, line_end
from torchmodlint.analysis.outline import Binding, ClassLine, Outline
from torchmodlint.analysis.statements import BLOCKS, FROM, ModuleStatements, imported

__all__ = ["Binding", "ClassLine", "Outline", "scan"]

_MAX_NESTING = 100  # scopes in scopes: Python refuses deeper indentation

_SPACE = r"[ \t\f\v]"
_BLOCK_WORDS = BLOCKS | {"async"}
_DEFINITION = rf"(class|(?:async{_SPACE}+)?def){_SPACE}+({NAME})"
_END = rf"{_SPACE}*(?=\n|\Z)"

# One match a module-level line. The forms spelled out are the frequent ones; the last alternative takes the rest.
_MODULE_LINE = re.compile(
    rf"\n( *)(?:{_DEFINITION}|{FROM}{_END}|import(?!{WORD})([^\n;]*)(?=\n|\Z)"
    rf"|({NAME}){_SPACE}*={_SPACE}*(?:({DOTTED}){_END}|[^()\[\]{{}}=;:\n]*(?=\n|\Z))|(?=[^\s]))",
    re.ASCII,
)
_INNER = re.compile(
    rf"[\n;:]({_SPACE}*)(?=[acdfgi])(?:{_DEFINITION}|{FROM}|import(?!{WORD})([^\n;]*)|global(?!{WORD})([^\n;]*))",
    re.ASCII,
)
_PLAIN_BASES = re.compile(rf"{_SPACE}*(?:\(([^()\[\]{{}}]*)\){_SPACE}*)?:", re.ASCII)
_LINE_START = re.compile(r"\n( *)(?=[^\s])", re.ASCII)
_NEEDS_READING = re.compile(rf"[=:;]|(?:import|from|del)(?!{WORD})", re.ASCII)
_WORD = re.compile(NAME, re.ASCII)
_TOUCHED_EXPORTS = re.compile(rf"__all__(?<!{WORD}__all__)\s*[.\[]", re.ASCII)


def scan(text: str) -> Outline:
    """The outline of a file's decoded text, whatever the text is."""
    return _Scanner(text).run()


@lru_cache(maxsize=128)
def _dedent(indent: int) -> re.Pattern[str]:
    """Matches up to the first character of a line that is indented by at most so much, unless it closes a bracket."""
    return re.compile(rf"\n(?! {{{indent + 1}}}) *[^\s)\]}}]", re.ASCII)


class _Scope:
    """A class or function on the way from the module to the place at hand."""

    def __init__(self, start: int, indent: int, prefix: str) -> None:
        self.start = start
        self.indent = indent
        self.prefix = prefix  # of the qualified names inside
        self.reached = start  # the block is known to go on until here
        self.body_indent: int | None = None


class _Scanner:
    def __init__(self, text: str) -> None:
        self._code, strings = blank(text)
        self._module = ModuleStatements(strings)
        self._has_walrus = ":=" in self._code
        self._flat = FlatCode()
        self._classes: list[ClassLine] = []
        self._inner_imports: dict[str, list[Binding]] = {}
        self._line = self._line_position = 0

    def run(self) -> Outline:
        self._read_module()
        module = self._module
        return Outline(
            bindings={name: tuple(found) for name, found in module.bindings.items()},
            stars=tuple(module.stars),
            classes=tuple(self._classes),
            inner_imports={name: tuple(found) for name, found in self._inner_imports.items()},
            exports=self._exports(),
        )

    def _exports(self) -> tuple[str, ...] | None:
        module = self._module
        if not module.exports_plain or module.exports_plain < len(module.bindings["__all__"]):
            return None
        for match in _TOUCHED_EXPORTS.finditer(self._code):
            if not self._code.endswith(".", 0, match.start()):  # that of another module
                return None
        return tuple(dict.fromkeys(module.exports))

    def _line_at(self, position: int) -> int:
        """Counts on from the last position asked for, which is nearly always shortly before."""
        code, last = self._code, self._line_position
        if position >= last:
            self._line += code.count("\n", last, position) + code.count("\v", last, position)
        else:
            self._line -= code.count("\n", position, last) + code.count("\v", position, last)
        self._line_position = position
        return self._line

    def _read_module(self) -> None:
        code, module = self._code, self._module
        position = quotes = counted = 0  # quotes before `counted`
        while match := _MODULE_LINE.search(code, position):
            start, indent = match.end(1), match.end(1) - match.start(1)
            position = match.end()
            word, _, source, names, bare_names, modules, target, value = match.groups()[1:]
            if word:
                position = self._definition(match, start, indent)
            elif source is not None:
                names = bare_names if names is None else names
                module.bind_imported(names, source, indent > 0, self._line_at(start))
            elif modules is not None:
                module.bind_imported(modules, None, indent > 0, self._line_at(start))
            elif value is not None or (target and target != "__all__"):
                module.bind_value(target, value or "", indent > 0, self._line_at(start))
            else:
                position = line_end(code, start)
                line = code[start:position]
                if _NEEDS_READING.search(line):
                    if "__all__" in line:
                        quotes += code.count('"', counted, start)
                        counted = start
                    module.logical_line(line, self._line_at(start), indent, quotes // 2)

    def _definition(self, match: re.Match[str], start: int, indent: int) -> int:
        """Read a function or class of the module's own scope; returns the line break that ends its block."""
        code, module = self._code, self._module
        word, name = match[2], match[3]
        line = self._line_at(start)
        end = self._block_end(start, indent, len(code))
        if self._has_walrus:
            module.bind_walruses(code[match.end() : line_end(code, start, end)], line)
        if word == "class":
            module.bind(name, "class", name, indent > 0, line)
            resume = self._class_line(match.end(), name, indent > 0, line)
            self._read_inside(_Scope(start, indent, f"{name}."), resume, end)
        else:
            module.bind(name, "function", "", indent > 0, line)
            self._read_inside(_Scope(start, indent, f"{name}.<locals>."), match.end(), end)
        return end

    def _read_inside(self, outermost: _Scope, position: int, end: int) -> None:
        """Find classes, imports and `global` from `position` to the end of a function or class of the module."""
        if not any(self._code.find(word, position, end) >= 0 for word in ("import", "class", "global")):
            return
        scopes = [outermost]
        last = line_start = outermost.start
        resume = position
        for match in _INNER.finditer(self._code, position, end):
            start = match.end(1)
            if start < resume:
                continue
            if match[0][0] == "\n":
                line_start, indent = start, start - match.start() - 1
            else:
                line_start = self._logical_start(start, last, line_start)
                indent = line_start - self._code.rfind("\n", 0, line_start) - 1
            last = start
            while len(scopes) > 1 and self._is_past(scopes[-1], line_start, indent):
                scopes.pop()
            scope = scopes[-1]
            word, name, source, names, bare_names, modules, globals_ = match.groups()[1:]
            if word and word != "class":
                self._enter(scopes, _Scope(start, indent, f"{scope.prefix}{name}.<locals>."))
                continue
            line = self._line_at(start)
            if globals_ is not None:
                for name in globals_.split(","):
                    self._module.bind(name.strip(), "other", "", True, line)
            elif word:
                qualname = scope.prefix + name
                conditional = self._is_conditional(scope, start, line_start, indent)
                resume = self._class_line(match.end(), qualname, conditional, line)
                self._enter(scopes, _Scope(start, indent, f"{qualname}."))
            else:
                conditional = self._is_conditional(scope, start, line_start, indent)
                names = modules if source is None else bare_names if names is None else names
                for name, target in imported(names, source):
                    self._inner_imports.setdefault(name, []).append(Binding("import", target, conditional, line))

    @staticmethod
    def _enter(scopes: list[_Scope], scope: _Scope) -> None:
        if len(scopes) < _MAX_NESTING:
            scopes.append(scope)

    def _class_line(self, position: int, qualname: str, conditional: bool, line: int) -> int:
        """Note a class whose name ends at `position`; returns the end of its bases."""
        code = self._code
        if plain := _PLAIN_BASES.match(code, position):
            arguments = plain[1] or ""
        else:
            arguments = ""
            if code.startswith("[", position := _after_space(code, position)):  # type parameters
                position = _after_space(code, closing(code, position))
            if code.startswith("(", position):
                start, position = position + 1, closing(code, position)
                arguments = code[start : position - 1]
        bases, keywords = self._flat.arguments(arguments) if arguments else ((), ())
        self._classes.append(ClassLine(qualname, bases, keywords, conditional, line))
        return position

    def _block_end(self, start: int, indent: int, limit: int) -> int:
        """The line break after which the first logical line indented by at most `indent` begins, `limit` if none."""
        code = self._code
        pattern = _dedent(indent)
        depth = 0
        while match := pattern.search(code, start, limit):
            depth += depth_of(code, start, match.start())
            if depth <= 0:
                return match.start()
            start = match.end() - 1
        return limit

    def _is_past(self, scope: _Scope, line_start: int, indent: int) -> bool:
        """Whether the logical line stands no longer in the scope's block."""
        if scope.start == line_start:  # the block is on the line of its header
            return False
        if indent <= scope.indent or self._block_end(scope.reached, scope.indent, line_start) < line_start:
            return True
        scope.reached = line_start
        return False

    def _is_conditional(self, scope: _Scope, start: int, line_start: int, indent: int) -> bool:
        """Whether the statement at `start` stands in a further block of its scope."""
        if scope.start == line_start:
            return False
        if start > line_start and (word := _WORD.match(self._code, line_start)) and word[0] in _BLOCK_WORDS:
            return True
        if scope.body_indent is None:
            header_end = line_end(self._code, scope.start, line_start)
            first = _LINE_START.search(self._code, header_end, line_start + 1)
            scope.body_indent = len(first[1]) if first else indent
        return indent != scope.body_indent

    def _logical_start(self, position: int, last: int, line_start: int) -> int:
        """Where the logical line begins of a statement that is not the first on its line.

        `last` is a place before it at which a statement begins, `line_start` where that one's logical line does.
        """
        code = self._code
        stop, depth = position, 0
        while (line_break := code.rfind("\n", last, stop)) >= 0:
            depth += depth_of(code, line_break, stop)
            if depth >= 0:  # else this line begins within brackets
                first = _LINE_START.match(code, line_break)
                return first.end() if first else line_break + 1
            stop = line_break
        return line_start


def _after_space(code: str, position: int) -> int:
    while position < len(code) and code[position] in " \t\f\v":
        position += 1
    return position
