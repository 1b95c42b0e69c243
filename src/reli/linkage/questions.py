"""What lists and works say of enterprises, asked of a register of any size at once.

The very name or code settles most questions, told by hashes. The few others climb the ladder of
names in slices. What is in memory grows with the questions, some hundred bytes each, and with whom
a slice of those that climb could mean, never with the register.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, give_back, parquet_files, parquet_writer, read_batches
from reli.linkage.answers import NOTHING_ASKED, Answers, asked_of, asked_slices
from reli.linkage.bearers import Bearers, QuestionKeys
from reli.linkage.candidates import IS_FIRST, MEANT, bearers, could_mean, narrowed
from reli.linkage.climbing import ANSWER, ASKED, climbed, is_hit, open_keys
from reli.linkage.keys import Flags, Hashes, KnownKeys, Rows
from reli.linkage.match import plain_code
from reli.linkage.names import is_branch, name_key, without_remark
from reli.linkage.outsiders import outsider_ids

__all__ = ["Climbed", "Questions", "ask", "with_question_keys"]

_KEYS = {"name_key": pa.string(), "plain_code": pa.string(), "is_bare": pa.bool_()}
"""Keys of a question, and whether its name may settle it (see QuestionKeys)."""
_SLICE = 200_000
_LADDER = 100_000
"""Questions that climb at a time: whom they could mean is in memory, several enterprises each."""
_ANSWERED = pa.schema(dict.fromkeys(ANSWER, pa.string()))
_CLIMBED = pa.schema(dict.fromkeys((*ASKED, *ANSWER), pa.string()))


@dataclass(frozen=True)
class Questions:
    """Questions of one kind, and where their answers shall be."""

    rows: Path
    """Parquet table of what is said, each question once, as `with_question_keys` gives it."""
    out: Path
    """Parquet table to write: the rows, in their order, without their keys, with ANSWER."""
    before: Path | None = None
    """What was answered the last time: asked again is only what may be answered otherwise now."""
    is_same: bool = False
    """Whether the questions are those of the last time, in their order."""


@dataclass(frozen=True)
class Climbed:
    """Questions that neither name nor code settles, and whom they could mean."""

    answers: Path
    """Parquet table: these questions with ANSWER, in order of what is said."""
    meant: Path
    """Parquet table of the enterprises that they could mean, in the form of the register."""


def with_question_keys(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with columns of ASKED, and perhaps others, with the keys of its questions."""
    said = asked_of(batch)
    bare = without_remark(said["name"])
    keys = {
        "name_key": (key := name_key(bare)),
        "plain_code": plain_code(said["credit_code"]),
        "is_bare": (bare == said["name"]).fill_null(False) & ~is_branch(key),
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
        engine: passes over the register.
        scratch: folder for what lies between.
        out: where to write the questions that climbed, and whom they could mean.
        before: the same of the last time; whom a question could mean then is not looked for again.
        come: tables of the register that were not there the last time; the others are as they were.
    """
    with TemporaryDirectory(dir=_made(scratch)) as name:
        folder = Path(name)
        past = Answers(before.answers) if before else None
        looking = _Looking(register, engine, folder, before, come)
        asking = [_Asking(each, come, engine) for each in questions]
        is_same = all(each.is_same for each in questions)
        if past:
            for each in asking:
                each.look_back(past, of_kept=not is_same)
        borne = looking.borne(asking)
        for each in asking:
            each.settle(borne)
        give_back()
        rest = pl.concat([each.rest() for each in asking]).unique().sort(ASKED, nulls_last=True)
        at = past.find(rest) if past else np.full(rest.height, -1)
        whom = looking.whom(rest, at >= 0, borne)
        found = folder / "climbed.parquet" if before else out.answers
        _climb(whom, found, engine)
        answers = Answers(found)
        for each in asking:
            each.write(borne, answers)
        if before and past:
            kept = _still_climbed(asking, past.told.num_rows, is_same=is_same)
            _write_climbed(found, before.answers, kept, out.answers)
        meant = looking.meant(out.answers, whom)
        _write_meant(meant, register, out.meant, engine, is_once=not before)


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
        self._few = [before.meant, *come] if before else []

    def borne(self, asking: "Sequence[_Asking]") -> Bearers:
        """Who has the name or code of a question that is asked, or had the name."""
        found = []
        for tables, is_again in ((self._few, True), (self._register, False)):
            names, codes = zip(
                *(each.asked_keys(is_again=is_again) for each in asking), strict=True
            )
            if any(len(each) for each in (*names, *codes)):
                known = [KnownKeys(np.concatenate(each)) for each in (names, codes)]
                found += bearers(known[0], known[1], tables, self._place(), self._engine)
        return Bearers(found)

    def whom(self, rest: pl.DataFrame, is_again: Flags, borne: Bearers) -> "list[_Meant]":
        """Whom questions could mean.

        Args:
            rest: the questions: ASKED.
            is_again: which of them climbed before.
            borne: who bears their names and codes.
        """
        found = []
        for which, tables in ((is_again, self._few), (~is_again, self._register)):
            said = rest.filter(which)
            slices = [*said.iter_slices(_LADDER)] if said.height else []
            keys = (open_keys(each, borne) for each in slices)
            found.append(_Meant(slices, narrowed(keys, tables, self._place(), self._engine)))
        return found

    def meant(self, climbed: Path, whom: "Sequence[_Meant]") -> list[Path]:
        """Whom all questions that climbed could mean, now or before."""
        found = [path for each in whom for path in each.tables]
        if not self._few:
            return found
        tables = [*self._few, *found]
        borne = Bearers(tables)
        keys = (open_keys(said, borne) for said in asked_slices(climbed))
        return narrowed(keys, tables, self._place(), self._engine, apart=False)

    def _place(self) -> Path:
        return Path(mkdtemp(dir=self._folder))


@dataclass(frozen=True)
class _Meant:
    """Whom slices of questions could mean."""

    slices: Sequence[pl.DataFrame]
    tables: Sequence[Path]
    """See `narrowed`."""


class _Asking:
    """Questions of one kind on their way; each array has a place a question."""

    def __init__(self, questions: Questions, come: Sequence[Path], engine: Engine) -> None:
        self._questions = questions
        self._keys = QuestionKeys.of(questions.rows)
        nowhere = np.full(len(self._keys.is_bare), -1)
        self._settled, self._by_code = nowhere, nowhere >= 0
        self.kept, self.climbed = nowhere, nowhere
        self._old = Answers(questions.before) if questions.before else None
        if self._old:
            every = nowhere < 0
            at = np.arange(len(every)) if questions.is_same else self._places(self._old, every)
            self.kept = np.where(self._still_holds(at, self._old, come, engine), at, -1)

    def look_back(self, past: Answers, *, of_kept: bool) -> None:
        """Find which questions climbed before.

        Args:
            past: those that did.
            of_kept: whether that is asked of those too of which the answer still holds.
        """
        self.climbed = self._places(past, self._is_open() | of_kept)

    def _places(self, answers: Answers, which: Flags) -> Rows:
        """Where some of the questions stand among others; -1 for the rest."""
        places, start = np.full(len(which), -1), 0
        for said in asked_slices(self._questions.rows):
            at = start + np.flatnonzero(which[start : start + said.height])
            places[at] = answers.find(said[at - start])
            start += said.height
        return places

    def _still_holds(self, at: Rows, old: Answers, come: Sequence[Path], engine: Engine) -> Flags:
        """Whether nobody who has come can change the answer of the last time."""
        if not come:
            return at >= 0
        # A remark may be part of a name that has come: such are asked again.
        holds = (at >= 0) & self._keys.is_bare
        is_exact = np.zeros(len(at), bool)
        exact = pc.equal(old.told["link_confidence"], "exact").to_numpy(zero_copy_only=False)
        is_exact[holds] = exact[at[holds]]
        holds &= ~(is_exact & Bearers(come).bear(self._keys))
        others = holds & ~is_exact
        told = pl.DataFrame(old.told.take(pa.array(at[others])))
        answers = self._said(others).hstack(told.select("link_confidence", "link_method"))
        hits = [is_hit(rows, come, engine).to_numpy() for rows in answers.iter_slices(_SLICE)]
        holds[others] = ~np.concatenate([np.zeros(0, bool), *hits])
        return holds

    def asked_keys(self, *, is_again: bool) -> tuple[Hashes, Hashes]:
        """Names and codes of what is asked: of what climbed before, or of the others."""
        which = self._is_open() & ((self.climbed >= 0) == is_again)
        keys = self._keys
        return keys.names[which & keys.has_name], keys.codes[which & keys.has_code]

    def settle(self, borne: Bearers) -> None:
        """Answer what the very name or code settles."""
        at, self._by_code = borne.settle(self._keys)
        self._settled = np.where(self._is_open(), at, -1)
        # The ladder needs the memory.
        del self._keys

    def rest(self) -> pl.DataFrame:
        """What is left: ASKED."""
        return self._said(self._is_open())

    def write(self, borne: Bearers, found: Answers) -> None:
        """Write the questions with what settled them, or what the ladder answers.

        Args:
            borne: who settled them.
            found: what the ladder answers to the others.
        """
        rows = self._questions.rows
        form = pq.read_schema(parquet_files(rows)[0]).remove_metadata()
        carried = [field for field in form if field.name not in _KEYS]
        schema, start = pa.schema([*carried, *_ANSWERED]), 0
        with parquet_writer(self._questions.out, schema) as write:
            for batch in read_batches(rows, _SLICE, [field.name for field in carried]):
                place = slice(start, start + batch.num_rows)
                answers = self._answers(asked_of(batch), place, borne, found)
                write(pa.RecordBatch.from_arrays([*batch.columns, *answers], schema=schema))
                start = place.stop

    def _is_open(self) -> Flags:
        return (self.kept < 0) & (self._settled < 0)

    def _said(self, which: Flags) -> pl.DataFrame:
        found, start = [NOTHING_ASKED], 0
        for said in asked_slices(self._questions.rows):
            found.append(said.filter(which[start : start + said.height]))
            start += said.height
        return pl.concat(found)

    def _answers(
        self, said: pl.DataFrame, place: slice, borne: Bearers, found: Answers
    ) -> list[pa.Array]:
        """Columns of ANSWER of some of the questions."""
        settled, kept = self._settled[place], self.kept[place]
        is_settled, is_kept = settled >= 0, kept >= 0
        climbs = ~(is_settled | is_kept)
        told = [
            borne.answers(settled[is_settled], self._by_code[place][is_settled]),
            (self._old or found).told.take(pa.array(kept[is_kept])),
            found.told.take(pa.array(found.find(said.filter(climbs)))),
        ]
        rows = [np.flatnonzero(each) for each in (is_settled, is_kept, climbs)]
        whole = pa.concat_tables([table.cast(_ANSWERED) for table in told])
        whole = whole.take(pa.array(np.argsort(np.concatenate(rows))))
        return [column.combine_chunks() for column in whole.columns]


def _climb(whom: Sequence[_Meant], out: Path, engine: Engine) -> None:
    """Write what the ladder answers to questions: ASKED, ANSWER."""
    with parquet_writer(out, _CLIMBED) as write:
        for each in whom:
            for number, said in enumerate(each.slices):
                found = climbed(said, could_mean(number, each.tables, engine))
                nobody = found["name"].set(found["enterprise_id"].is_not_null(), None)
                outside = pl.Series(outsider_ids(nobody))
                _write_texts(found.with_columns(outsider_id=outside), write)
                del found
                give_back()


def _still_climbed(asking: Sequence[_Asking], past: int, *, is_same: bool) -> Rows:
    """Which of the questions that climbed before are answered as they were, by their places.

    Args:
        asking: all questions.
        past: how many climbed before.
        is_same: whether the questions are those of the last time.
    """
    asked = np.concatenate([each.climbed[each.kept < 0] for each in asking])
    kept = [each.climbed[each.kept >= 0] for each in asking]
    there = np.arange(past) if is_same else np.concatenate(kept)
    found: Rows = np.setdiff1d(there, asked)
    return found[found >= 0]


def _write_climbed(now: Path, before: Path, kept: Rows, out: Path) -> None:
    """Write questions that climbed now, and those before of which the answer still holds."""
    rows = pl.concat([pl.read_parquet(now), pl.read_parquet(before)[kept]])
    with parquet_writer(out, _CLIMBED) as write:
        for some in rows.sort(ASKED, nulls_last=True).iter_slices(_LADDER):
            _write_texts(some, write)


def _write_texts(rows: pl.DataFrame, write: Callable[[pa.RecordBatch], None]) -> None:
    for batch in rows.to_arrow().cast(_CLIMBED).combine_chunks().to_batches():
        write(batch)


def _write_meant(
    tables: Sequence[Path], register: Sequence[Path], out: Path, engine: Engine, *, is_once: bool
) -> None:
    """Write enterprises, each once; `is_once` where no two tables have the same."""
    rows = engine.table(tables or register)
    rows = rows.filter(rows[IS_FIRST]).select(MEANT) if tables else rows.select(MEANT).limit(0)
    engine.write(rows if is_once else rows.distinct(), out, order_by=MEANT)
