"""What lists and works say of enterprises, asked of a register of any size at once.

The very name or code settles most questions, told by hashes. The few others climb the ladder of
names in slices. What is in memory grows with the questions, some hundred bytes each, and with whom
a slice of those that climb could mean, never with the register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import (
    Engine,
    give_back,
    link,
    of_size,
    parquet_files,
    parquet_writer,
    read_batches,
)
from reli.engine.batches import ahead
from reli.linkage.answers import NOTHING_ASKED, Answers, asked_of, asked_slices
from reli.linkage.bearers import Bearers, QuestionKeys
from reli.linkage.candidates import bearers, by_slice, could_mean, narrowed
from reli.linkage.climbing import ANSWER, ASKED, climbed, open_keys, with_keys
from reli.linkage.keys import Flags, Hashes, KnownKeys, Rows
from reli.linkage.known_firms import KnownFirms
from reli.linkage.match import Matcher, plain_code
from reli.linkage.meant import Change, grow_meant, write_meant
from reli.linkage.names import is_branch, name_key, without_remark
from reli.linkage.outsiders import outsider_ids

__all__ = ["Climbed", "Questions", "ask", "with_question_keys"]

_KEYS = {"name_key": pa.string(), "plain_code": pa.string(), "is_bare": pa.bool_()}
"""Keys of a question, and whether its name may settle it (see QuestionKeys)."""
_SLICE = 200_000
_LADDER = 50_000
"""Questions that climb at a time: whom they could mean is in memory, several enterprises each."""
_HOW = ("link_confidence", "link_method")
"""Of an answer that still holds, what tells who could change it."""
_LAST = ("place_left_out", "one_edit")
"""Rungs of names that are not the same: they count only where nothing better was found."""
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
    meant: Sequence[Path]
    """For each table of the register one of its enterprises that they could mean, in its order."""


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
        before: the same of the last time, with tables of whom questions could mean for the others
            than those that have come; they are not looked for again.
        come: tables of the register that were not there the last time; the others are as they were.
    """
    with TemporaryDirectory(dir=_made(scratch)) as name:
        folder = Path(name)
        past = Answers(before.answers, _HOW) if before else None
        looking = _Looking(register, engine, folder, before, come)
        news = KnownFirms.of(come) if come else None
        asking = [_Asking(each, news) for each in questions]
        is_same = all(each.is_same for each in questions)
        if past:
            for each in asking:
                each.look_back(past, of_kept=not is_same)
        borne = looking.borne(asking)
        for each in asking:
            each.settle(borne)
        borne.let_go()
        give_back()
        rest = pl.concat([each.rest() for each in asking]).unique().sort(ASKED, nulls_last=True)
        at = past.find(rest) if past else np.full(rest.height, -1)
        whom = looking.whom(rest, at >= 0, borne)
        if not before:
            borne.let_go_of_keys()
        give_back()
        found = folder / "climbed.parquet" if before else out.answers
        _climb(whom, found)
        answers = Answers(found)
        for each in asking:
            each.write(borne, answers)
        others = whom[1].tables
        if before and past:
            kept = _still_climbed(asking, past.told.num_rows, is_same=is_same)
            gone = _write_climbed(found, before.answers, kept, out.answers)
            change = Change(
                come, news, gone, rest, borne, dict(zip(register, others, strict=False))
            )
            # Keeping those who are meant needs the memory.
            del each, asking, whom, answers, past
            give_back()
            old = [table for table in register if table not in come]
            grow_meant(
                dict(zip(old, before.meant, strict=True)),
                out.answers,
                change,
                dict(zip(register, out.meant, strict=True)),
                folder=folder,
                engine=engine,
            )
        else:
            write_meant(others, out.meant)


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
        self._few = [*before.meant, *come] if before else []

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
            meant = narrowed(keys, tables, self._place(), self._engine)
            found.append(_Meant(slices, meant, by_slice(meant, len(slices), self._place())))
        return found

    def _place(self) -> Path:
        return Path(mkdtemp(dir=self._folder))


