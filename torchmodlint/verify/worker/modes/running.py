"""What is running, by the stack."""

from __future__ import annotations

import sys
from types import FrameType

from torchmodlint.verify.wire import FileJob, Question


def flagged_runs(job: FileJob, question: Question, *, whole: bool) -> bool:
    """Does the flagged place run, in the innermost frame of the file? `whole`: it, and not something inside it.

    Before Python 3.11 only lines are told apart.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != job.path:
        frame = frame.f_back
    if frame is None or not question.line <= frame.f_lineno <= question.end_line:
        return False
    if sys.version_info < (3, 11):
        return True
    line, end_line, column, end_column = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if line is None or end_line is None or column is None or end_column is None:
        return True
    start, end = (line, _character(job, line, column)), (end_line, _character(job, end_line, end_column))
    first, last = (question.line, question.column), (question.end_line, question.end_column)
    return (start, end) == (first, last) if whole else first <= start and end <= last


def _character(job: FileJob, line: int, offset: int) -> int:
    """The column of a byte, 1-based and in characters, as findings have it."""
    lines = job.text.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode()[:offset].decode(errors="replace")) + 1
