"""Which texts must not be given to LibCST, because it would crash the process or take all memory.

LibCST's parser is native code that calls itself for every level of nesting, and its memory grows with the square of
the depth. It has no limit of its own: past a few thousand levels the process ends with a segmentation fault, which no
`except` can catch. Measured with LibCST 1.9.0 on a stack of 8 MiB (1.5.1 is about the same):

    brackets in brackets             1,000 levels: 9 s, 2.2 GB      2,000: crash
    f"{f"{f"{...}"}"}"               500: 5 s, 0.4 GB               1,000: 24 s, 1.6 GB
    lambda: lambda: ...              2,000: 1.0 s, 0.8 GB           4,000: crash
    a if b else a if b else ...      2,000: 0.9 s, 0.7 GB           4,000: 5 s, 2.7 GB
    a ** a ** ...                    2,000: 1.3 s, 0.5 GB           8,000: out of memory
    not not ..., - - ...             4,000: 1.2 s, 0.9 GB           16,000: crash
    a + a + ..., a()()..., a[0][0]...  2,000: 0.6 to 4.7 s          4,000 to 8,000: 2.4 s to minutes
    a or a or ..., a.b.b...          4,000: 0.1 to 4 s              8,000: crash
    import a.b.b...                  500: 0.01 s                    1,000: RecursionError
    "a" "a" ..., for ... for ...     2,000: 0.1 s                   4,000: a syntax error
    elif ... elif ...                8,000: 0.5 s                   16,000: crash
    blocks in blocks                 99: 0.01 s                     100: a syntax error

a < a < ..., a = a = ... and case a | a | ... are flat and harmless. CPython compiles no more than 200 nested brackets
and 100 nested blocks. The deepest of 6,272 files of PyTorch projects has 23 nested brackets.
"""

from __future__ import annotations

import re

MAX_BRACKETS = 200  # nested; CPython's own limit
MAX_CHAIN = 1000  # operations one below the other in an expression, those around it included
MAX_ELIF = 1000  # in one if statement, those around it included


def too_deep(text: str) -> str | None:
    """Why LibCST must not be given this Python source, as part of a message; None if it may."""
    if _brackets_at_most(text) > MAX_BRACKETS and _measure(text)[0] > MAX_BRACKETS:
        return f"more than {MAX_BRACKETS} nested brackets"
    if any(map(_may_hold_long_chain, text.split("def "))) and _measure(text)[1] > MAX_CHAIN:
        return f"an expression with more than {MAX_CHAIN} nested operations"
    if text.count("elif") > MAX_ELIF and _elif_depth(text) > MAX_ELIF:
        return f"an if statement with more than {MAX_ELIF} elif"
    return None


# The first looks are made of little but fast operations on bytes, 5 ms for 1 MB; 99.7% of real code needs no more.
# They are upper bounds, except that an operand which spans a "def " or a line like "x = 1", in a string say, cuts an
# expression in two.

_ONE_KIND = bytes.maketrans(b"([{)]}", b"((()))")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"([{)]}"))
_NOT_OPERATORS = bytes(set(range(256)) - set(b"([.+-*/%@&|^~<>\"'"))
_WORD_OPERATORS = ("if", "or", "and", "not", "lambda", "await")  # "for" holds "or"
_STATEMENT = re.compile(r"\n[ \t]*(?:[\w.]+ = |return\b|class\b|import\b|from\b|with\b|raise\b)")


def _brackets_at_most(text: str) -> int:
    """How deep brackets are nested, those in strings and comments included."""
    brackets = _as_bytes(text).translate(_ONE_KIND, _NOT_BRACKETS)
    levels = 0
    while b"()" in brackets and levels <= MAX_BRACKETS:
        brackets = brackets.replace(b"()", b"")
        levels += 1
    return levels + brackets.count(b"(")


def _may_hold_long_chain(function: str) -> bool:
    """Whether the text between two `def` may have too many operations in one expression."""
    if not _has_many_operators(function):
        return False
    return any(_has_many_operators(piece) and _measure(piece)[1] > MAX_CHAIN for piece in _STATEMENT.split(function))


