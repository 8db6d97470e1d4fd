"""Comments that silence findings.

`# noqa`, `# noqa: TML113` and `# torchmodlint: ignore[TML113] reason` hold for the whole statement they stand in (of
a `def`, `class` or `with` only its header), and for a decorated definition also on and right above its decorators.
`# torchmodlint: skip-file`, `# flake8: noqa` and `# flake8: noqa: TML113` on a line of their own hold for the file.

Comments are taken from Python's own tokenizer, so that the same words within a string mean nothing.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from torchmodlint.core.finding import Finding
from torchmodlint.core.selector import ALL, selector_fits

# The forms that flake8 reads, so that a comment means the same in both: a "noqa" without readable codes is blanket.
_CODES = r"(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?"
NOQA = re.compile(rf"#\s*noqa\b{_CODES}", re.IGNORECASE)
NOQA_FILE = re.compile(rf"#\s*flake8[:=]\s*noqa\b{_CODES}", re.IGNORECASE)
IGNORE = re.compile(r"#\s*torchmodlint:\s*ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\]|(?!\s*\[))", re.IGNORECASE)
FILE_WORDS = ("skip-file", "flake8:", "flake8=")
SKIP_FILE = re.compile(r"#\s*torchmodlint:\s*skip-file(?![\w-])", re.IGNORECASE)

BLANKET = (ALL,)
Selectors = tuple[str, ...]


@dataclass
class Suppressions:
    """What one file silences: selectors for single lines and for all of it."""

    lines: dict[int, Selectors] = field(default_factory=dict)
    everywhere: Selectors = ()

    @property
    def whole_file(self) -> bool:
        """True when nothing in the file is to be reported."""
        return ALL in self.everywhere

    def covers(self, finding: Finding) -> bool:
        """Is this finding silenced?"""
        selectors = (*self.everywhere, *self.lines.get(finding.line, ()))
        return any(one == ALL or selector_fits(one, finding.code, finding.name) for one in selectors)


def silences_file(text: str, *, noqa: bool = True) -> bool:
    """Is nothing in the file to be reported? Cheap when no comment says so."""
    lowered = text.lower()
    return any(word in lowered for word in FILE_WORDS) and suppressions(text, noqa=noqa).whole_file


def suppressions(text: str, *, noqa: bool = True) -> Suppressions:
    """Read the comments of a file. `noqa=False` leaves the noqa forms to somebody else, such as flake8."""
    lowered = text.lower()
    if "torchmodlint:" not in lowered and not (noqa and "noqa" in lowered):
        return Suppressions()  # most files: tokenizing costs more than everything else here
    found = Suppressions()
    above: list[Statement] = []  # decorators, waiting for what they decorate
    for statement in _statements(text):
        if statement.is_comment:
            for comment in statement.comments:
                found.everywhere += _in_file(comment, noqa)
        if statement.is_decorator or statement.is_comment:
            # Comments right above or between decorators belong to them; a gap makes them comments on something else.
            if above and above[-1].is_comment and above[-1].last + 1 < statement.first:
                above = [one for one in above if one.is_decorator]
            above.append(statement)
            continue
        decorated = above if any(one.is_decorator for one in above) else []
        parts = (*decorated, statement)
        selectors = tuple(one for part in parts for comment in part.comments for one in _in_line(comment, noqa))
        above = []
        if selectors:
            for part in parts:
                found.lines.update(dict.fromkeys(range(part.first, part.last + 1), selectors))
    return found


def _in_file(comment: str, noqa: bool) -> Selectors:
    if SKIP_FILE.search(comment):
        return BLANKET
    match = NOQA_FILE.match(comment) if noqa else None
    return _selectors(match) if match else ()


def _in_line(comment: str, noqa: bool) -> Selectors:
    forms = (NOQA, IGNORE) if noqa else (IGNORE,)
    return tuple(one for form in forms for match in form.finditer(comment) for one in _selectors(match))


def _selectors(match: re.Match[str]) -> Selectors:
    if match["codes"] is None:
        return BLANKET
    return tuple(one for one in re.split(r"[,\s]+", match["codes"]) if one)


@dataclass
class Statement:
    """One logical line, or one line that holds only a comment. First and last are physical lines."""

    first: int
    last: int
    comments: list[str] = field(default_factory=list)
    is_comment: bool = True
    is_decorator: bool = False


_SILENT = {tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def _statements(text: str) -> Iterator[Statement]:
    current: Statement | None = None
    for token in _tokens(text):
        if token.type in _SILENT:
            continue
        if current is None:
            if token.type == tokenize.NL:
                continue  # an empty line
            current = Statement(token.start[0], token.end[0], is_decorator=token.string == "@")
        current.last = token.end[0] if token.type not in (tokenize.NL, tokenize.NEWLINE) else current.last
        if token.type == tokenize.COMMENT:
            current.comments.append(token.string)
        elif token.type not in (tokenize.NL, tokenize.NEWLINE):
            current.is_comment = False
        if token.type == tokenize.NEWLINE or (token.type == tokenize.NL and current.is_comment):
            yield current
            current = None
    if current is not None:
        yield current


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens up to the first that this Python cannot read: LibCST knows newer grammars than an old tokenizer."""
    lines: Iterable[str] = iter(line + "\n" for line in split_lines(text))
    try:
        yield from tokenize.generate_tokens(iter(lines).__next__)
    except (tokenize.TokenError, SyntaxError):
        return


def split_lines(text: str) -> Sequence[str]:
    """The lines as Python counts them: ended by LF, CRLF or a lone CR, not by a form feed or U+2028."""
    return re.split(r"\r\n|\r|\n", text)
