"""What is running, by the stack."""

from __future__ import annotations

import sys
from itertools import islice
from types import FrameType

from torchmodlint.verify.wire import FileJob, Question
from torchmodlint.verify.worker.modes.events import Place


def flagged_runs(job: FileJob, question: Question, *, whole: bool) -> bool:
    """Does the flagged place run, in the innermost frame of the file? `whole`: it, and not something inside it.

    Before Python 3.11 only lines are told apart.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != job.path:
        frame = frame.f_back
    if frame is None or not question.line <= frame.f_lineno <= question.end_line:
        return False
    place = position(frame, job, question)
    if whole:
        return place.flagged(job.path, question)
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return (question.line, question.column) <= start and end <= (question.end_line, question.end_column)


def position(frame: FrameType, job: FileJob, question: Question) -> Place:
    """The expression that a frame of the file is at.

    Where Python does not tell (before 3.11 it never does) it is that of the question, if the line is.
    """
    if sys.version_info >= (3, 11):
        spot = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
        line, end_line, column, end_column = spot
        if line is not None and end_line is not None and column is not None and end_column is not None:
            return Place(job.path, line, _character(job, line, column), end_line, _character(job, end_line, end_column))
    if question.line <= frame.f_lineno <= question.end_line:
        return Place(job.path, question.line, question.column, question.end_line, question.end_column)
    return Place(job.path, frame.f_lineno, 1, frame.f_lineno, 1)


def _character(job: FileJob, line: int, offset: int) -> int:
    """The column of a byte, 1-based and in characters, as findings have it."""
    lines = job.text.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode()[:offset].decode(errors="replace")) + 1