@dataclass(frozen=True)
class _Meant:
    """Whom slices of questions could mean."""

    slices: Sequence[pl.DataFrame]
    tables: Sequence[Path]
    """See `narrowed`."""
    of_slices: Sequence[Sequence[Path]]
    """See `by_slice`."""


class _Asking:
    """Questions of one kind on their way; each array has a place a question."""

    def __init__(self, questions: Questions, news: KnownFirms | None) -> None:
        self._questions = questions
        self._keys = QuestionKeys.of(questions.rows)
        nowhere = np.full(len(self._keys.is_bare), -1)
        self._settled, self._by_code = nowhere, nowhere >= 0
        self.kept, self.climbed = nowhere, nowhere
        told = _HOW if questions.is_same else ANSWER
        self._old = Answers(questions.before, told) if questions.before else None
        if self._old:
            every = nowhere < 0
            at = np.arange(len(every)) if questions.is_same else self._places(self._old, every)
            self.kept = np.where(self._still_holds(at, self._old, news), at, -1)

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

    def _still_holds(self, at: Rows, old: Answers, news: KnownFirms | None) -> Flags:
        """Whether nobody who has come can change the answer of the last time."""
        if news is None:
            return at >= 0
        # A remark may be part of a name that has come, and a parent too: such are asked again.
        holds = (at >= 0) & self._keys.is_bare
        is_exact = np.zeros(len(at), bool)
        is_exact[holds] = _is_among(old.told["link_confidence"], ["exact"])[at[holds]]
        # What code or name has settled, nothing but another of that code or name can unsettle.
        holds &= ~(is_exact & news.bear(self._keys))
        others = np.flatnonzero(holds & ~is_exact)
        is_open = _is_among(old.told["link_confidence"], ["none"])
        is_open |= _is_among(old.told["link_method"], _LAST)
        is_open = is_open[at[others]]
        start = 0
        for said in self._said(holds & ~is_exact).iter_slices(_SLICE):
            place = slice(start, start + said.height)
            keys, near = pl.DataFrame(with_keys(said)), is_open[place]
            is_hit = news.share(keys)
            is_hit[near] |= news.are_near(keys.filter(near))
            holds[others[place][is_hit]] = False
            start = place.stop
        return holds

    def asked_keys(self, *, is_again: bool) -> tuple[Hashes, Hashes]:
        """Names and codes of what is asked: of what climbed before, or of the others."""
        which = self._is_open() & ((self.climbed >= 0) == is_again)
        keys = self._keys
        return keys.names[which & keys.has_name], keys.codes[which & keys.has_code]

    def settle(self, borne: Bearers) -> None:
        """Answer what the very name or code settles."""
        is_open = self._is_open()
        at, by_code = borne.settle(self._keys.of_some(is_open))
        self._settled, self._by_code = np.full(len(is_open), -1), np.zeros(len(is_open), bool)
        self._settled[is_open], self._by_code[is_open] = at, by_code
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
        asked, old = self._questions, self._questions.before
        form = pq.read_schema(parquet_files(asked.rows)[0]).remove_metadata()
        carried = [field for field in form if field.name not in _KEYS]
        schema = pa.schema([*carried, *_ANSWERED])
        if old and asked.is_same:
            if (self.kept >= 0).all():
                link(old, asked.out)
                return
            batches = read_batches(old, _SLICE)
        else:
            batches = read_batches(asked.rows, _SLICE, [field.name for field in carried])
        start = 0
        with parquet_writer(asked.out, schema) as write:
            for batch in batches:
                place = slice(start, start + batch.num_rows)
                if batch.num_columns == len(schema) and (self.kept[place] >= 0).all():
                    write(batch)
                else:
                    columns = batch.columns[: len(carried)]
                    columns += self._answers(batch, place, borne, found)
                    write(pa.RecordBatch.from_arrays(columns, schema=schema))
                start = place.stop

    def _is_open(self) -> Flags:
        return (self.kept < 0) & (self._settled < 0)

    def _said(self, which: Flags) -> pl.DataFrame:
        return pl.concat([NOTHING_ASKED, *asked_slices(self._questions.rows, which)])

    def _answers(
        self, batch: pa.RecordBatch, place: slice, borne: Bearers, found: Answers
    ) -> list[pa.Array]:
        """Columns of ANSWER of some of the questions."""
        settled, kept = self._settled[place], self.kept[place]
        is_settled, is_kept = settled >= 0, kept >= 0
        climbs = ~(is_settled | is_kept)
        said = asked_of(batch.filter(pa.array(climbs)))
        told = [
            borne.answers(settled[is_settled], self._by_code[place][is_settled]),
            self._held(batch, kept),
            found.told.take(pa.array(found.find(said))),
        ]
        rows = [np.flatnonzero(each) for each in (is_settled, is_kept, climbs)]
        whole = pa.concat_tables([table.cast(_ANSWERED) for table in told])
        whole = whole.take(pa.array(np.argsort(np.concatenate(rows))))
        return [column.combine_chunks() for column in whole.columns]

    def _held(self, batch: pa.RecordBatch, kept: Rows) -> pa.Table:
        """ANSWER of the questions of a batch of which the answer still holds."""
        if self._old is None:
            return _ANSWERED.empty_table()
        if self._questions.is_same:
            return pa.Table.from_batches([batch.filter(pa.array(kept >= 0))]).select(ANSWER)
        return self._old.told.take(pa.array(kept[kept >= 0]))


