"""Rows of lists joined to a register that is too large for memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, parquet_files, parquet_writer, row_count, unfinished
from reli.linkage.candidates import keys_there, may_mean, narrowed, near_core, same_key
from reli.linkage.match import MATCH_SCHEMA, Matcher, plain_code
from reli.linkage.names import (
    branch_parent,
    core_key,
    former_in_remark,
    name_key,
    without_remark,
)

__all__ = ["ASKED", "Before", "answer_list", "is_hit", "link_list", "said_by"]

_SLICE = 200_000
ASKED = ("name", "credit_code", "province")
"""What a list says of an enterprise, as far as it matters which one is meant."""
_Columns = tuple[str | Sequence[str], str | None, str | None]
_NOTHING_SAID = pl.DataFrame(schema=dict.fromkeys(ASKED, pl.String))
_LINK = ("enterprise_id", "link_role", "link_confidence", "link_method", "link_candidates")


@dataclass(frozen=True)
class Before:
    """What a list was answered the last time, and what has come into the register since.

    The answer of a row depends on its own words and on the enterprises that share a key with them,
    so that only rows which an enterprise that has come could mean, and rows that are new, are asked
    again.
    """

    linked: Path
    """What `link_list` wrote then."""
    come: tuple[Path, ...] = ()
    """Tables of the register that were not there then; the others are as they were."""


def link_list(
    rows: Path,
    register: Path | Sequence[Path],
    out: Path,
    engine: Engine,
    *,
    name: str | Sequence[str] = "name",
    code: str | None = "credit_code",
    place: str | None = None,
    before: Before | None = None,
) -> tuple[int, int]:
    """Link the rows of a list to enterprises.

    Only the part of the register that shares a key with the list is taken into memory.

    Args:
        rows: Parquet table of the list.
        register: Parquet table, or tables, of linked enterprises (see
            reli.linkage.entities.identify).
        out: Parquet file to write: the rows with enterprise_id (null where there is none),
            link_role, link_confidence, link_method, link_candidates.
        engine: evaluates the joins.
        name: column of the list with the enterprise's name; of several the first with a value.
        code: column of the list with its credit code, if it has one.
        place: column of the list with a province or city, if it has one.
        before: the answers of the last time, where they are known; the result is the same.

    Returns:
        Rows, and rows linked.
    """
    columns = (name, code, place)
    tables = [register] if isinstance(register, Path) else register

    def answered(said: pl.DataFrame) -> pl.DataFrame:
        return _answered(said, tables, engine, before, columns)

    if before is not None or row_count(rows) <= _SLICE:
        return _written(rows, out, columns, answered)
    with TemporaryDirectory(dir=out.parent, prefix=unfinished(out).name) as folder:
        asked = (_asked(_said(table, *columns).unique()) for table in _slices(rows))
        tables = narrowed(asked, tables, Path(folder), engine)
        return _written(rows, out, columns, answered)


def answer_list(
    rows: Path,
    answers: Path,
    out: Path,
    *,
    name: str | Sequence[str] = "name",
    code: str | None = "credit_code",
    place: str | None = None,
) -> tuple[int, int]:
    """Give the rows of a list the answers that were found to what it says.

    Args:
        rows: Parquet table of the list.
        answers: what `link_list` wrote of a list that says all that this one says (see `said_by`).
        out: Parquet file to write; see `link_list`, which would write the same.
        name: column of the list with the enterprise's name; of several the first with a value.
        code: column of the list with its credit code, if it has one.
        place: column of the list with a province or city, if it has one.

    Returns:
        Rows, and rows linked.
    """

    def answered(said: pl.DataFrame) -> pl.DataFrame:
        return _told(said.unique(), answers, (*ASKED,))

    return _written(rows, out, (name, code, place), answered)


def said_by(
    rows: Path, name: str | Sequence[str], code: str | None, place: str | None
) -> pl.DataFrame:
    """What a list says of enterprises, each once: ASKED."""
    found = [_said(table, name, code, place).unique() for table in _slices(rows)]
    return pl.concat([_NOTHING_SAID, *found]).unique()


def _written(
    rows: Path, out: Path, columns: _Columns, answered: Callable[[pl.DataFrame], pl.DataFrame]
) -> tuple[int, int]:
    """Write the rows of a list beside the answers to what they say; rows, and rows linked."""
    read, linked = 0, 0
    with _writer(rows, out) as write:
        for table in _slices(rows):
            said = _said(table, *columns)
            frame = said.join(
                answered(said), on=ASKED, how="left", nulls_equal=True, maintain_order="left"
            )
            write(_beside(table, frame.select(_LINK)))
            read += table.num_rows
            linked += table.num_rows - frame["enterprise_id"].null_count()
    return read, linked


def _slices(rows: Path) -> Iterator[pa.Table]:
    """A list in pieces that fit into memory."""
    for path in parquet_files(rows):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_SLICE):
                yield pa.Table.from_batches([batch])


def _beside(table: pa.Table, more: pl.DataFrame) -> pa.Table:
    columns = [*table.columns, *more.to_arrow().columns]
    return pa.table(columns, names=[*table.column_names, *more.columns])


@contextmanager
def _writer(rows: Path, out: Path) -> Iterator[Callable[[pa.Table], None]]:
    schema = pq.read_schema(parquet_files(rows)[0]).remove_metadata()
    for column in _LINK:
        schema = schema.append(pa.field(column, pa.string()))
    with parquet_writer(out, schema) as write:
        yield lambda table: write(table.cast(schema).combine_chunks().to_batches()[0])


def _answered(
    said: pl.DataFrame,
    register: Sequence[Path],
    engine: Engine,
    before: "Before | None",
    columns: _Columns,
) -> pl.DataFrame:
    """The answer to each distinct row: that of the last time where it still holds."""
    once = said.unique(maintain_order=True)
    if before is None:
        return _linked(once, register, engine)
    known = _known(once, before, engine, columns)
    new = once.join(known, on=ASKED, how="anti", nulls_equal=True, maintain_order="left")
    found = _linked(new, register, engine)
    return pl.concat([known.select(found.columns), found])


def _said(
    table: pa.Table, name: str | Sequence[str], code: str | None, place: str | None
) -> pl.DataFrame:
    """What a list says of each enterprise: name, credit_code, province."""
    empty = pa.nulls(table.num_rows, pa.string())
    columns = table.column_names
    wanted = [name] if isinstance(name, str) else name
    found = [table[each].combine_chunks() for each in wanted if each in columns]
    names = pc.coalesce(*found) if found else empty
    others = [table[each] if each in columns else empty for each in (code, place)]
    said = dict(zip(ASKED, (names, *others), strict=True))
    return pl.DataFrame(pa.table(said), schema=dict.fromkeys(ASKED, pl.String))


def _known(once: pl.DataFrame, before: Before, engine: Engine, columns: _Columns) -> pl.DataFrame:
    """Answers of the last time that still hold: ASKED, _LINK."""
    known = _told(once, before.linked, columns).unique(ASKED, keep="first", maintain_order=True)
    return known.filter(~is_hit(known, before.come, engine))


def _told(once: pl.DataFrame, linked: Path, columns: _Columns) -> pl.DataFrame:
    """Rows of a linked list that say one of several things: ASKED, _LINK."""
    found = [once.clear().with_columns(pl.lit(None, pl.String).alias(name) for name in _LINK)]
    for table in _slices(linked):
        answers = [_said(table, *columns), pl.DataFrame(table.select(list(_LINK)))]
        whole = pl.concat(answers, how="horizontal")
        found.append(whole.join(once, on=ASKED, how="semi", nulls_equal=True))
    return pl.concat(found)


def is_hit(answers: pl.DataFrame, come: Sequence[Path], engine: Engine) -> pl.Series:
    """Whether a row could mean one of some enterprises, on any rung of the ladder.

    Args:
        answers: name, credit_code, province, and the answers so far: link_confidence, link_method.
        come: Parquet tables of linked enterprises.
        engine: evaluates the joins.
    """
    if not come or answers.is_empty():
        return pl.repeat(False, answers.height, dtype=pl.Boolean, eager=True)
    # What code or name has settled, nothing but another of that code or name can unsettle.
    is_settled = answers["link_confidence"] == "exact"
    hit = _shares_name_or_code(answers, come, engine)
    rest = answers.filter(~is_settled)
    if not rest.is_empty():
        hit = hit.scatter((~is_settled).arg_true(), _is_hit_on_any_rung(rest, come, engine))
    return hit


def _shares_name_or_code(answers: pl.DataFrame, come: Sequence[Path], engine: Engine) -> pl.Series:
    """Whether an enterprise has a row's code or its very name."""
    rows = pl.DataFrame(
        {
            "name_key": name_key(without_remark(answers["name"])),
            "enterprise_id": plain_code(answers["credit_code"]),
        }
    )
    return keys_there(rows, come, engine)


