"""`reli reference`: the tables that come along, shown, searched, converted, checked, replaced."""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reli.reference.official_emerging import Imported
    from reli.reference.official_table import OfficialRow, Printed

__all__ = ["reference"]

NOTHING_FOUND = 1

reference = typer.Typer(
    name="reference",
    help="Reference data: divisions 1981-2024, towns, zones, industries, emerging industries.",
    no_args_is_help=True,
)


@reference.command("list")
def list_tables() -> None:
    """List the tables with their rows, origin and licence."""
    from reli.reference.catalogue import TABLES

    rows = [("table", "rows", "what", "licence", "source")]
    for each in TABLES.values():
        size = f"{each.load().num_rows:,}"
        rows.append((each.name, size, each.meaning, each.origin.licence, each.origin.source))
    _show(rows)


@reference.command()
def show(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="As `reli reference list` has it.")],
    *,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Rows that are shown.")] = 20,
    out: Annotated[
        Path | None,
        typer.Option("--csv", metavar="OUT", help="Write the whole table; `-`: standard output."),
    ] = None,
) -> None:
    """Show the first rows of a table with its origin, or write it as CSV."""
    from reli.reference.catalogue import table as find_table

    found = find_table(table)
    content = found.load()
    if out:
        from reli.sources.writing import write_table

        write_table(out, content)
        return
    head = content.slice(0, rows).to_pylist()
    _show([tuple(content.column_names), *(tuple(map(_cell, row.values())) for row in head)])
    origin = found.origin
    _say(f"{len(head):,} of {content.num_rows:,} rows; {found.meaning}")
    _say(f"{origin.title}: {origin.producer}; {origin.source} ({origin.date}), {origin.licence}")
    if origin.note:
        _say(origin.note)


@reference.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name, or a code.")],
    *,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="division, town, zone, region, industry, emerging or product; may be repeated.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows of each kind.")] = 10,
) -> None:
    """Find divisions of any year, towns, zones, regions, industries and products."""
    from reli.errors import UnknownName
    from reli.reference.search import KINDS
    from reli.reference.search import search as find

    for each in kind or ():
        if each not in KINDS:
            raise UnknownName("kind", each, KINDS)
    found = find(text, kind or KINDS)
    rows = []
    for hits in found.values():
        rows += [(hit.kind, hit.code, hit.name, hit.remark) for hit in hits[:limit]]
        if len(hits) > limit:
            rows.append((hits[0].kind, "", f"... and {len(hits) - limit:,} more", ""))
    _show(rows)
    if not found:
        _say(_suggestion(text))
        sys.exit(NOTHING_FOUND)


def _suggestion(text: str) -> str:
    from difflib import get_close_matches

    from reli.reference.divisions import all_divisions

    names = sorted({each.name for each in all_divisions()})
    close = get_close_matches(text, names, n=3, cutoff=0.5)
    hint = f": did you mean {' or '.join(close)}?" if close else ""
    return f"nothing bears {text!r} in its name or code{hint}"


@reference.command()
def convert(
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Six digits each.")],
    *,
    begin: Annotated[
        int | None,
        typer.Option("--from", help="Year of the code; by default the last it was valid in."),
    ] = None,
    end: Annotated[int, typer.Option("--to", help="Year of the answer.")] = 2023,
) -> None:
    """Carry codes of divisions from one year end (31 December) to another.

    Where a territory was split, all codes that hold a part of it are the answer.
    """
    from reli.reference.divisions import convert as carry

    rows = [("code", "name", "year", "answer", "code", "name", "year")]
    is_split = False
    for code in codes:
        found = carry(code, from_vintage=begin, to_vintage=end)
        is_split = is_split or found.kind == "several"
        asked = (code, _name(code, found.from_vintage), str(found.from_vintage), found.kind)
        rows += [(*asked, each, _name(each, end), str(end)) for each in found.codes or ("",)]
    _show(rows)
    if is_split:
        _say("several: the territory was divided; which part went where, its towns decide")


def _name(code: str, vintage: int) -> str:
    from reli.reference.divisions import display_name, divisions_at

    for row in divisions_at(vintage).to_pylist():
        if row["code"] == code:
            if row["level"] != "county":
                return str(row["name"])
            return display_name(row["name"], row["city_name"], row["province_name"])
    return ""


