"""What lists and works say of enterprises, asked of a register of any size at once.

The very name or code settles most questions: they are joined in the database, which spills. The
few others climb the ladder of names in slices, so that neither questions nor register need fit
into memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import ibis
import polars as pl
import pyarrow as pa

from reli.engine import Engine, give_back, parquet_writer, read_batches, row_count
from reli.linkage.candidates import MEANT, bearers, narrowed, still_open
from reli.linkage.climbing import ASKED, LINK, climbed, is_hit, with_keys
from reli.linkage.match import plain_code
from reli.linkage.names import name_key, without_remark
from reli.linkage.outsiders import outsider_ids

__all__ = ["ANSWER", "Climbed", "Questions", "ask", "with_question_keys"]

ANSWER = (*LINK, "outsider_id")
"""What a question is answered; who is no enterprise has the key of an outsider."""
_KEYS = {"name_key": pa.string(), "plain_code": pa.string(), "is_bare": pa.bool_()}
"""Keys of a question, and whether its name is said without a remark."""
_NOTHING = {True: "\0", False: -1}
"""No text is this, and no number; that it is none, the database must not know."""
_SLICE = 200_000
_LADDER = 100_000
"""Questions that climb at a time: whom they could mean is in memory, several enterprises each."""


@dataclass(frozen=True)
class Questions:
    """Questions of one kind, and where their answers shall be."""

    rows: Path
    """Parquet table of what is said, each question once, as `with_question_keys` gives it."""
    out: Path
    """Parquet table to write: the rows without their keys, with ANSWER; ordered by what is said."""
    said: tuple[str, ...] = ASKED
    """Columns of ASKED that there are."""
    before: Path | None = None
    """What was answered the last time: asked again is only what may be answered otherwise now."""


@dataclass(frozen=True)
class Climbed:
    """Questions that neither name nor code settles, and whom they could mean."""

    answers: Path
    """Parquet table: these questions with ANSWER."""
    meant: Path
    """Parquet table of the enterprises that they could mean, in the form of the register."""


def with_question_keys(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with columns of ASKED, and perhaps others, with the keys of its questions."""
    said = _said(batch)
    bare = without_remark(said["name"])
    keys = {
        "name_key": name_key(bare),
        "plain_code": plain_code(said["credit_code"]),
        "is_bare": (bare == said["name"]).fill_null(False),
    }
    for name, column in keys.items():
        batch = batch.append_column(name, column.to_arrow().cast(_KEYS[name]))
    return batch


def ask(
    questions: Sequence[Questions],
    register: Sequence[Path],
    engine: Engine,
    scratch: Path,
    out: Climbed,
    *,
    before: Climbed | None = None,
    come: Sequence[Path] = (),
) -> None:
    """Ask a register which enterprises are meant.

    Args:
        questions: what is asked; all is held against the register in the same passes.
        register: Parquet tables of linked enterprises (see reli.linkage.entities.identify).
        engine: evaluates the joins.
        scratch: folder for what lies between.
        out: where to write the questions that climbed, and whom they could mean.
        before: the same of the last time; whom a question could mean then is not looked for again.
        come: tables of the register that were not there the last time; the others are as they were.
    """
    with TemporaryDirectory(dir=_made(scratch)) as name:
        folder = Path(name)
        looking = _Looking(register, engine, folder, before, come)
        asking = [_Asking(each, come, engine, folder / str(n)) for n, each in enumerate(questions)]
        hits = looking.bearers([each.opened for each in asking])
        for each in asking:
            each.settle(hits)
        rest = folder / "rest.parquet"
        left = ibis.union(*(each.rest() for each in asking), distinct=True)
        engine.write(left, rest, order_by=ASKED)
        whom, found = looking.whom(rest), folder / "climbed.parquet"
        _climb(rest, found, whom, engine)
        for each in asking:
            each.write(engine.table(found))
        climbed = _all_climbed(engine, found, asking, before)
        engine.write(climbed, out.answers, order_by=ASKED)
        _write_meant(looking.meant(out.answers, whom), register, out.meant, engine)


def _all_climbed(
    engine: Engine, found: Path, asking: "Sequence[_Asking]", before: "Climbed | None"
) -> ibis.Table:
    """Questions that climbed now, and those before of which the answer still holds."""
    now = engine.table(found)
    if before is None:
        return now
    old = engine.table(before.answers)
    old = old.anti_join(now, _same(old, now))
    parts = [
        old.semi_join(each.kept, _same(old, each.kept)) for each in asking if each.kept is not None
    ]
    return ibis.union(now, *parts, distinct=True)


