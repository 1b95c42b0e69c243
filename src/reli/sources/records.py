"""Where records of a CSV text begin and end, exactly, damaged ones included.

A quotation mark opens a field only at the field's beginning; elsewhere it is a character like any
other. Works on bytes: in UTF-8 and GB18030 no second byte of a character is a comma, a tab, a
semicolon, a quotation mark or a line end.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Quotes", "Record", "iter_records", "parse", "scan_quotes"]

_LONGEST_RECORD_LINES = 2_000
# A scope is as long as it is: the module's own limit is 128 KiB a field.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Quotes:
    """What the quotation marks of a text say of its records."""

    cut: int
    """Length of the whole records at the beginning."""
    is_open: bool
    """Whether the text ends within quotation marks."""
    opened_at: int
    """Where that quotation begins."""
    is_odd: bool
    """Whether some closing mark is not followed by a delimiter or a line end."""


def scan_quotes(text: bytes, delimiter: bytes) -> Quotes:
    """Follow the quotation marks of a text that begins with a record."""
    ends = delimiter + b"\r\n"
    position = closed = cut = 0
    is_odd = False
    while (start := text.find(b'"', position)) >= 0:
        if start and text[start - 1] not in ends:
            position = start + 1
            continue
        cut = text.rfind(b"\n", closed, start) + 1 or cut
        close = _closing(text, start)
        if close < 0:
            return Quotes(cut, True, start, is_odd)
        if close < len(text) and text[close] not in ends:
            is_odd = True
            # What closes here opens something else: the mark before was a slip in its own line.
            next_line = text.find(b"\n", start, close) + 1
            close = next_line or close
        position = closed = close
    return Quotes(text.rfind(b"\n", closed) + 1 or cut, False, -1, is_odd)


def _closing(text: bytes, start: int) -> int:
    """Position after the mark that closes a quotation; -1 where it is not closed."""
    close = text.find(b'"', start + 1)
    while close >= 0 and text[close + 1 : close + 2] == b'"':
        close = text.find(b'"', close + 2)
    return close + 1 if close >= 0 else -1


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file."""

    line: int
    """Physical line it begins in, from 1."""
    text: bytes
    """Without its line end."""
    is_closed: bool = True
    is_odd: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing but spaces stands in its line."""
        return not self.text.strip()

    @property
    def line_count(self) -> int:
        """Number of physical lines it takes."""
        return self.text.count(b"\n") + 1


def iter_records(
    text: bytes, delimiter: bytes, first_line: int, width: int = 0
) -> Iterator[Record]:
    """Records of a text of whole records.

    A quotation that is not closed, or that swallows lines without making a record of `width`
    fields, costs its own line only: reading goes on at the next.
    """
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    at = 0
    while at < len(lines):
        record = _record(lines, at, delimiter, first_line + at)
        spoilt = record.line_count > 1 and (
            record.is_odd or (width and len(parse(record.text, delimiter)) != width)
        )
        if spoilt:
            record = Record(first_line + at, lines[at], is_closed=False)
        yield record
        at += record.line_count


def _record(lines: list[bytes], at: int, delimiter: bytes, line: int) -> Record:
    text = lines[at]
    if b'"' not in text:
        return Record(line, text)
    last = min(len(lines), at + _LONGEST_RECORD_LINES)
    taken = [text]
    quotes = scan_quotes(text, delimiter)
    for following in lines[at + 1 : last]:
        if not quotes.is_open:
            break
        taken.append(following)
        if b'"' in following:
            quotes = scan_quotes(b"\n".join(taken), delimiter)
    if quotes.is_open:
        return Record(line, text, is_closed=False)
    return Record(line, b"\n".join(taken), is_odd=quotes.is_odd)


def parse(text: bytes, delimiter: bytes, encoding: str = "latin-1") -> list[str]:
    """Fields of one record.

    Raises:
        UnicodeDecodeError: the bytes are not in the encoding.
    """
    decoded = text.decode(encoding)
    return next(csv.reader([decoded], delimiter=delimiter.decode(), strict=False), [])
