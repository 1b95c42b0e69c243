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
    return write_firms(
        path,
        [
            {
                "name": some_name(drawn),
                "former_names": some_name(drawn) if drawn.random() < 0.3 else None,
                "source_id": str(start + number),
                "status": drawn.choice(("alive", "cancelled")),
            }
            for number in range(25)
        ],
    )


def write_named(path, names, start):
    """Of ids that do not stand in their order."""
    return write_firms(
        path,
        [{"name": name, "source_id": str(start + 9 - at)} for at, name in enumerate(names)],
    )


def write_firms(path, rows):
    batch = pa.RecordBatch.from_pylist(rows, pa.schema(dict.fromkeys(COLUMNS, pa.string())))
    pq.write_table(pa.Table.from_batches([identify(batch)]), path)
    return path


def write_said(rows, path):
    batch = pa.RecordBatch.from_pylist([{"name": name} for name in rows], TEXTS)
    pq.write_table(pa.Table.from_batches([with_question_keys(batch)]), path)
    return path


def answered(folder, register):
    return Climbed(folder / "climbed.parquet", [folder / f"meant-{path.name}" for path in register])


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
        old, register = register, register + come
        grown, whole = tmp_path / f"grown{turn}", tmp_path / f"whole{turn}"
        for folder, past in ((grown, before), (whole, None)):
            folder.mkdir()
            told = past / "asked.parquet" if past else None
            is_same = bool(past) and turn % 2 == 1
            questions = Questions(rows, folder / "asked.parquet", told, is_same)
            ask([questions], register, engine, tmp_path, answered(folder, register),
                before=answered(past, old) if past else None,
                come=come if past else ())  # fmt: skip
        meant = [path.name for path in answered(whole, register).meant]
        for path in ("asked.parquet", "climbed.parquet", *meant):
            assert (grown / path).read_bytes() == (whole / path).read_bytes()
        before = grown
    assert pq.read_metadata(before / "meant-0.parquet").num_rows > 10


def test_of_a_table_that_nobody_comes_to_or_leaves_it_is_linked(tmp_path, engine):
    names = ["浙江甲科材有限公司", "浙江甲料技有限公司"]
    register = [write_named(tmp_path / "0.parquet", names, 0)]
    rows = write_said(["浙江甲科村有限公司", "浙江甲料枝有限公司"], tmp_path / "said.parquet")
    (first, then) = (tmp_path / "first", tmp_path / "then")
    for folder in (first, then):
        folder.mkdir()
    before, told = answered(first, register), first / "asked.parquet"
    ask([Questions(rows, told)], register, engine, tmp_path, before)
    # As the register has them.
    assert pq.read_table(before.meant[0])["name"].to_pylist() == names
    come = [write_named(tmp_path / "1.parquet", ["浙江甲科林有限公司"], 10)]
    after = answered(then, register + come)
    again = Questions(rows, then / "asked.parquet", told, is_same=True)
    ask([again], register + come, engine, tmp_path, after, before=before, come=come)
    assert after.meant[0].samefile(before.meant[0])
    assert pq.read_table(after.meant[1])["name"].to_pylist() == ["浙江甲科林有限公司"]
