"""Which rows could mean one of a few enterprises."""

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.linkage.bearers import QuestionKeys
from reli.linkage.climbing import with_keys
from reli.linkage.entities import identify
from reli.linkage.known_firms import KnownFirms, could_mean_any
from reli.linkage.questions import with_question_keys

COLUMNS = ("credit_code", "source_id", "name", "former_names", "address", "enterprise_type")
FIRMS = [
    ("浙江甲乙丙有限公司", "浙江旧名字有限公司|浙江更旧名有限公司", "1"),
    ("浙江丁戊己股份有限公司", None, "2"),
]


@pytest.fixture
def firms(tmp_path):
    """Two enterprises, each in a table of its own."""
    tables = []
    for name, former, own in FIRMS:
        row = {"name": name, "former_names": former, "source_id": own}
        schema = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
        linked = identify(pa.RecordBatch.from_pylist([row], schema=schema))
        tables.append(tmp_path / f"{own}.parquet")
        pq.write_table(pa.Table.from_batches([linked]), tables[-1])
    return KnownFirms.of(tables)


def said(*rows):
    names, codes = zip(*rows, strict=True)
    texts = {"name": names, "credit_code": codes, "province": [None] * len(rows)}
    return pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))


# Name, code, whether a key is shared, whether a core is at most one slip away.
ROWS = [
    ("浙江甲乙丙股份有限公司", None, True, True),
    ("浙江更旧名有限公司", None, True, False),
    ("浙江甲乙丙有限公司杭州分公司", None, True, False),
    ("浙江甲乙有限公司", None, False, True),
    ("丁戊己股份有限公司", None, False, True),
    ("浙江没有人有限公司", "id:2".upper(), False, False),
    ("浙江没有人有限公司", None, False, False),
]


def test_rows_that_one_of_them_could_be_are_told(firms):
    asked = pl.DataFrame(with_keys(said(*(row[:2] for row in ROWS))))
    assert firms.share(asked).tolist() == [row[2] for row in ROWS]
    assert firms.are_near(asked).tolist() == [row[3] for row in ROWS]
    any_of = could_mean_any([KnownFirms([]), firms], asked)
    assert any_of.tolist() == [row[2] or row[3] for row in ROWS]


def test_questions_of_which_one_of_them_bears_the_name_or_the_code(firms, tmp_path):
    rows = said(
        ("浙江甲乙丙有限公司", None), ("浙江旧名字有限公司", None), ("别的", "id:2"), (None, None)
    )
    batch = rows.to_arrow().cast(pa.schema(dict.fromkeys(rows.columns, pa.string())))
    keyed = with_question_keys(batch.combine_chunks().to_batches()[0])
    pq.write_table(pa.Table.from_batches([keyed]), tmp_path / "said.parquet")
    keys = QuestionKeys.of(tmp_path / "said.parquet")
    # A code is compared in capitals, an id of the source's own is none.
    assert firms.bear(keys).tolist() == [True, False, False, False]
    some = np.array([True, False, False, True])
    assert firms.bear(keys.of_some(some)).tolist() == [True, False]


def test_of_no_enterprise_nothing_is_found():
    asked = pl.DataFrame(with_keys(said(("浙江甲乙丙有限公司", None))))
    nobody = KnownFirms([])
    assert not nobody.share(asked).any()
    assert not nobody.are_near(asked).any()
