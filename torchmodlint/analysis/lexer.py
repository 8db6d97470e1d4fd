r"""Python's lexical surface: where strings, comments, brackets and logical lines begin and end.

`blank` rewrites a text so that plain searches in it are exact. In the result every string is `""` (its prefix stays
in front), comments are gone, and a line break that ends no line (in a string, after a backslash) is `\v`, which is no
whitespace to Python and so occurs nowhere else. Line breaks inside brackets stay. Counting `\n` and `\v` gives lines.
"""

from __future__ import annotations

import re
import unicodedata

# Outside strings and comments, characters beyond ASCII occur in identifiers only; `\w` would miss combining marks.
# Said by what is none of them: `re` takes a millisecond to compile each range that goes up to \U0010ffff.
NO_WORD = r"\x00-/:-@\[-^`{-\x7f"
WORD = rf"[^{NO_WORD}]"
NAME = rf"[^{NO_WORD}0-9]{WORD}*"
DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})*"

BRACKET = re.compile(r"[()\[\]{}]")

# Every alternative starts with a literal, which lets `re` skip plain code quickly, and matches unterminated strings
# too, so that there is nothing to backtrack into.
_TOKEN = re.compile(
    r'("""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\\?\Z)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\\?\Z)|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
    r"|#[^\n]*|\\\n)",
    re.DOTALL,
)
_FIELD_PREFIX = re.compile(rf"(?<!{WORD})(?:[fFtT][rR]?|[rR][fFtT])\Z", re.ASCII)
# An f-string that ends where an ordinary string would: its fields are closed, and nested at most once.
_FIELDS_CLOSED = re.compile(r"[^{}]*(?:(?:\{\{|\}\}|\{(?!\{)[^{}]*(?:\{[^{}]*\}[^{}]*)*\})[^{}]*)*")
_FIELD_STOPS = re.compile(r"[\"'#()\[\]{}:]")
_LITERAL_STOPS = {
    '"': re.compile(r'\\[^{}]|\{\{|\}\}|[{}"\n]', re.DOTALL),
    "'": re.compile(r"\\[^{}]|\{\{|\}\}|[{}'\n]", re.DOTALL),
    '"""': re.compile(r'\\[^{}]|\{\{|\}\}|[{}]|"""', re.DOTALL),
    "'''": re.compile(r"\\[^{}]|\{\{|\}\}|[{}]|'''", re.DOTALL),
}
_SPEC_STOPS = {
    quote: re.compile(stops.pattern.replace(r"\{\{|\}\}|", ""), re.DOTALL) for quote, stops in _LITERAL_STOPS.items()
}
_ODD_INDENT = re.compile(r"\n *[\t\f\v][ \t\f\v]*")


