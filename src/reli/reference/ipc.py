"""From symbols of the International Patent Classification to emerging industries.

A rule names a symbol of any level (section H, class H04, subclass H04W, main group H04W4, group
H04W4/02) and the classes of the second level that it belongs to. Of the symbols that a code lies
under, the longest that has a rule decides; a rule without a class takes its codes out. Behind the
stroke a group lies under all groups whose digits it begins with, as later groups are inserted
decimally (H01L31/0445 under H01L31/04).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from reli.errors import InvalidData, MissingFile, Problems, nearest, no_column
from reli.reference.emerging import OFFICIAL_NAMES, industries_of, is_official, second_level
from reli.reference.tables import read_shipped, read_text_table
from reli.texts import remembered

__all__ = ["Rules", "check", "industries_of_codes", "ipc_rules", "shipped_rules"]

Rules = Mapping[str, tuple[str, ...]]
"""Symbol -> industries; none of them: its codes belong nowhere."""

_SYMBOL = re.compile(r"[A-H]([0-9]{2}([A-Z]([0-9]{1,4}(/[0-9]{2,6})?)?)?)?")
_EVERY = "*"
"""A row of a project's table that takes the place of all shipped ones."""
_BASES = ("editor",)


def shipped_rules() -> pa.Table:
    """The shipped rules: ipc, class_code (several joined by `;`; null: none), basis, subject."""
    return read_shipped("ipc.csv")


@remembered
def ipc_rules(path: Path | None = None, emerging: Path | None = None) -> Rules:
    """The rules of a project: its own rows replace the shipped ones of the same symbol, or extend.

    Args:
        path: a table of the project's own: `ipc`, and `class_code` (such as 1.1) or `industry`,
            several joined by `;`, empty for none; the symbol `*` drops all shipped rules.
        emerging: the project's own table of the emerging industries. Where it is a classification
            with other industries, the shipped rules do not apply.

    Raises:
        MissingFile: no such table.
        Problems: rows that cannot be followed, all together.
    """
    is_own = emerging is not None and not is_official(emerging)
    shipped = {} if is_own else _followed(shipped_rules().to_pylist())
    if path is None:
        return shipped
    rows = _own_rows(path)
    problems = [
        f"line {line}: {each}"
        for line, row in enumerate(rows, 2)
        for each in _complaints(row, industries_of(emerging))
    ]
    if problems:
        raise Problems(str(path), problems)
    own = _followed(rows)
    return own if own.pop(_EVERY, None) is not None else {**shipped, **own}


def industries_of_codes(codes: Iterable[str], rules: Rules) -> list[list[str]]:
    """The industries of each code, by the longest symbol that it lies under."""
    return [list(next((rules[s] for s in _symbols(code) if s in rules), ())) for code in codes]


def _symbols(code: str) -> Iterator[str]:
    """All symbols that a code lies under, itself first."""
    stroke = code.find("/")
    if stroke > 0:
        yield from (code[:end] for end in range(len(code), stroke + 2, -1))
    group = code[:stroke] if stroke > 0 else code
    yield from dict.fromkeys((group, group[:4], group[:3], group[:1]))


def _own_rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise MissingFile(
            f"{path} does not exist: expected a table with the columns ipc, and class_code or "
            "industry; it is named as ipc_rules in reli.toml"
        )
    try:
        table = read_text_table(path)
    except pa.ArrowInvalid as error:
        raise InvalidData(f"{path} is no table of CSV: {error}") from error
    names = table.column_names
    wanted = ("ipc", "class_code" if "industry" not in names else "industry")
    absent = [name for name in wanted if name not in names]
    if absent:
        raise Problems(str(path), [no_column(name, names) for name in absent])
    tidy = [{name: (cell or "").strip() for name, cell in row.items()} for row in table.to_pylist()]
    return [{**row, "ipc": re.sub(r"\s", "", row["ipc"]).upper()} for row in tidy]


def _complaints(row: Mapping[str, str], industries: Sequence[str]) -> Iterator[str]:
    if row["ipc"] != _EVERY and not _SYMBOL.fullmatch(row["ipc"]):
        yield f"ipc {row['ipc']!r}: expected a symbol such as H04W, H04W4 or H04W4/02"
    if row["ipc"] == _EVERY and (row.get("class_code") or row.get("industry")):
        yield "ipc '*' drops the shipped rules: expected no class and no industry beside it"
    for code in _parted(row.get("class_code")):
        if code not in second_level():
            yield f"class_code {code!r}: {nearest(code, list(second_level()))}"
    for name in _industries(row):
        if name not in industries:
            yield f"industry {name!r}: {nearest(name, industries)}"


def _followed(rows: Iterable[Mapping[str, str | None]]) -> dict[str, tuple[str, ...]]:
    """Symbol -> industries; rows of one symbol add up."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        symbol = row["ipc"] or ""
        found[symbol] = tuple(dict.fromkeys((*found.get(symbol, ()), *_industries(row))))
    return found


def _industries(row: Mapping[str, str | None]) -> Iterator[str]:
    """Named as such, or by the class; the ninth is not used."""
    yield from _parted(row.get("industry"))
    classes = _parted(row.get("class_code"))
    yield from (OFFICIAL_NAMES[code[0]] for code in classes if code[0] in OFFICIAL_NAMES)


def _parted(cell: str | None) -> list[str]:
    return [each for part in (cell or "").split(";") if (each := part.strip())]


def check() -> None:
    """Check that each symbol is one, stands once, and that its classes exist.

    Raises:
        InvalidData: what does not hold, all together.
    """
    rows = shipped_rules().to_pylist()
    symbols = [row["ipc"] for row in rows]
    problems = [f"{each}: no symbol" for each in symbols if not _SYMBOL.fullmatch(each)]
    problems += [
        f"{row['ipc']}: no class {code}"
        for row in rows
        for code in _parted(row["class_code"])
        if code not in second_level()
    ]
    problems += [f"{row['ipc']}: no basis" for row in rows if row["basis"] not in _BASES]
    if len(set(symbols)) != len(symbols):
        problems.append("a symbol stands twice")
    if len(rows) != _DECLARED:
        problems.append(f"{len(rows)} symbols, declared are {_DECLARED}")
    if problems:
        raise InvalidData("ipc.csv: " + "; ".join(problems))


_DECLARED = 364
