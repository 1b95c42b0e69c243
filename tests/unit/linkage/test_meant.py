"""Whom questions that climb could mean: grown by files and lists, they are those of a full run."""

from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import DuckDBEngine
from reli.linkage.climbing import ASKED
from reli.linkage.entities import identify
from reli.linkage.questions import Climbed, Questions, ask, with_question_keys

COLUMNS = ("credit_code", "source_id", "name", "former_names", "address", "province", "city",
           "status", "enterprise_type")  # fmt: skip
TEXTS = pa.schema(dict.fromkeys(ASKED, pa.string()))
FORMS = (
    "有限公司", "有限责任公司", "股份有限公司", "集团集团有限公司", "有限公司杭州分公司"
)  # fmt: skip


@pytest.fixture
def engine(tmp_path):
    engine = DuckDBEngine(tmp_path / "spill")
    yield engine
    engine.close()


def some_name(drawn):
    """So few characters that names meet, and differ by a slip."""
    place, core = drawn.choice(("浙江", "")), "".join(drawn.choices("科技材料", k=4))
    return f"{place}甲{core}{drawn.choice(FORMS)}"


def write_register(drawn, path, start):
    rows = [
        {
            "name": some_name(drawn),
            "former_names": some_name(drawn) if drawn.random() < 0.3 else None,
            "source_id": str(start + number),
            "status": drawn.choice(("alive", "cancelled")),
        }
        for number in range(25)
    ]
    batch = pa.RecordBatch.from_pylist(rows, pa.schema(dict.fromkeys(COLUMNS, pa.string())))
    pq.write_table(pa.Table.from_batches([identify(batch)]), path)
    return path


def write_said(rows, path):
    batch = pa.RecordBatch.from_pylist([{"name": name} for name in rows], TEXTS)
    pq.write_table(pa.Table.from_batches([with_question_keys(batch)]), path)
    return path


def answered(folder):
    return Climbed(folder / "climbed.parquet", folder / "meant.parquet")


@pytest.mark.parametrize("seed", range(4))
def test_what_grew_has_the_bytes_of_a_full_run(seed, tmp_path, engine, monkeypatch):
    """Files that come, and questions that come and go, several at a time, slice by slice."""
    drawn = Random(seed)
    for name in ("questions._LADDER", "questions._SLICE", "meant._SLICE", "meant._ROWS"):
        monkeypatch.setattr(f"reli.linkage.{name}", drawn.choice((7, 1_000)))
    names = sorted({some_name(drawn) for _ in range(60)})
    register = [write_register(drawn, tmp_path / "0.parquet", 0)]
    before, at = None, 0
    for turn in range(4):
        come = []
        if turn and drawn.random() < 0.8:
            come = [write_register(drawn, tmp_path / f"{turn}.parquet", 100 * turn)]
        # Every other file changes no question.
        if turn % 2 == 0:
            at = drawn.sample(range(len(names)), 40)
        rows = write_said([names[n] for n in sorted(at)], tmp_path / f"said{turn}.parquet")
        register += come
        grown, whole = tmp_path / f"grown{turn}", tmp_path / f"whole{turn}"
        for folder, past in ((grown, before), (whole, None)):
            folder.mkdir()
            old = past / "asked.parquet" if past else None
            questions = Questions(rows, folder / "asked.parquet", old, bool(old) and turn % 2 == 1)
            ask([questions], register, engine, tmp_path, answered(folder),
                before=answered(past) if past else None, come=come if past else ())  # fmt: skip
        for file in ("asked", "climbed", "meant"):
            path = f"{file}.parquet"
            assert (grown / path).read_bytes() == (whole / path).read_bytes()
        before = grown
    assert pq.read_metadata(before / "meant.parquet").num_rows > 10
