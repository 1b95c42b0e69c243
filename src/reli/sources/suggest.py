"""A mapping proposed from a file's headers and values, with a look at what it would reject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl
import pyarrow as pa

from reli.errors import InvalidData, Problems
from reli.sources.canonical import Column, Table
from reli.sources.clean import Cleaner
from reli.sources.files import open_table
from reli.sources.lines import Rows
from reli.sources.mapping import UNITS, ColumnMapping, match_headers, plain
from reli.sources.persons import is_personal
from reli.sources.reading import SourceFile, header_finder, open_source
from reli.sources.tables import TABLES

__all__ = ["Preview", "Suggestion", "guess_table", "suggest"]

_VENDORS: Mapping[str, frozenset[str]] = {
    "企查查": frozenset({"登记状态", "所属区县", "参保人数所属年报", "更多电话", "企业地址"}),
    "天眼查": frozenset({"经营状态", "公司名称", "公司类型", "最新年报地址", "实缴资本"}),
    "爱企查": frozenset({"经营状态", "企业名称", "工商注册号", "所属行业", "注册地址"}),
    "启信宝": frozenset({"企业状态", "企业名称", "成立时间", "省份", "企业地址"}),
}
_ENOUGH = 3
_PREVIEW_ROWS = 50_000
_SAMPLE = 1_000
_EXAMPLES = 3


@dataclass(frozen=True)
class Preview:
    """What cleaning the first rows gave."""

    read: int
    written: int
    reasons: tuple[tuple[str, int, str], ...]
    """Reason, number of rows or cells, and where the first ones stand."""
    filled: Mapping[str, float]
    """Share of rows with a value, for each of our columns that the file feeds."""


@dataclass(frozen=True)
class Suggestion:
    """A proposal for one file."""

    table: Table
    vendor: str
    """Whose export it looks like; empty where unknown."""
    mapping: str
    """Text of a `*.mapping.toml`."""
    preview: Preview | None
    """None where columns that a row needs are not known yet."""


def guess_table(headers: Sequence[str]) -> Table:
    """The canonical table that a header fits best.

    Raises:
        InvalidData: no header is known to any table.
    """
    found = {plain(header) for header in headers}

    def fit(table: Table) -> tuple[int, int]:
        known = {
            column.name
            for column in table.columns
            if not found.isdisjoint(plain(each) for each in column.headers)
        }
        met = sum(1 for group in table.needs if not known.isdisjoint(group))
        return (len(known) + met, -len(table.columns))

    best = max(TABLES.values(), key=fit)
    if fit(best)[0] == 0:
        raise InvalidData(
            f"none of the headers {', '.join(headers)[:200]} is known: "
            f"say which table it is with --table ({', '.join(TABLES)})"
        )
    return best


def suggest(path: Path, table: Table | None = None) -> Suggestion:
    """Propose a mapping for a file.

    Args:
        path: file as received.
        table: canonical table it belongs to; guessed from its headers by default.

    Raises:
        ReliError: the file cannot be read, or is not recognised at all.
    """
    chosen = table or guess_table(_best_header(path))
    finder = header_finder(chosen, ColumnMapping())
    opened = open_table(path, finder)
    headers = opened.columns
    rows = next(opened.rows(), None)
    known = match_headers(chosen, headers, ColumnMapping())
    guesses = {} if rows is None else _guesses(chosen, headers, known, rows)
    text = _toml(chosen, path.name, headers, known, guesses)
    return Suggestion(chosen, _vendor(headers), text, _preview(path, chosen))


def _best_header(path: Path) -> tuple[str, ...]:
    """Header by the table whose names are found most often among the first rows."""
    best: tuple[str, ...] = ()
    most = -1
    for table in TABLES.values():
        columns = open_table(path, header_finder(table, ColumnMapping())).columns
        known = {plain(each) for each in columns}
        hits = sum(not known.isdisjoint(map(plain, column.headers)) for column in table.columns)
        if hits > most:
            best, most = columns, hits
    return best


_SIGNS: Mapping[str, str] = {
    "credit_code": "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$",
    "division_code": "^[1-6][0-9]{5}$",
    "name": "(公司|厂|集团|合作社|中心|研究院|事务所)$",
    "address": "(省|市|区|县).*(路|街|号|镇|村|园)",
    "business_scope": "(经营|销售|生产|服务|技术开发).*[;；、,，。]",
    "founded_date": r"^(19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}",
}


def _guesses(
    table: Table, headers: Sequence[str], known: Mapping[str, tuple[str, ...]], rows: Rows
) -> dict[str, str]:
    """Our column -> a header whose values look like it, for columns not known by header."""
    frame = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([rows.batch]))).head(_SAMPLE)
    taken = {each for theirs in known.values() for each in theirs}
    free = [each for each in headers if each not in taken and not is_personal(each)]
    found: dict[str, str] = {}
    for column in table.columns:
        sign = _SIGNS.get(column.name)
        if column.name in known or sign is None:
            continue
        shares = {
            header: frame[header].cast(pl.String).str.strip_chars().str.contains(sign).mean() or 0
            for header in free
            if header not in found.values()
        }
        best = max(shares, key=lambda header: cast("float", shares[header]), default=None)
        if best is not None and cast("float", shares[best]) > 0.5:
            found[column.name] = best
    return found


def _vendor(headers: Sequence[str]) -> str:
    hits = {name: len(signs.intersection(headers)) for name, signs in _VENDORS.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] >= _ENOUGH else ""


def _toml(
    table: Table,
    file: str,
    headers: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    guesses: Mapping[str, str],
) -> str:
    lines = [f"# Mapping of {file} to {table.name} ({table.name_zh}), proposed by reli."]
    if vendor := _vendor(headers):
        lines.append(f"# Looks like an export of {vendor}.")
    lines += [f"table = {_quoted(table.name)}", "", "[columns]"]
    for column in table.columns:
        lines += _column_line(column, known, guesses)
    used = {each for theirs in known.values() for each in theirs} | set(guesses.values())
    personal = [each for each in headers if is_personal(each)]
    unused = [each for each in headers if each not in used and each not in personal]
    if personal:
        lines += ["", f"# Dropped at the door, as of persons: {', '.join(personal)}"]
    if unused:
        lines += ["", f"# Not used: {', '.join(unused)}"]
    lines += _advice(table, known, guesses)
    return "\n".join(lines) + "\n"


def _column_line(
    column: Column, known: Mapping[str, tuple[str, ...]], guesses: Mapping[str, str]
) -> list[str]:
    if column.name in known:
        theirs = [_quoted(each) for each in known[column.name]]
        return [
            f"{column.name} = {theirs[0] if len(theirs) == 1 else '[' + ', '.join(theirs) + ']'}"
        ]
    if column.name in guesses:
        return [f"{column.name} = {_quoted(guesses[column.name])}  # by its values; please check"]
    return [f'# {column.name} = ""  # {column.name_zh}: {column.definition}']


def _advice(
    table: Table, known: Mapping[str, tuple[str, ...]], guesses: Mapping[str, str]
) -> list[str]:
    lines: list[str] = []
    choice = next((column for column in table.columns if column.name == "list"), None)
    if choice and "list" not in known and "list" not in guesses:
        lines += ["", "[constants]", f'# list = ""  # one of {", ".join(choice.choices)}']
    money = [
        column.name
        for column in table.columns
        if column.kind == "money" and column.name in known and "元" not in known[column.name][0]
    ]
    if money:
        lines += ["", f"# Unit of numbers written without one ({', '.join(UNITS)}):", "# [units]"]
        lines += [f'# {name} = "万元"' for name in money]
    return lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _preview(path: Path, table: Table) -> Preview | None:
    """Clean the first rows with what is known by header alone."""
    try:
        opened = next(open_source(SourceFile(path), table))
    except Problems:
        return None
    cleaner = Cleaner(table, opened.assignment)
    read = written = 0
    tally: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    filled: Counter[str] = Counter()
    for rows in opened.rows.rows():
        batch = cleaner(rows)
        read += batch.read
        written += batch.clean.height
        for name in opened.assignment.columns:
            filled[name] += batch.clean[name].count()
        for notes in (batch.rejected, batch.doubtful):
            _count(notes, tally, places)
        if read >= _PREVIEW_ROWS:
            break
    for line in opened.rows.rejected:
        tally[line.reason] += 1
        places.setdefault(line.reason, []).append(f"line {line.line}")
    read += len(opened.rows.rejected)
    reasons = tuple(
        (reason, number, "; ".join(places[reason][:_EXAMPLES]))
        for reason, number in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    )
    shares = {name: filled[name] / max(written, 1) for name in opened.assignment.columns}
    return Preview(read, written, reasons, shares)


def _count(notes: pl.DataFrame, tally: Counter[str], places: dict[str, list[str]]) -> None:
    named = notes.with_columns(
        pl.when(pl.col("column") == "")
        .then("reason")
        .otherwise(pl.col("column") + "：" + pl.col("reason"))
        .alias("named")
    )
    for (name,), group in named.group_by("named", maintain_order=True):
        text = str(name)
        tally[text] += group.height
        seen = places.setdefault(text, [])
        for line, value in group.select("line", "value").head(_EXAMPLES).iter_rows():
            seen.append(f"line {line}: {value}" if value else f"line {line}")