def _is_among(told: pa.ChunkedArray, values: Sequence[str]) -> Flags:
    found = pc.is_in(told, value_set=pa.array(values))
    return np.asarray(found.to_numpy(), bool)


def _climb(whom: Sequence[_Meant], out: Path) -> None:
    """Write what the ladder answers to questions: ASKED, ANSWER."""
    with parquet_writer(out, _CLIMBED) as write:
        for each in whom:
            matchers = ahead(_matcher, each.of_slices)
            for said, matcher in zip(each.slices, matchers, strict=True):
                found = climbed(said, matcher)
                nobody = found["name"].set(found["enterprise_id"].is_not_null(), None)
                outside = pl.Series(outsider_ids(nobody))
                for batch in _texts(found.with_columns(outsider_id=outside)):
                    write(batch)
                del found
                give_back()


def _matcher(tables: Sequence[Path]) -> Matcher:
    """Matches a slice of questions against whom it could mean."""
    return Matcher(could_mean(tables), of_parents=True)


def _still_climbed(asking: Sequence[_Asking], past: int, *, is_same: bool) -> Flags:
    """Which of the questions that climbed before are answered as they were.

    Args:
        asking: all questions.
        past: how many climbed before.
        is_same: whether the questions are those of the last time.
    """
    found = np.full(past, is_same)
    for is_kept in (True, False):
        for each in asking:
            places = each.climbed[(each.kept >= 0) == is_kept]
            found[places[places >= 0]] = is_kept
    return found


def _write_climbed(now: Path, before: Path, kept: Flags, out: Path) -> pl.DataFrame:
    """Write questions that climb now, and those before of which the answer still holds.

    Returns:
        The others of those before: ASKED.
    """
    with parquet_writer(out, _CLIMBED) as write:
        for batch in of_size(_together(before, kept, pl.read_parquet(now)), _LADDER):
            write(batch)
    return pl.concat([NOTHING_ASKED, *asked_slices(before, ~kept)])


def _together(before: Path, kept: Flags, now: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    """Questions of before that are kept with those that climb now, which are few, in order."""
    start = 0
    for batch in read_batches(before, _LADDER):
        place = slice(start, start + batch.num_rows)
        last = pl.DataFrame(batch[-1:]).select(ASKED)
        rows = pl.concat([pl.DataFrame(batch).filter(kept[place]), now, last], how="diagonal")
        rows = rows.with_columns(is_end=pl.int_range(pl.len()) == rows.height - 1)
        rows = rows.sort(*ASKED, "is_end", nulls_last=True)
        end = rows["is_end"].arg_true().item()
        yield from _texts(rows[:end].drop("is_end"))
        now, start = rows[end + 1 :].drop("is_end"), place.stop
    yield from _texts(now.sort(ASKED, nulls_last=True))


def _texts(rows: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    yield from rows.to_arrow().cast(_CLIMBED).combine_chunks().to_batches()