def _write_meant(
    tables: Sequence[Path], register: Sequence[Path], out: Path, engine: Engine
) -> None:
    rows = engine.table(tables or register)
    rows = rows.select(MEANT).distinct() if tables else rows.select(MEANT).limit(0)
    engine.write(rows, out, order_by=MEANT)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class _Looking:
    """Where enterprises are looked for.

    Of questions that climbed before, among whom they could mean then and who has come; of others,
    in the whole register.
    """

    def __init__(
        self,
        register: Sequence[Path],
        engine: Engine,
        folder: Path,
        before: Climbed | None,
        come: Sequence[Path],
    ) -> None:
        self._register, self._engine, self._folder = [*register], engine, folder
        self._before = before
        self._few = [before.meant, *come] if before else []
        self._bearers: list[Path] = []

    def bearers(self, questions: Sequence[Path]) -> ibis.Table:
        """Who has the name or code of a question, or had the name: enterprise_id, name_key."""
        for tables, paths in self._split(questions, "asked"):
            if any(map(row_count, paths)):
                place = Path(mkdtemp(dir=self._folder))
                self._bearers += bearers(_batches(paths), tables, place, self._engine)
        columns = ("enterprise_id", "name_key")
        if not self._bearers:
            return self._engine.table(self._register).select(*columns).limit(0)
        hits = self._engine.table(self._bearers).select(*columns)
        # Who was meant before stands in the register too.
        return hits.distinct() if self._before else hits

    def whom(self, rest: Path) -> list[Path]:
        """Tables of those whom questions could mean."""
        found = []
        for tables, (path,) in self._split([rest], "rest"):
            found += self._narrowed(path, tables, self._bearers)
        return found

    def meant(self, climbed: Path, whom: Sequence[Path]) -> list[Path]:
        """Whom all questions that climbed could mean, now or before."""
        tables = [*self._few, *whom]
        return self._narrowed(climbed, tables, tables) if self._before else [*whom]

    def _narrowed(
        self, questions: Path, tables: Sequence[Path], named: Sequence[Path]
    ) -> list[Path]:
        if not row_count(questions):
            return []
        asked = (
            still_open(with_keys(_said(batch)), named, self._engine)
            for batch in _batches([questions])
        )
        return narrowed(asked, tables, Path(mkdtemp(dir=self._folder)), self._engine)

    def _split(
        self, questions: Sequence[Path], name: str
    ) -> Iterator[tuple[list[Path], list[Path]]]:
        """Where to look for which questions."""
        if self._before is None:
            yield self._register, [*questions]
            return
        old = self._engine.table(self._before.answers)
        again: list[Path] = []
        new: list[Path] = []
        for at, path in enumerate(questions):
            rows = self._engine.table(path)
            for kind, found in (("again", rows.semi_join), ("new", rows.anti_join)):
                place = self._folder / f"{name}-{kind}-{at}.parquet"
                self._engine.write(found(old, _same(rows, old)), place, order_by=_order(rows))
                (again if kind == "again" else new).append(place)
        yield self._few, again
        yield self._register, new


class _Asking:
    """Questions of one kind on their way."""

    def __init__(
        self, questions: Questions, come: Sequence[Path], engine: Engine, folder: Path
    ) -> None:
        self._questions, self._engine = questions, engine
        self._rows = engine.table(questions.rows)
        self.opened = questions.rows
        """Questions that are asked."""
        self.kept: ibis.Table | None = None
        """Answers of the last time that still hold."""
        if questions.before is not None:
            folder.mkdir()
            self.kept = engine.keep(self._still_known(questions.before, come, folder))
            self.opened = folder / "opened.parquet"
            rest = self._rows.anti_join(self.kept, _same(self._rows, self.kept))
            engine.write(rest, self.opened, order_by=questions.said)

    def _still_known(self, before: Path, come: Sequence[Path], folder: Path) -> ibis.Table:
        """Answers of the last time that nobody who has come can change."""
        old = self._engine.table(before).select(*self._questions.said, *ANSWER)
        there = self._rows.inner_join(old, _same(self._rows, old), rname="{name}_old")
        there = there.select(*self._rows.columns, *ANSWER)
        if not come:
            return there
        # A remark may be part of a name that has come: such are asked again.
        bare, firms = there.filter(there.is_bare), self._engine.table(come)
        is_settled = bare.link_confidence == "exact"
        exact = bare.filter(is_settled).anti_join(firms, "name_key")
        exact = exact.anti_join(firms, [("plain_code", "enterprise_id")])
        others = bare.filter(~is_settled)
        hits = self._hits(others, come, folder / "maybe.parquet")
        return ibis.union(exact, others.anti_join(hits, _same(others, hits)))

    def _hits(self, answered: ibis.Table, come: Sequence[Path], maybe: Path) -> ibis.Table:
        """Questions that could mean enterprises which have come."""
        said = self._questions.said
        names = [*said, "link_confidence", "link_method"]
        self._engine.write(answered.select(names), maybe, order_by=said)
        found = [pl.DataFrame(schema=dict.fromkeys(ASKED, pl.String))]
        for batch in _batches([maybe]):
            rows = pl.DataFrame(batch)
            rows = pl.concat([_said(batch), rows.drop(said)], how="horizontal")
            found.append(rows.filter(is_hit(rows, come, self._engine)).select(ASKED))
        return self._engine.memory_table(_texts(pl.concat(found)))

    def settle(self, hits: ibis.Table) -> None:
        """Answer what the very name or code settles.

        Args:
            hits: enterprises that have a question's name or code: enterprise_id, name_key.
        """
        # Asked twice rather than kept: what is kept takes the memory that the ladder needs.
        self._settled = _settled(self._engine.table(self.opened), hits)

    def rest(self) -> ibis.Table:
        """What is left: ASKED."""
        rows = self._settled.filter(self._settled.enterprise_id.isnull())
        return rows.select(**{name: _column(rows, name) for name in ASKED})

    def write(self, found: ibis.Table) -> None:
        """Write the questions with what settled them, or what the ladder answers."""
        settled = self._settled
        # Where the database knows of no null, a column is of another kind in the file.
        carried = {
            name: settled[name].nullif(_NOTHING[settled[name].type().is_string()])
            for name in settled.columns
            if name not in ANSWER
        }
        joined = settled.left_join(
            found.rename({f"found_{name}": name for name in ANSWER}), _same(settled, found)
        )
        exact = {
            "enterprise_id": joined.enterprise_id,
            "link_role": "self",
            "link_confidence": "exact",
            "link_method": joined.link_method,
            "link_candidates": "",
            "outsider_id": ibis.null("string"),
        }
        is_settled = joined.enterprise_id.notnull()
        answers = {
            name: ibis.ifelse(is_settled, exact[name], joined[f"found_{name}"]) for name in ANSWER
        }
        whole = joined.select(**carried, **answers)
        if self.kept is not None:
            whole = ibis.union(whole, self.kept.select(whole.columns))
        self._engine.write(whole, self._questions.out, order_by=self._questions.said)


