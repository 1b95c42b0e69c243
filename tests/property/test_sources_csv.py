"""CSV reading on random tables: what was written comes back, and nothing is lost on the way."""

import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.errors import InvalidData
from reli.sources.csvfile import CsvTable

CELL = st.text(st.sampled_from(list('a,"\n\r\t ;甲乙，\u3000é0')), max_size=6)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=12)
)


def read(content, block=64):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reli.sources.csvfile._BLOCK_BYTES", block)
        table = CsvTable(io.BytesIO(content), "f.csv")
        rows = [
            (line, tuple(row.values()))
            for part in table.rows()
            for line, row in zip(part.lines.to_pylist(), part.batch.to_pylist(), strict=True)
        ]
    return rows, table


@settings(max_examples=200)
@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "gb18030"]))
def test_what_was_written_comes_back(rows, ending, encoding):
    width = len(rows[0]) if rows else 2
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([[f"c{at}甲" for at in range(width)], *rows])
    found, table = read(text.getvalue().encode(encoding))
    assert table.rejected == []
    # A lone carriage return within quotation marks is a line end like any other.
    expected = [tuple(_lines(cell) for cell in row) for row in rows]
    assert [tuple(_lines(cell) for cell in row) for _, row in found] == expected


def _lines(cell):
    return cell.replace("\r\n", "\n").replace("\r", "\n")


SOUND = [b"1,2,3", b"", b'"a\nb",2,3', b'5" x,2,3', b'"q""r",2,3', b'"\n\n",,""']
DAMAGED = [b"1,2", b"\xff,2,3", b"1,2,3,4", b'"a"b,2', b"   "]
SPOILT = [b'"a', b'x,"y', b'1,2,"3']


@settings(max_examples=200)
@given(st.lists(st.sampled_from(SOUND + DAMAGED), max_size=20), st.integers(8, 200))
def test_the_size_of_the_blocks_changes_nothing(lines, block):
    content = b"\n".join([b"a,b,c", *lines]) + b"\n"
    found, table = read(content, block)
    whole, other = read(content, 1 << 20)
    assert found == whole
    assert table.rejected == other.rejected
    assert len(table.rejected) == sum(line in DAMAGED[:-1] for line in lines)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SOUND + DAMAGED + SPOILT), max_size=20), st.integers(8, 200))
def test_every_line_is_read_or_rejected_once(lines, block):
    # A record of several lines with a broken character is one rejected record, not tried here.
    content = b"\n".join([b"a,b,c", *lines]).replace(b"\xff", b"z") + b"\n"
    found, table = read(content, block)
    covered = {each.line for each in table.rejected}
    assert len(covered) == len(table.rejected)
    for line, row in found:
        height = sum(cell.count("\n") for cell in row) + 1
        span = set(range(line, line + height))
        assert not covered & span
        covered |= span
    text = content.split(b"\n")
    blank = {number for number, line in enumerate(text, 1) if not line.strip()}
    assert covered | blank | {1} >= set(range(1, len(text)))


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall_over(content):
    with contextlib.suppress(InvalidData):
        read(content)
