"""Tables in the format that a client asks for: by suffix, else by its Accept header."""

import io
import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow.parquet as pq

__all__ = ["FORMATS", "as_json", "chosen_format", "encoded"]

FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}


def as_json(value: object) -> bytes:
    """JSON in UTF-8; numbers that are none become null."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def chosen_format(accept: str, offered: Mapping[str, str]) -> str | None:
    """The format that an Accept header likes best; None where it takes none of those offered."""
    wanted = []
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (each.strip() for each in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            wanted.append((-float(quality), place, kind))
        except ValueError:
            continue
    for negative, _, kind in sorted(wanted):
        for name, mediatype in offered.items():
            is_any = kind == "*/*" or (kind.endswith("/*") and mediatype.startswith(kind[:-1]))
            if negative < 0 and (kind == mediatype or is_any):
                return name
    # Browsers and spreadsheets that say nothing get what comes first.
    return next(iter(offered)) if not accept.strip() else None


def encoded(rows: pl.DataFrame, form: str, around: Mapping[str, Any]) -> bytes:
    """Rows in a format.

    Args:
        rows: the table.
        form: one of FORMATS without geometry.
        around: what stands beside the rows in JSON.
    """
    if form == "csv":
        # Excel takes a file without the mark for one in the system's own encoding.
        return b"\xef\xbb\xbf" + rows.write_csv().encode()
    if form == "parquet":
        sink = io.BytesIO()
        pq.write_table(rows.to_arrow(), sink, compression="zstd")
        return sink.getvalue()
    if form == "xlsx":
        return _workbook(rows)
    return as_json({**around, "rows": rows.to_dicts()})


def _workbook(rows: pl.DataFrame) -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(sink, options)
    sheet = book.add_worksheet("data")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(rows.columns):
        sheet.write_string(0, column, name)
        sheet.write_column(1, column, rows[name].to_list())
    sheet.autofilter(0, 0, max(rows.height, 1), max(rows.width - 1, 0))
    book.close()
    return sink.getvalue()