def _has_many_operators(piece: str) -> bool:
    if len(piece) <= MAX_CHAIN:
        return False
    signs = _as_bytes(piece).translate(None, _NOT_OPERATORS)
    quotes = signs.count(b'"') + signs.count(b"'")
    operators = len(signs) - quotes // 2
    if operators + len(piece) // 3 <= MAX_CHAIN:  # no word, with the space beside it, is shorter than three
        return False
    return operators + sum(map(piece.count, _WORD_OPERATORS)) > MAX_CHAIN


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_STRING = r"""(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_NUMBER = r"0[xXoObB][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?[jJ]?"
_TOKEN = re.compile(
    rf"(?s:\#[^\n]*|\\\r?\n|[^\W\d]*{_STRING}|{_NUMBER}|(?<![^\W\d])(?:if|or|and|not|for|lambda|await)\b"
    r"|\*\*|//|<<|>>|->|[\r\n,;:([{)\]}.+\-*/%@&|^~<>])"
)
_TIGHT = frozenset("*/%@.")


def _measure(text: str) -> tuple[int, int]:
    """How deep brackets, and how deep operations are nested. Each is at least half of the truth and seldom above it."""
    deepest_bracket = deepest = 0
    around: list[tuple[int, int, int]] = []  # for each open bracket, the next three variables outside of it
    loose = 0  # operations in this expression
    tight = 0  # operations in this operand of the last loose one: b.c * d in a + b.c * d
    lambdas = 0  # that have not come to their colon: a comma before it ends no expression
    base = 0  # operations outside of the innermost bracket
    for token in _TOKEN.findall(text):
        first = token[0]
        opened = 0
        if first in "#\\" or first.isdigit():
            continue
        if token[-1] in "\"'":
            tight += 1
            opened = _left_open(token)
        elif first in "([{":
            opened = 1
        elif first in ")]}":
            loose = tight = lambdas = 0
            if around:
                loose, tight, lambdas = around.pop()
                base -= loose + tight
        elif first == ":":
            lambdas = max(lambdas - 1, 0)
        elif first in ",;" or (first in "\r\n" and not around):
            if first != "," or not lambdas:
                loose = tight = lambdas = 0
        elif first in _TIGHT:
            tight += 1
        elif first not in "\r\n":
            loose += 1
            tight = 0
            lambdas += token == "lambda"
        for _ in range(opened):
            around.append((loose, tight + 1, lambdas))
            base += loose + tight + 1
            loose = tight = lambdas = 0
        deepest_bracket = max(deepest_bracket, len(around))
        deepest = max(deepest, base + loose + tight)
    return deepest_bracket, deepest


_FORMAT_PREFIX = re.compile(r"[rR]?[fFtT]")
_DOUBLE_BRACES = re.compile(r"\{\{|\}\}")


def _left_open(string: str) -> int:
    """How many braces a format string does not close: f"{f" in f"{f"{a}"}", since Python 3.12 a string in a string."""
    if "{" not in string or not _FORMAT_PREFIX.match(string):
        return 0
    single = _DOUBLE_BRACES.sub("", string)
    return max(single.count("{") - single.count("}"), 0)


_LINE_START = re.compile(r"^([ \t\f]*)(elif\b|else\b|[^\s#])", re.MULTILINE)


def _elif_depth(text: str) -> int:
    """How many `elif` follow each other at most, added up over the blocks around them."""
    deepest = 0
    open_chains: list[tuple[int, int]] = []  # indentation and number of `elif`, outermost first
    for indentation, word in _LINE_START.findall(text):
        width = len(indentation)
        while open_chains and open_chains[-1][0] > width:
            open_chains.pop()
        here = open_chains.pop()[1] if open_chains and open_chains[-1][0] == width else 0
        if word == "elif":
            open_chains.append((width, here + 1))
            deepest = max(deepest, sum(count for _, count in open_chains))
    return deepest
