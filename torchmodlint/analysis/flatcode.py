"""Blanked code cut open at its brackets, so that what is left of a statement can be split at commas, `=` and `:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torchmodlint.analysis.lexer import BRACKET, DOTTED, NAME, WORD

MAX_DEPTH = 64  # of brackets in brackets that are looked into; each level costs another pass over what it holds

_MAX_BRACKETS = 200  # in brackets: Python refuses more

_CLOSER = {"(": ")", "[": "]", "{": "}"}
_CONSTANTS = frozenset(("None", "True", "False", "yield"))  # look like names, but are none
_IN_CASES = _CONSTANTS | {"as", "_"}

_DOTTED = re.compile(DOTTED, re.ASCII)
REFERENCE = re.compile(r"[(\[{](\d+)[)\]}]", re.ASCII)
PARENTHESES = re.compile(r"\s*\((\d+)\)\s*", re.ASCII)
_KEYWORD = re.compile(rf"({NAME})\s*=(?!=)", re.ASCII)
_CAPTURE = re.compile(rf"(?<!{WORD})(?<!\.)({NAME})(?!{WORD}|\s*[.=(\"])|[(\[{{](\d+)[)\]}}]", re.ASCII)
_DOT = re.compile(r"(?<!\s)\s*\.\s*")
_LAMBDA_WORD = rf"lambda(?<!{WORD}lambda)(?!{WORD})"
_LAMBDA = re.compile(rf"{_LAMBDA_WORD}(?:(?!{_LAMBDA_WORD})[^:])*:", re.ASCII)
_HIDDEN = str.maketrans({"a": "\0", ",": "\1", "=": "\1", ":": "\2"})
_LAMBDA_BODY = re.compile(rf"\x02.*?(?=[,:\x01\x02]|(?<!{WORD})for(?!{WORD})|\Z)", re.ASCII | re.DOTALL)
_WALRUS = re.compile(rf"(?<!{WORD})({NAME})\s*:=|[(\[{{](\d+)[)\]}}]", re.ASCII)


def flatten(code: str, groups: list[str]) -> str:
    """The code with every bracketed part replaced by its number in `groups`, to which the parts are appended.

    `f(a, b)[c]` becomes `f(0)[1]`: commas, colons and `=` that are left belong to the statement itself.
    """
    if not BRACKET.search(code):
        return code
    pieces: list[str] = []
    depth = last = start = 0
    opener = ""
    for match in BRACKET.finditer(code):
        if match[0] in "([{":
            if not depth:
                pieces.append(code[last : match.start()])
                opener, start = match[0], match.end()
            depth += 1
            if depth > _MAX_BRACKETS:
                break
        elif depth:
            depth -= 1
            if not depth:
                pieces.append(f"{opener}{len(groups)}{_CLOSER[opener]}")
                groups.append(code[start : match.start()])
                last = match.end()
    if not depth:  # else the rest stands in an unclosed bracket
        pieces.append(code[last:])
    return "".join(pieces)


def hide_lambdas(flat: str) -> str:
    """Flat code whose lambda parameters hold no comma, colon or `=` any more, those of nested lambdas neither."""
    if "lambda" in flat:
        for _ in range(MAX_DEPTH):  # inner ones first
            flat, changed = _LAMBDA.subn(lambda match: match[0].translate(_HIDDEN), flat)
            if not changed:
                break
    return flat


def dotted_name(flat: str) -> str:
    """The dotted name that the code is, without blanks, or ""."""
    flat = flat.strip()
    if not _DOTTED.fullmatch(flat):
        return ""
    name = flat if flat.isidentifier() else "".join(flat.split())
    return "" if name.partition(".")[0] in _CONSTANTS else name


class FlatCode:
    """Code cut open at its brackets; `groups` holds what stands in them, see `flatten`."""

    def __init__(self) -> None:
        self.groups: list[str] = []
        self._opened: dict[int, str] = {}

    def start(self, code: str) -> str:
        """The code, flat. What was cut open before is forgotten."""
        self.groups.clear()
        self._opened.clear()
        return hide_lambdas(flatten(code, self.groups))

    def open(self, number: str) -> str:
        """What stands in a pair of brackets, flat."""
        index = int(number)
        if index not in self._opened:
            self._opened[index] = hide_lambdas(flatten(self.groups[index], self.groups))
        return self._opened[index]

    def unwrap(self, flat: str) -> str:
        """Without parentheses around a single expression; a tuple in parentheses keeps them."""
        for _ in range(MAX_DEPTH):
            match = PARENTHESES.fullmatch(flat)
            if match is None:
                break
            inside = self.open(match[1])
            if "," in inside or not inside.strip():
                break
            flat = inside
        return flat.strip()

    def dotted(self, flat: str) -> str:
        """The dotted name that the code is, without blanks and parentheses, or ""."""
        flat = self.unwrap(flat)
        if flat.startswith("(") and (owner := REFERENCE.match(flat)):  # `(a.b).c`
            rest = flat[owner.end() :].lstrip()
            name = self.dotted(owner[0]) if rest.startswith(".") else ""
            flat = name and name + rest
        return dotted_name(flat)

    def items(self, flat: str, brackets: str = "([") -> list[str] | None:
        """The elements of a tuple (and list, where "[" is among the brackets), None for anything else."""
        match = REFERENCE.fullmatch(flat)
        if match is not None:
            kind, flat = flat[0], self.open(match[1])
            if kind not in brackets or (kind == "(" and "," not in flat and flat.strip()):
                return None
        elif "," not in flat:
            return None
        found = flat.split(",")
        return found if found[-1].strip() else found[:-1]

    def base(self, flat: str) -> str:
        """The dotted name of a base class, its subscripts dropped, or ""."""
        for _ in range(MAX_DEPTH):
            flat = self.unwrap(flat)
            if not flat.endswith("]"):
                break
            flat = flat[: flat.rfind("[")]
        return self.dotted(flat)

    def arguments(self, code: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Bases and keywords of a class, from what stands in its parentheses."""
        bases: list[str] = []
        keywords: list[tuple[str, str]] = []
        for piece in self.start(code).split(","):
            piece = piece.strip()
            if keyword := _KEYWORD.match(piece):
                keywords.append((keyword[1], self.dotted(piece[keyword.end() :])))
            elif piece.startswith("**"):
                keywords.append(("**", self.dotted(piece[2:])))
            elif piece:
                bases.append("" if piece[0] == "*" else self.base(piece))
        return tuple(bases), tuple(keywords)

    def walruses(self, flat: str, depth: int = 0) -> Iterator[str]:
        """The names that `:=` binds in the scope of the code, so not those in the bodies of lambdas."""
        for match in _WALRUS.finditer(_LAMBDA_BODY.sub("", flat) if "\2" in flat else flat):
            if match[1]:
                yield match[1]
            elif depth < MAX_DEPTH and ":=" in self.groups[int(match[2])]:
                yield from self.walruses(self.open(match[2]), depth + 1)

    def captures(self, pattern: str, depth: int = 0) -> Iterator[str]:
        """The names that a match pattern binds."""
        for match in _CAPTURE.finditer(_DOT.sub(".", pattern)):
            if match[1]:
                if match[1] not in _IN_CASES:
                    yield match[1]
            elif depth < MAX_DEPTH:
                yield from self.captures(self.open(match[2]), depth + 1)

    def count(self, flat: str, char: str) -> int:
        """How often the character occurs in the code that `flat` stands for."""
        return flat.count(char) + sum(self.groups[int(i)].count(char) for i in REFERENCE.findall(flat))