def _is_hit_on_any_rung(answers: pl.DataFrame, come: Sequence[Path], engine: Engine) -> pl.Series:
    asked = _asked(answers.select(ASKED))
    hit = may_mean(asked, come, engine, near=False)
    # Names without their place or a slip apart count only where nothing better was found.
    is_last = answers["link_method"].is_in(["place_left_out", "one_edit"])
    is_open = (answers["link_confidence"] == "none") | is_last
    if not is_open.any():
        return hit
    near = may_mean(asked.filter(is_open.to_arrow()), come, engine, near=True)
    return hit | is_open.clone().scatter(is_open.arg_true(), near)


def _linked(said: pl.DataFrame, register: Sequence[Path], engine: Engine) -> pl.DataFrame:
    """What the ladder of names answers to each row: ASKED, _LINK."""
    if said.is_empty():
        return said.with_columns(pl.lit(None, pl.String).alias(name) for name in _LINK)
    asked = _asked(said)
    answers = _answers(asked, same_key(asked, register, engine), near=False)
    answers = _second_look(asked, answers, register, engine)
    keys = answers["matched_credit_code"]
    said = said.with_columns(keys.set(keys == "", None).alias("enterprise_id"))
    names = ("role", "confidence", "method", "candidates")
    return said.with_columns(answers[name].alias(f"link_{name}") for name in names)