def blank(text: str) -> tuple[str, list[str]]:
    r"""The text with strings and comments blanked, and the strings that were blanked, in order, without prefixes.

    The result starts with an added `\n`, so that every line has one in front of it and a position's line number is
    the number of line breaks before it. Indentation is spaces only, as wide as Python takes it to be.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "\n" + text
    parts = _TOKEN.split(text)
    if _has_nested_quotes(parts):
        parts = _split_exactly(text)
    tokens = parts[1::2]
    parts[1::2] = ["" if t[0] == "#" else '""' if "\n" not in t else _tall(t) for t in tokens]
    code = "".join(parts)
    if not code.isascii():
        code = unicodedata.normalize("NFKC", code)  # as Python does to identifiers, and nothing else is left
    if "\t" in code or "\f" in code or "\\\n" in tokens:
        code = _ODD_INDENT.sub(_even_indent, code)
    return code, [t for t in tokens if t[0] in "\"'"]


def _tall(token: str) -> str:
    return "\v" if token == "\\\n" else '""' + "\v" * token.count("\n")


def _even_indent(match: re.Match[str]) -> str:
    r"""Line breaks from backslashes within an indentation move in front of it: they still count as lines."""
    column = first = 0
    for char in match[0][1:]:
        if char == " ":
            column += 1
        elif char == "\t":
            column += 8 - column % 8
        elif char == "\f":
            column = 0
        else:
            first = first or column  # Python takes the indentation before the first backslash, unless that is none
    return "\v" * match[0].count("\v") + "\n" + " " * (first or column)


def _has_nested_quotes(parts: list[str]) -> bool:
    """Whether some f-string may hold its own quote in a field (Python 3.12), so that the simple split is wrong."""
    return any(
        "{" in token
        and token[0] != "#"
        and _FIELD_PREFIX.search(parts[2 * i][-3:])
        and not _FIELDS_CLOSED.fullmatch(token)
        for i, token in enumerate(parts[1::2])
    )


def _split_exactly(text: str) -> list[str]:
    """Like `_TOKEN.split(text)`, but f-strings end where Python 3.12 ends them."""
    parts: list[str] = []
    position = 0
    nested = True
    while match := _TOKEN.search(text, position):
        start, end = match.span()
        if nested and match[0][0] in "\"'" and _FIELD_PREFIX.search(text[max(0, start - 3) : start]):
            found = _f_string_end(text, start)
            nested = found is not None  # a broken one may have been read up to the end of the text: once is enough
            end = found or end
        parts += (text[position:start], text[start:end])
        position = end
    parts.append(text[position:])
    return parts


def _opening_quote(text: str, start: int) -> str:
    quote = text[start]
    return quote * 3 if text.startswith(quote * 3, start) else quote


def _f_string_end(text: str, start: int) -> int | None:
    """Where the f-string whose quote stands at `start` ends, None if it never does.

    The stack holds pairs of the innermost f-string's quote and "" for its literal part, "{" for a field, "(" for a
    bracket in a field and ":" for a field's format.
    """
    quote = _opening_quote(text, start)
    stack = [(quote, "")]
    position = start + len(quote)
    while stack:
        quote, part = stack[-1]
        if part in ("{", "("):
            match = _FIELD_STOPS.search(text, position)
        else:
            match = (_SPEC_STOPS if part else _LITERAL_STOPS)[quote].search(text, position)
        if match is None:
            return None
        stop, position = match[0], match.end()
        if part in ("{", "("):
            if stop in "\"'#":
                position = _skip_in_field(text, position - 1, stack)
            elif stop in "([{" or (stop == ":" and part == "{"):
                stack.append((quote, ":" if stop == ":" else "("))
            elif stop != ":":
                stack.pop()
        elif stop == "{":
            stack.append((quote, "{"))
        elif part and stop == "}":
            del stack[-2:]
        elif stop == quote and not part:
            stack.pop()
        elif stop in (quote, "\n"):
            return None
    return position


def _skip_in_field(text: str, start: int, stack: list[tuple[str, str]]) -> int:
    """The position after the comment or string at `start`; an f-string is opened instead: put on the stack."""
    if text[start] != "#" and _FIELD_PREFIX.search(text[start - 3 : start]):
        quote = _opening_quote(text, start)
        stack.append((quote, ""))
        return start + len(quote)
    token = _TOKEN.match(text, start)
    return token.end() if token else start + 1


def line_end(code: str, position: int, limit: int | None = None) -> int:
    """The line break that ends the logical line at `position`, or `limit` (the text's end) if that comes first."""
    limit = len(code) if limit is None else limit
    end = _find_break(code, position, limit)
    while bracket := BRACKET.search(code, position, end):
        position = closing(code, bracket.start(), limit) if bracket[0] in "([{" else bracket.end()
        if position > end:
            end = _find_break(code, position, limit)
    return end


def _find_break(code: str, position: int, limit: int) -> int:
    found = code.find("\n", position, limit)
    return limit if found < 0 else found


def closing(code: str, position: int, limit: int | None = None) -> int:
    """The end of the bracketed text that opens at `position`, `limit` (the text's end) if it is not closed before."""
    limit = len(code) if limit is None else limit
    depth = 0
    for match in BRACKET.finditer(code, position, limit):
        depth += 1 if match[0] in "([{" else -1
        if not depth:
            return match.end()
    return limit


def depth_of(code: str, start: int, end: int) -> int:
    """How many more brackets open than close between the two positions."""
    count = code.count
    opened = count("(", start, end) + count("[", start, end) + count("{", start, end)
    return opened - count(")", start, end) - count("]", start, end) - count("}", start, end)
