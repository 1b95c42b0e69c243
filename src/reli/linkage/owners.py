"""Owners of patents and software copyrights, each once. Natural persons are no owners."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Budget, Engine, parquet_files, parquet_writer, read_batches, row_count
from reli.engine.batches import empty_batch, map_in_order
from reli.linkage.questions import with_question_keys

__all__ = ["name_owners"]

_PERSON = "个人"


def name_owners(works: Sequence[Path], out: Path, engine: Engine, scratch: Path) -> int:
    """The owners of works, each once, as they are asked of the register.

    Args:
        works: clean patents and software copyrights.
        out: Parquet file to write: name, address (of owners that are named first), owner (their
            number, from 0) and their keys (see reli.linkage.questions); in order of name.
        engine: evaluates the query.
        scratch: folder for what lies between.

    Returns:
        Number of owners.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        asked = Path(folder) / "asked.parquet"
        engine.write(_distinct_owners(works, engine), asked, order_by=["name"])
        form = pq.read_schema(parquet_files(asked)[0]).remove_metadata()
        (empty,) = _numbered([empty_batch(form, None)])
        limits = Budget()
        batches = _numbered(read_batches(asked, limits.batch_rows))
        with parquet_writer(out, with_question_keys(empty).schema) as write:
            for batch in map_in_order(batches, with_question_keys, limits.workers):
                write(batch)
    return row_count(out)


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    first = 0
    for batch in batches:
        numbers = np.arange(first, first + batch.num_rows, dtype=np.int32)
        yield batch.append_column("owner", pa.array(numbers))
        first += batch.num_rows


def _distinct_owners(works: Sequence[Path], engine: Engine) -> ibis.Table:
    """Each owner once, with the address of one of the works that name it first."""
    named = [owners for path in works for owners in _named(engine.table(path))]
    rows = ibis.union(*named)
    rows = rows.filter((rows.name != "") & (rows.name != _PERSON))
    return rows.group_by("name").aggregate(address=lambda t: t.address.min())


def _named(works: ibis.Table) -> list[ibis.Table]:
    """Owners (name, address) of the works with one owner, and of those with several.

    A firm owns many works: cells are taken once before they are split.
    """
    said = works.owners_address if "owners_address" in works.columns else ibis.null("string")
    cells = works.group_by("owners").aggregate(said=said.min())
    is_one = ~cells.owners.contains("|")
    several = cells.filter(~is_one)
    split = several.owners.re_split("[|]")
    each = several.select(first=split[0], said="said", name=split.unnest())
    own = ibis.ifelse(each.name == each.first, each.said, ibis.null("string"))
    return [
        cells.filter(is_one).select(name="owners", address="said"),
        each.select("name", address=own),
    ]