def _answers(asked: pa.Table, candidates: pa.Table, *, near: bool = True) -> pl.DataFrame:
    """What the matcher says of each row; without `near` no name that is a slip apart."""
    matcher = Matcher(candidates)
    rows = asked.select(list(ASKED)).combine_chunks()
    found = [matcher.match(each, near=near) for each in rows.to_batches()]
    return pl.DataFrame(pa.Table.from_batches(found, schema=MATCH_SCHEMA))


def _second_look(
    asked: pa.Table, answers: pl.DataFrame, register: Sequence[Path], engine: Engine
) -> pl.DataFrame:
    """Rows without an answer, against enterprises whose core may be one edit away."""
    is_open = (answers["confidence"] == "none") & pl.Series(asked["core_key"]).is_not_null()
    if not is_open.any():
        return answers
    open_rows = asked.filter(is_open.to_arrow())
    second = _answers(open_rows, near_core(open_rows, register, engine))
    places = pl.Series("row", range(answers.height)).filter(is_open)
    return (
        answers.with_row_index("row", offset=0)
        .with_columns(pl.col("row").cast(pl.Int64))
        .update(second.with_columns(places.cast(pl.Int64)), on="row")
        .sort("row")
        .drop("row")
    )


def _asked(said: pl.DataFrame) -> pa.Table:
    """What the list says of each enterprise, with the keys that may find it."""
    keys = name_key(without_remark(said["name"]))
    parents = branch_parent(keys)
    whole = said.with_columns(
        plain_code(said["credit_code"]).alias("plain_code"),
        keys.alias("name_key"),
        core_key(keys).alias("core_key"),
        parents.alias("parent_key"),
        core_key(parents).alias("parent_core"),
        name_key(former_in_remark(said["name"])).alias("other_key"),
    ).to_arrow()
    return whole.cast(pa.schema([(name, pa.string()) for name in whole.column_names]))
