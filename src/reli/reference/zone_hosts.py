"""Where zones lie: development zones, new areas, free-trade and bonded zones, with their hosts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, MissingFile, Problems
from reli.reference.divisions import counties, divisions_at
from reli.reference.tables import read_shipped, read_text_table
from reli.reference.units import cities_without_counties
from reli.texts import remembered

__all__ = ["KINDS", "check", "zone_hosts"]

KINDS = ("economic", "high_tech", "new_area", "free_trade", "bonded", "airport", "other")


@remembered
def zone_hosts(own: Path | None = None) -> pa.Table:
    """National zones and new areas, and large provincial ones, with the counties they lie in.

    Args:
        own: a user's table in the same form (CSV, UTF-8). Its rows replace those of the same
            province, city and name; others are added. `aliases`, `principal`,
            `national_since` and `basis` may be left out; a row without host_codes takes a zone
            away. A column `attribution` may say `territory` (see `zone_units`).

    Returns:
        Table of zone_name, kind (of KINDS), province, city (null: several cities, or run by the
        province), host_codes (divisions of 2023 joined by `;`; null where they are not told),
        principal (the host that stands for the zone where an address names nothing else; null
        where none does), aliases (joined by `;`), national_since (year of the State Council's
        approval; null where none or not known to us), basis (editor: written by us from public
        knowledge), spans (whether it lies in several counties).
    """
    shipped = read_shipped("zone_hosts.csv")
    table = _overridden(shipped, own) if own else shipped
    spans = pc.match_substring(pc.fill_null(table["host_codes"], ""), ";")
    return table.append_column("spans", spans)


_KEY = ("province", "city", "zone_name")


def _overridden(shipped: pa.Table, own: Path) -> pa.Table:
    if not own.is_file():
        raise MissingFile(f"{own} does not exist: it is named as the project's own zones")
    table = read_text_table(own)
    lacking = [
        name
        for name in ("zone_name", "kind", "province", "host_codes")
        if name not in table.column_names
    ]
    if lacking:
        raise InvalidData(
            f"{own}: no column {', '.join(lacking)}; the columns are "
            + ", ".join(shipped.column_names)
        )
    rows = [{name: row.get(name) for name in shipped.column_names} for row in table.to_pylist()]
    problems = [*_problems(rows), *_said_twice(rows), *_of_attribution(table)]
    if problems:
        raise Problems(str(own), problems)
    known = {tuple(row[name] for name in _KEY) for row in rows}
    kept = [row for row in shipped.to_pylist() if tuple(row[name] for name in _KEY) not in known]
    return pa.Table.from_pylist([*kept, *filter(_is_somewhere, rows)], schema=shipped.schema)


def _is_somewhere(row: Mapping[str, str | None]) -> bool:
    return bool(row["host_codes"])


def check() -> None:
    """Check hosts and parents against the divisions of 2023.

    Raises:
        InvalidData: what does not hold, all together.
    """
    rows = zone_hosts().to_pylist()
    problems = [*_said_twice(rows), *_problems(rows)]
    if problems:
        raise InvalidData("zone_hosts.csv: " + "; ".join(problems))


def _problems(rows: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    known = {*counties(2023)["division_code"].to_pylist()}
    known |= {*cities_without_counties(2023)["unit"].to_pylist()}
    names = {*divisions_at(2023)["name"].to_pylist(), None}
    for row in rows:
        hosts = row["host_codes"].split(";") if row["host_codes"] else []
        yield from (f"{row['zone_name']}: no division {code}" for code in {*hosts} - known)
        if row["principal"] and row["principal"] not in hosts:
            yield f"{row['zone_name']}: its principal is no host"
        if row["kind"] not in KINDS:
            yield f"{row['zone_name']}: kind {row['kind']!r}, expected one of {', '.join(KINDS)}"
        yield from (
            f"{row['zone_name']}: no division {row[level]!r}"
            for level in ("province", "city")
            if row[level] not in names
        )


def _of_attribution(table: pa.Table) -> list[str]:
    """A user's own rows may say where the zone's firms count, whatever the project says."""
    return [
        f"{row['zone_name']}: attribution {row['attribution']!r}, expected one of territory, "
        "administration, or nothing"
        for row in table.to_pylist()
        if row.get("attribution") not in (None, "", "territory", "administration")
    ]


def _said_twice(rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """Names, aliases included, that stand for zones of different hosts in one city."""
    hosts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        for name in {row["zone_name"] or "", *(row["aliases"] or "").split(";")} - {""}:
            hosts[row["province"] or "", row["city"] or "", name].add(row["host_codes"] or "")
    return [f"{name}: stands twice" for (_, _, name), found in hosts.items() if len(found) > 1]
