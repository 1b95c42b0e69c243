"""Writes the invented country as a project folder, with the truth beside it, part by part."""

import io
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Progress, Quiet, atomic
from reli.errors import InvalidSetting
from reli.synthetic.codes import CreditCodes
from reli.synthetic.defects import with_defects
from reli.synthetic.draw import stream
from reli.synthetic.entries import Entries, People
from reli.synthetic.landscape import Landscape, landscape
from reli.synthetic.leaders import Largest, holdings, listings
from reli.synthetic.lists import coverage, recognitions
from reli.synthetic.names import Names
from reli.synthetic.outsiders import outsiders
from reli.synthetic.planted import YEARS, Planted
from reli.synthetic.population import Country, parts_of
from reli.synthetic.register import COLUMNS, Part, Register
from reli.synthetic.works import Works, copyrights, patents

__all__ = ["FEWEST", "MOST", "synthesise"]

FEWEST, MOST = 10, 100_000_000
_SETTINGS = "reli.toml"
_FIRST_STOCK_CODE = 990_001
_COMPLETE = 3
"""Of a province's counties every so manieth states its number of 规上 enterprises."""

_TEMPLATE = """\
# 合成演示数据: an invented country; no enterprise in it exists.
# {enterprises} enterprises, seed {seed}.

name = "synthetic"
title = "合成演示数据：战略性新兴产业区域热力值评价"

reference_year = 2023
vintage = 2023
universe = "units-2023"
framework = "heat-2024"
is_synthetic = true

source_note = "合成演示数据"
"""
_SOURCE = """
[[sources]]
table = "{table}"
path = "{file}"
"""


def synthesise(
    folder: Path, *, enterprises: int, seed: int, progress: Progress | None = None
) -> None:
    """Write a complete project folder of an invented country.

    The same number and seed give the same bytes. Memory does not grow with the number: the
    country is made in parts. `reli.toml` is written last: a folder that has it is whole.

    Args:
        folder: where the project goes; made if need be.
        enterprises: how many; the register has a few lines more, since some stand twice.
        seed: chooses the country.
        progress: told of the steps.

    Raises:
        InvalidSetting: the folder has a project already, or the number is out of range.
    """
    if (folder / _SETTINGS).exists():
        raise InvalidSetting(
            f"{folder / _SETTINGS} is already there: synthesise overwrites nothing; "
            "name another folder"
        )
    if not FEWEST <= enterprises <= MOST or seed < 0:
        raise InvalidSetting(
            f"{enterprises} enterprises with seed {seed}: expected {FEWEST:,} to {MOST:,} "
            "and a seed that is not negative"
        )
    told = progress or Quiet()
    told.started("country")
    land, planted, largest = landscape(seed), Planted(landscape(seed).codes), Largest()
    with ExitStack() as stack:
        writer = _Writer(folder, stack, seed)
        for country in parts_of(enterprises, seed):
            _write_part(writer, country, planted, largest)
            told.advanced(country.size)
        writer.entries(largest.rankings(enterprises, land, seed, planted))
        writer.truth("outsiders", outsiders(seed).located(land.codes))
        writer.rows("coverage.csv", "coverage", coverage(land, seed))
        writer.rows("county_totals.csv", "county_totals", _county_totals(land, planted))
        # Last, when all has been counted.
        for table in planted.tables():
            writer.truth("indicators", table)
    told.finished(
        f"{enterprises:,} enterprises, {writer.lines:,} lines in {len(writer.files)} files"
    )
    _write_settings(folder, writer.files, enterprises, seed)


def _write_part(writer: "_Writer", country: Country, planted: Planted, largest: Largest) -> None:
    people = People(country, Names(country), CreditCodes(country), outsiders(country.seed))
    writer.register(Register(country, people.names, people.codes).written())
    planted.add_enterprises(country)
    for entries in recognitions(people, planted):
        writer.entries(entries)
    first_code = _FIRST_STOCK_CODE + writer.rows_of("listings.csv")
    entries, listed = listings(people, first_code, planted)
    writer.entries(entries)
    writer.plain("holdings.csv", "holdings", Works(*holdings(people, listed)))
    for file, table, make in (
        ("patents.csv", "patents", patents),
        ("software_copyrights.csv", "software_copyrights", copyrights),
    ):
        writer.plain(file, table, make(people, 1 + writer.rows_of(file), planted))
    largest.add(people)


def _county_totals(land: Landscape, planted: Planted) -> pl.DataFrame:
    """Some counties' own numbers of 规上 enterprises, as their yearbooks have them."""
    at = np.arange(0, len(land.codes), _COMPLETE * 10)
    found = []
    for year in YEARS:
        counts = planted.of("industrial_above_size", year)[0][at]
        found.append(
            pl.DataFrame(
                {
                    "区划代码": pl.Series(land.codes).gather(at),
                    "年份": pl.Series([str(year)]).new_from_index(0, len(at)),
                    "指标": pl.Series(["industrial_above_size"]).new_from_index(0, len(at)),
                    "产业": pl.Series(["综合"]).new_from_index(0, len(at)),
                    "数值": counts,
                }
            )
        )
    return pl.concat(found)


