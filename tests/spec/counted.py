"""Tables written as text."""

import datetime

import polars as pl
import pyarrow as pa

from reli.indicators import Units

CHIPS, GREEN = "新一代信息技术", "节能环保"
COUNTIES = {"330108": "330000", "330122": "330000", "320102": "320000"}

STRING, DAY, NUMBER = pa.string(), pa.date32(), pa.float64()
KINDS = {
    **dict.fromkeys(
        ("founded_date", "ended_date", "notice_date", "valid_from", "valid_to", "revoked_date",
         "listed_date", "delisted_date", "granted_date", "registered_date"),
        DAY,
    ),
    "industries": pa.list_(STRING),
    "ipc_industries": pa.list_(STRING),
    "is_counted": pa.bool_(),
    "is_shared": pa.bool_(),
    "is_consolidated": pa.bool_(),
    "insured_employees": pa.int32(),
    "year": pa.int32(),
    "share": NUMBER,
    "value": NUMBER,
}  # fmt: skip
WORDS = {"chips": CHIPS, "green": GREEN}
DEFAULTS = {
    "enterprises": {"status": "alive", "is_counted": True, "industries": [], "founded_date": None,
                    "ended_date": None, "place_code": None},
    "recognitions": {"notice_date": None, "batch": None, "revoked_date": None},
    "listings": {"listed_date": None, "delisted_date": None},
    "holdings": {"valid_from": None, "valid_to": None, "share": None, "is_consolidated": None},
    "patents": {"granted_date": datetime.date(2020, 1, 1)},
    "software_copyrights": {"registered_date": datetime.date(2020, 1, 1)},
    "county_totals": {"state": None, "industry": None},
    "coverage": {"year": None},
}  # fmt: skip


def table(text, name=""):
    """A table from lines of cells between `|`; an empty cell is missing, `a+b` a list."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    header, *cells = rows
    columns = dict(zip(header, zip(*cells, strict=True), strict=True)) if cells else {}
    values = {
        head: [value(cell, KINDS.get(head, STRING)) for cell in column]
        for head, column in columns.items()
    }
    for head, default in DEFAULTS.get(name, {}).items():
        values.setdefault(head, [default] * len(cells))
    if name == "enterprises":
        values["industries"] = [each or [] for each in values["industries"]]
    return pa.table({head: pa.array(v, KINDS.get(head, STRING)) for head, v in values.items()})


def value(cell, kind):
    if not cell:
        return None
    if kind == DAY:
        return datetime.date.fromisoformat(cell)
    if pa.types.is_list(kind):
        return [WORDS.get(each, each) for each in cell.split("+")]
    if pa.types.is_boolean(kind):
        return cell == "yes"
    if pa.types.is_integer(kind):
        return int(cell)
    return float(cell) if kind == NUMBER else WORDS.get(cell, cell)


def county_units(counties=COUNTIES):
    units = pl.DataFrame({"unit": list(counties), "province_code": list(counties.values())})
    return Units(units, units.select("unit", place="unit"))
