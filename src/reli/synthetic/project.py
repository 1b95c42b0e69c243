"""Writes the invented country as a project folder, with the truth beside it."""

import io
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from reli.engine import Progress, Quiet, atomic
from reli.errors import InvalidSetting
from reli.synthetic.codes import CreditCodes
from reli.synthetic.lists import List, listings, rankings, recognitions
from reli.synthetic.names import Names
from reli.synthetic.population import Country, invent
from reli.synthetic.register import COLUMNS, Part, Register

__all__ = ["FEWEST", "MOST", "synthesise"]

FEWEST, MOST = 100, 5_000_000
_SETTINGS = "reli.toml"

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

[[sources]]
table = "enterprises"
path = "register.csv"
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

    The same number and seed give the same bytes. `reli.toml` is written last: a folder that has it
    is whole.

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
    country = invent(enterprises, seed)
    names, codes = Names(country), CreditCodes(country)
    _write_register(folder, country, Register(country, names, codes), told)
    told.started("lists")
    lists = [
        *recognitions(country, names, codes),
        listings(country, names, codes),
        rankings(country, names, codes),
    ]
    _write_lists(folder, lists)
    told.finished(f"{sum(len(each.rows) for each in lists):,} rows")
    _write_settings(folder, lists, enterprises, seed)


def _write_register(folder: Path, country: Country, register: Register, told: Progress) -> None:
    told.started("register")
    short: list[int] = []
    line = 2
    with (
        atomic(folder / "sources" / "register.csv") as path,
        atomic(folder / "truth" / "enterprises.parquet") as truth_path,
        path.open("wb") as file,
        _TruthWriter(truth_path) as write,
    ):
        file.write((",".join(COLUMNS) + "\n").encode())
        for part in register.parts():
            before = [at for at, _ in part.short]
            file.write(_text(part))
            write(part.truth.with_columns(_lines(len(part.rows), before, line)))
            short += [line + at + number for number, at in enumerate(before)]
            line += len(part.rows) + len(before)
            told.advanced(len(part.rows))
    _write_parquet(folder / "truth" / "short_lines.parquet", pl.DataFrame({"source_line": short}))
    told.finished(f"{line - 2:,} lines of {country.size:,} enterprises")


def _text(part: Part) -> bytes:
    """Rows as CSV, with the short lines between them."""
    pieces = []
    start = 0
    for at, text in part.short:
        pieces += [_csv(part.rows[start:at]), text.encode() + b"\n"]
        start = at
    return b"".join([*pieces, _csv(part.rows[start:])])


def _csv(rows: pl.DataFrame, *, header: bool = False) -> bytes:
    written = io.BytesIO()
    # An empty cell is written as nothing, not as a pair of quotes.
    rows.with_columns(pl.col(pl.String).replace("", None)).write_csv(written, include_header=header)
    return written.getvalue()


def _lines(count: int, before: list[int], first: int) -> pl.Series:
    """Line of each row in the file, the short lines counted."""
    rows = pl.Series("source_line", range(count), dtype=pl.Int64)
    return (
        rows
        + first
        + pl.Series(before, dtype=pl.Int64).search_sorted(rows, side="right").cast(pl.Int64)
    )


class _TruthWriter:
    """Writes frames of one schema into one Parquet file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def __enter__(self) -> "_TruthWriter":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()

    def __call__(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow()
        self._writer = self._writer or pq.ParquetWriter(
            self._path, table.schema, compression="zstd"
        )
        self._writer.write_table(table)


def _write_parquet(path: Path, frame: pl.DataFrame) -> None:
    with atomic(path) as place:
        pq.write_table(frame.to_arrow(), place, compression="zstd")


def _write_lists(folder: Path, lists: list[List]) -> None:
    for each in lists:
        with atomic(folder / "sources" / each.file) as path:
            path.write_bytes(_csv(each.rows, header=True))
    truth = pl.concat([each.truth for each in lists])
    _write_parquet(folder / "truth" / "links.parquet", truth)


def _write_settings(folder: Path, lists: list[List], enterprises: int, seed: int) -> None:
    text = _TEMPLATE.format(enterprises=f"{enterprises:,}", seed=seed)
    text += "".join(_SOURCE.format(table=each.table, file=each.file) for each in lists)
    with atomic(folder / _SETTINGS) as path:
        path.write_text(text, encoding="utf-8")