class _Writer:
    """Files that grow part by part and appear together."""

    def __init__(self, folder: Path, stack: ExitStack, seed: int) -> None:
        self._folder = folder
        self._seed = seed
        self._stack = stack
        self._open: dict[str, IO[bytes]] = {}
        self._truth: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self.files: dict[str, str] = {}
        """Table of each file, in the order of their beginning."""
        self._line = 2

    @property
    def lines(self) -> int:
        """Lines written, headers left out."""
        return self._line - 2 + sum(self._rows.values())

    def rows_of(self, file: str) -> int:
        """Rows written to a file so far."""
        return self._rows.get(file, 0)

    def register(self, part: Part) -> None:
        """Rows of the register with the short lines between them, and their truth."""
        before = [at for at, _ in part.short]
        out = self._file("register.csv", "enterprises", COLUMNS)
        out.write(_text(part))
        truth = part.truth.with_columns(_lines(len(part.rows), before, self._line))
        self.truth("enterprises", truth)
        torn = [self._line + at + number for number, at in enumerate(before)]
        self._defects("register.csv", _register_defects(truth, torn))
        self._line += len(part.rows) + len(before)

    def entries(self, entries: Entries) -> None:
        """Rows of a list, and whom they mean."""
        places = self.rows(entries.file, entries.table, entries.rows)
        self._means("links", places, entries.links)

    def plain(self, file: str, table: str, works: Works) -> None:
        """Rows with a truth of their own."""
        places = self.rows(file, table, works.rows)
        self._means(table, places, works.links)

    def _means(self, name: str, places: pl.DataFrame, links: pl.DataFrame) -> None:
        self.truth(name, pl.concat([places, links], how="horizontal").sort("source_line"))

    def rows(self, file: str, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows behind those that are there, defective ones among them; where each right one is."""
        first = self.rows_of(file)
        flawed = with_defects(stream(self._seed, f"defects/{file}", first), table, rows)
        self._file(file, table, tuple(rows.columns)).write(_csv(flawed.rows))
        self._rows[file] = first + len(flawed.rows)
        line = pl.col("row") + first + 2
        self._defects(file, flawed.defects.select(source_line=line, defect="defect"))
        places = pl.DataFrame({"row": flawed.place}).select(source_line=line)
        return places.select(pl.lit(file).alias("file"), "source_line")

    def _defects(self, file: str, found: pl.DataFrame) -> None:
        """Lines that must not arrive."""
        self.truth("defects", found.select(pl.lit(file).alias("file"), pl.all()))

    def truth(self, name: str, frame: pl.DataFrame) -> None:
        """Rows of a table of the truth."""
        table = frame.to_arrow()
        plain = pa.schema(
            [field.with_type(_PLAIN.get(str(field.type), field.type)) for field in table.schema]
        )
        if name not in self._truth:
            path = self._stack.enter_context(atomic(self._folder / "truth" / f"{name}.parquet"))
            writer = pq.ParquetWriter(path, plain, compression="zstd")
            self._truth[name] = self._stack.enter_context(writer)
        self._truth[name].write_table(table.cast(plain))

    def _file(self, file: str, table: str, columns: tuple[str, ...]) -> IO[bytes]:
        if file not in self._open:
            path = self._stack.enter_context(atomic(self._folder / "sources" / file))
            self._open[file] = self._stack.enter_context(path.open("wb"))
            self._open[file].write((",".join(columns) + "\n").encode())
            self.files[file] = table
        return self._open[file]


_PLAIN: dict[str, pa.DataType] = {"large_string": pa.string(), "string_view": pa.string()}


def _register_defects(truth: pl.DataFrame, torn: list[int]) -> pl.DataFrame:
    """Lines of the register that must be rejected: torn ones, and those that stand again below."""
    again = truth.filter("is_repeated").select("enterprise")
    earlier = truth.filter(~pl.col("is_repeated")).join(again, on="enterprise", how="semi")
    short = pl.DataFrame({"source_line": torn}, schema={"source_line": pl.Int64})
    return pl.concat(
        [
            earlier.select("source_line", pl.lit("repeated").alias("defect")),
            short.with_columns(pl.lit("torn").alias("defect")),
        ]
    ).sort("source_line")


def _text(part: Part) -> bytes:
    """Rows as CSV, with the short lines between them."""
    pieces = []
    start = 0
    for at, text in part.short:
        pieces += [_csv(part.rows[start:at]), text.encode() + b"\n"]
        start = at
    return b"".join([*pieces, _csv(part.rows[start:])])


def _csv(rows: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    # An empty cell is written as nothing, not as a pair of quotes.
    rows.with_columns(pl.col(pl.String).replace("", None)).write_csv(written, include_header=False)
    return written.getvalue()


def _lines(count: int, before: list[int], first: int) -> pl.Series:
    """Line of each row in the file, the short lines counted."""
    rows = pl.Series("source_line", range(count), dtype=pl.Int64)
    return (
        rows
        + first
        + pl.Series(before, dtype=pl.Int64).search_sorted(rows, side="right").cast(pl.Int64)
    )


def _write_settings(folder: Path, tables: dict[str, str], enterprises: int, seed: int) -> None:
    text = _TEMPLATE.format(enterprises=f"{enterprises:,}", seed=seed)
    text += "".join(_SOURCE.format(table=table, file=file) for file, table in tables.items())
    with atomic(folder / _SETTINGS) as path:
        path.write_text(text, encoding="utf-8")