@reference.command()
def universe(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Without a name, the universes are listed.")
    ] = "",
    *,
    out: Annotated[
        Path | None, typer.Option("--csv", metavar="OUT", help="Write the units; `-`: CSV.")
    ] = None,
) -> None:
    """Show which units are ranked together."""
    from collections import Counter

    from reli.reference.universes import UNIVERSES
    from reli.reference.universes import universe as find

    chosen = find(name) if name else None
    if chosen and out:
        from reli.sources.writing import write_table

        write_table(out, chosen.units)
        return
    rows: list[Sequence[str]] = [
        ("universe", "vintage", "units", "county", "city", "zone", "special", "what")
    ]
    for each in [chosen] if chosen else [find(known) for known in UNIVERSES]:
        kinds = Counter(each.units["kind"].to_pylist())
        counts = [str(kinds[kind]) for kind in ("county", "city", "zone", "special")]
        size = str(each.units.num_rows)
        rows.append((each.name, str(each.vintage), size, *counts, each.description))
    _show(rows)
    if chosen:
        others = [row for row in chosen.units.to_pylist() if row["kind"] != "county"]
        _show(
            (row["unit"], row["province_name"], row["county_name"], row["kind"]) for row in others
        )


@reference.command()
def check() -> None:
    """Check all tables against themselves, each other and their declared counts."""
    from reli.reference.catalogue import check_all

    names = check_all()
    typer.echo(f"{len(names)} groups of tables agree with themselves: {', '.join(names)}")


@reference.command("import-sei")
def import_sei(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="The table of 战略性新兴产业分类（2018）: .csv, .xlsx, .docx, .html or .pdf.",
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="Table (CSV) to write; without it, only a check."
        ),
    ] = None,
    allow_differences: Annotated[
        bool,
        typer.Option("--allow-differences", help="Write although counts or codes do not agree."),
    ] = False,
) -> None:
    """Read the official classification of emerging industries in place of the shipped table.

    Columns: 代码, 战略性新兴产业分类名称, 国民经济行业代码（2017） (with * where a class belongs
    only in part), 国民经济行业名称; products in a column or table of their own. The counts must be
    those of the document: 9, 40, 189 and 166 classes, 485 classes of GB/T 4754.
    """
    from reli.errors import InvalidSetting, Problems
    from reli.sources.writing import write_table

    if out and out.suffix.lower() != ".csv":
        raise InvalidSetting(f"--to {out}: the table is written as CSV, name it {out.stem}.csv")
    imported = _read_official(file)
    for name, number in imported.counts.items():
        _say(f"{number:>5} {name}")
    for note in imported.notes:
        _say(f"note: {note}")
    if imported.problems and not allow_differences:
        raise Problems(str(file), imported.problems)
    for problem in imported.problems:
        _say(f"allowed: {problem}")
    if out:
        write_table(out, imported.table)
        _say(f"wrote {out}")


def _read_official(file: Path) -> "Imported":
    from reli.errors import InvalidData
    from reli.reference.official_emerging import build
    from reli.reference.official_table import read_rows
    from reli.sources.files import part_names

    tables: list[tuple[Sequence[OfficialRow], bool]] = []
    for part in part_names(file) or [""]:
        where = f"{file.name} {part}".strip()
        for table in _tables_of(file, part):
            # After the table of classes, one with products only adds these.
            is_classes = table.has_classes and not (table.has_products and tables)
            if is_classes or table.has_products:
                tables.append((read_rows(table.header, table.rows, where), is_classes))
    if not any(is_classes for _, is_classes in tables):
        raise InvalidData(
            f"{file} has no table with the columns 代码 and 国民经济行业代码: give the table of "
            "classes of 战略性新兴产业分类（2018）"
        )
    return build(tables)


def _tables_of(file: Path, part: str) -> "list[Printed]":
    from reli.errors import InvalidData
    from reli.reference.official_table import find_header, split
    from reli.sources.files import open_table

    opened = open_table(file, find_header, part)
    rows: list[tuple[int, Sequence[str]]] = []
    for read in opened.rows():
        cells = zip(*(column.to_pylist() for column in read.batch.columns), strict=True)
        rows += zip(read.lines.to_pylist(), cells, strict=True)
    if opened.rejected:
        lines = ", ".join(str(line.line) for line in opened.rejected[:10])
        raise InvalidData(
            f"{file}: {len(opened.rejected)} lines have another number of cells than the "
            f"header (lines {lines}): mend them, or give the workbook"
        )
    return split(opened.columns, rows)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _show(rows: Iterable[Sequence[str]]) -> None:
    """Columns side by side; characters of double width counted as two."""
    cut = [[cell if len(cell) <= 60 else cell[:59] + "…" for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cut, strict=True)]
    for row in cut:
        padded = (cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
