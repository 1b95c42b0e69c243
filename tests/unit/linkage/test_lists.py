"""What lists say of enterprises, asked once for several lists: the answers of each alone."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import DuckDBEngine
from reli.linkage.entities import identify
from reli.linkage.lists import ASKED, answer_list, link_list, said_by

COLUMNS = ("credit_code", "source_id", "name", "former_names", "address", "province", "city",
           "status", "enterprise_type")  # fmt: skip
FIRMS = [
    ("91330100MA2ABC12X3", "浙江甲乙科技有限公司", None),
    ("91330100MA2ABC12X4", "浙江丙丁材料有限公司", "浙江旧名材料有限公司"),
    ("91330100MA2ABC12X5", "杭州戊己软件有限公司", None),
]
LIST = pa.table(
    {
        "host_name": [None, "浙江丙丁材料有限公司", None, None],
        "name": ["浙江甲乙科技股份有限公司", "丙丁中心", "浙江旧名材料有限公司", "无此公司"],
        "credit_code": [None, None, None, "91330100MA2ABC12X5"],
        "issuer_region": ["浙江省", "浙江省", None, None],
    },
    schema=pa.schema(
        dict.fromkeys(("host_name", "name", "credit_code", "issuer_region"), pa.string())
    ),
)
SAYS = {"name": ("host_name", "name"), "code": "credit_code", "place": "issuer_region"}


@pytest.fixture
def register(tmp_path):
    """The enterprises with their keys, as a Parquet table."""
    rows = [
        {"credit_code": code, "name": name, "former_names": former, "status": "alive"}
        for code, name, former in FIRMS
    ]
    schema = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
    linked = identify(pa.RecordBatch.from_pylist(rows, schema=schema))
    pq.write_table(pa.Table.from_batches([linked]), tmp_path / "register.parquet")
    return tmp_path / "register.parquet"


def test_answers_found_once_are_those_of_the_list_alone(tmp_path, register):
    paths = {
        name: tmp_path / f"{name}.parquet" for name in ("list", "alone", "said", "asked", "out")
    }
    pq.write_table(LIST, paths["list"])
    said = said_by(paths["list"], *SAYS.values())
    pq.write_table(
        said.to_arrow().cast(pa.schema([(n, pa.string()) for n in ASKED])), paths["said"]
    )
    engine = DuckDBEngine(tmp_path / "spill")
    alone = link_list(paths["list"], register, paths["alone"], engine, **SAYS)
    link_list(paths["said"], register, paths["asked"], engine, place="province")
    engine.close()
    assert answer_list(paths["list"], paths["asked"], paths["out"], **SAYS) == alone == (4, 4)
    found, expected = pq.read_table(paths["out"]), pq.read_table(paths["alone"])
    assert found.equals(expected)
    assert found["link_method"].to_pylist() == [
        "legal_form", "name", "former_name", "credit_code_other_name"
    ]  # fmt: skip


def test_a_list_of_several_slices_is_answered_as_one(tmp_path, register, monkeypatch):
    names = [
        "浙江甲乙科枝有限公司",
        "杭州戊戊己软件有限公司",
        "无此公司",
        "杭州戊己软件有限公司",
        None,
    ]
    schema = pa.schema([("name", pa.string()), ("credit_code", pa.string())])
    rows = pa.table({"name": names, "credit_code": [None] * 5}, schema=schema)
    pq.write_table(rows, tmp_path / "list.parquet")
    engine = DuckDBEngine(tmp_path / "spill")
    for size in (1, 2, 200):
        monkeypatch.setattr("reli.linkage.lists._SLICE", size)
        out = tmp_path / "linked.parquet"
        assert link_list(tmp_path / "list.parquet", register, out, engine) == (5, 3)
        found = pq.read_table(out)
        assert found["link_method"].to_pylist() == ["one_edit", "one_edit", "", "name", ""]
        assert found["enterprise_id"].null_count == 2
    engine.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "linked.parquet", "list.parquet", "register.parquet", "spill"
    ]  # fmt: skip


def test_what_a_list_says_is_said_once(tmp_path):
    pq.write_table(pa.concat_tables([LIST, LIST]), tmp_path / "list.parquet")
    said = said_by(tmp_path / "list.parquet", *SAYS.values())
    assert said.columns == list(ASKED)
    assert said.height == LIST.num_rows
    assert "浙江丙丁材料有限公司" in said["name"].to_list()
    assert "丙丁中心" not in said["name"].to_list()
