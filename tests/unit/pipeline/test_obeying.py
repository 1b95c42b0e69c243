"""Decisions obeyed by workers of a cluster, and told from the few rows that they name."""

import pickle

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.pipeline.obeying import ruled_values, ruling_kernel, tell_here
from reli.pipeline.rulings import Rulings

REGISTER = pa.table(
    {"enterprise_id": ["A", "B", "C", "D"], "address": ["余杭", "西湖", "西湖", "西湖"]}
)
DECISIONS = pl.DataFrame(
    {
        "number": pl.Series([0, 1, 2, 3], dtype=pl.UInt32),
        "key": ["A", "B", "C", "Z"],
        "field": ["division_code"] * 3 + ["industries"],
        "old": ["330110", "330102", "330106", None],
        "new": ["330113", "330106", "330108", "新材料"],
        "reason": ["临平", None, "滨江", None],
    }
)


def placing():
    """A kernel that places by one word; what it finds otherwise is empty."""

    def kernel(batch):
        codes = ["330110" if text == "余杭" else "330106" for text in batch["address"].to_pylist()]
        empty = pa.array([""] * len(batch))
        place = dict.fromkeys(("level", "confidence", "method", "text", "candidates"), empty)
        return pa.record_batch(
            {
                "enterprise_id": batch["enterprise_id"],
                "division_code": pa.array(codes),
                "place_code": pa.array(codes),
                **{f"place_{name}": values for name, values in place.items()},
                "industries": pa.array([[]] * len(batch), pa.list_(pa.string())),
                **dict.fromkeys(("rules", "evidence"), empty),
                "emerging_classes": pa.array([[]] * len(batch), pa.list_(pa.string())),
            }
        )

    return kernel


def states(rulings, place):
    rulings.write(place)
    return pl.read_parquet(place).select("number", "found", "state").rows()


def test_workers_obey_a_copy_and_this_process_tells(tmp_path):
    source = tmp_path / "linked.parquet"
    source.mkdir()
    for part in range(2):
        pq.write_table(REGISTER.slice(2 * part, 2), source / f"part-{part}.parquet")
    rulings = Rulings(DECISIONS, "enterprises")
    copied = ruling_kernel(placing, pickle.loads(pickle.dumps(rulings)))
    (batch,) = REGISTER.to_batches()
    ruled = copied(batch)
    assert ruled["division_code"].to_pylist() == ["330113", "330106", "330108", "330106"]
    assert ruled["place_method"].to_pylist() == ["decision", "decision", "decision", ""]

    assert states(rulings, tmp_path / "before") == []
    tell_here(source, placing, rulings, REGISTER.column_names)
    # As found by the embedded engine, which obeys in this process.
    here = Rulings(DECISIONS, "enterprises")
    ruling_kernel(placing, here)(batch)
    told = states(rulings, tmp_path / "after")
    assert told == states(here, tmp_path / "here")
    assert told == [(0, "330110", "obeyed"), (1, "330106", "agreed"), (2, "330106", "obeyed")]


def test_texts_in_dictionaries_are_ruled_as_texts(tmp_path):
    """Of a large file texts that recur are dictionaries; one ruled gets a value not among them."""
    code = "91330100MA27W3RM1X"
    told = pa.array(["alive", "deregistered"]).dictionary_encode()
    rows = {"credit_code": [code, None], "source_id": [None, "7"], "name": ["甲", "乙"]}
    batch = pa.record_batch({**rows, "address": ["余杭", "西湖"], "status": told})
    said = {"key": [code, "id:7"], "old": ["存续", "存续"], "new": ["迁出", "存续"], "reason": None}
    number = pl.Series([0, 1], dtype=pl.UInt32)
    decisions = pl.DataFrame({"number": number, "field": "status", **said}, strict=False)
    rulings = Rulings(decisions.with_columns(pl.col("reason").cast(pl.String)), "enterprises")
    ruled = ruled_values(rulings, "enterprises", batch)
    assert ruled["status"].to_pylist() == ["moved_out", "alive"]
    assert ruled.schema == batch.schema
    assert states(rulings, tmp_path / "told.parquet") == [
        (0, "alive", "obeyed"), (1, "deregistered", "contradicted"),
    ]  # fmt: skip