def _settled(rows: ibis.Table, hits: ibis.Table) -> ibis.Table:
    """Questions with the enterprise that alone has their very name, or has their code and name.

    A code goes before a name: of a question with a code the name alone settles nothing.
    """
    named = hits.group_by("name_key").aggregate(
        bearers=lambda t: t.count(), by_name=lambda t: t.enterprise_id.min()
    )
    coded = hits.select(by_code="enterprise_id", key_by_code="name_key").distinct()
    found = rows.left_join(named, "name_key").drop("name_key_right")
    found = found.left_join(
        coded, (found.plain_code == coded.by_code) & (found.name_key == coded.key_by_code)
    )
    is_alone = found.plain_code.isnull() & (found.bearers == 1)
    by_name = ibis.ifelse(is_alone, found.by_name, ibis.null("string"))
    code = ibis.coalesce(found.by_code, by_name)
    method = ibis.ifelse(found.by_code.notnull(), "credit_code", "name")
    return found.select(
        *(name for name in rows.columns if name not in _KEYS),
        enterprise_id=ibis.ifelse(found.is_bare, code, ibis.null("string")),
        link_method=method,
    )


def _climb(rest: Path, out: Path, whom: Sequence[Path], engine: Engine) -> None:
    """Write what the ladder answers to questions: ASKED, ANSWER."""
    schema = pa.schema(dict.fromkeys((*ASKED, *ANSWER), pa.string()))
    with parquet_writer(out, schema) as write:
        for batch in _batches([rest], _LADDER):
            found = climbed(_said(batch), whom, engine)
            outside = outsider_ids(found["name"].set(found["enterprise_id"].is_not_null(), None))
            table = _texts(found.with_columns(outsider_id=pl.Series(outside)))
            write(table.combine_chunks().to_batches()[0])
            del found, table
            give_back()


def _batches(tables: Sequence[Path], rows: int = _SLICE) -> Iterator[pa.RecordBatch]:
    """Rows of tables in slices that fit into memory."""
    for table in tables:
        yield from read_batches(table, rows)


def _said(batch: pa.RecordBatch) -> pl.DataFrame:
    """ASKED; null where a column is missing."""
    nothing = pa.nulls(batch.num_rows, pa.string())
    there = batch.schema.names
    columns = {name: batch[name] if name in there else nothing for name in ASKED}
    return pl.DataFrame(pa.table(columns), schema=dict.fromkeys(ASKED, pl.String))


def _texts(rows: pl.DataFrame) -> pa.Table:
    return rows.to_arrow().cast(pa.schema(dict.fromkeys(rows.columns, pa.string())))


def _order(rows: ibis.Table) -> list[str]:
    return [name for name in ASKED if name in rows.columns]


def _column(rows: ibis.Table, name: str) -> ibis.Value:
    return rows[name] if name in rows.columns else ibis.null("string")


def _same(rows: ibis.Table, others: ibis.Table) -> list[ibis.Value]:
    """That two questions say the same; of a column that is missing, nothing."""
    return [
        _column(rows, name).fill_null("") == _column(others, name).fill_null("") for name in ASKED
    ]
