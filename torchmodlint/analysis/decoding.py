"""Bytes to text by PEP 263: a byte order mark, a coding comment, else UTF-8."""

from __future__ import annotations

import io
import tokenize


def decode(data: bytes) -> str:
    """The text, line ends untouched. Raises SyntaxError for an unknown encoding, UnicodeDecodeError for bad bytes."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text.removeprefix("\ufeff")
