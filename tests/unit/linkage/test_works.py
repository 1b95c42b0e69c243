"""Works joined to their owners: what each row says, and that none is lost."""

import datetime

import polars as pl
import pytest

from reli.engine import DuckDBEngine
from reli.linkage.parties import first_granted, owned
from reli.linkage.patent_codes import write_patent_codes
from reli.linkage.works import number_owners

OWNERS = {
    "甲公司": ("a", None, "name", "exact"),
    "甲有限公司": ("a", None, "legal_form", "derived"),
    "乙公司": ("b", None, "name", "exact"),
    "某大学": (None, "outside:某大学", "", "none"),
    "无此公司": (None, None, "", "none"),
}
LINKED = ("enterprise_id", "outsider_id", "link_method", "link_confidence")
WORKS = {
    "w1": "乙公司",
    "w2": "乙公司|甲公司",
    "w3": "甲有限公司|甲公司",
    "w4": "张某|个人",
    "w5": "个人|某大学",
    "w6": "个人",
    "w7": "无此公司|甲公司|某大学",
    "w8": "某大学",
}
EXPECTED = [
    ("w1", "乙公司", "b", None, "name", "exact", False),
    ("w2", "甲公司", "a", None, "name", "exact", True),
    ("w2", "乙公司", "b", None, "name", "exact", True),
    # Two spellings of one firm are one party.
    ("w3", "甲公司", "a", None, "legal_form", "derived", False),
    # Persons own no share beside others, and a work of persons alone is kept.
    ("w4", None, None, None, None, None, False),
    ("w5", "某大学", None, "outside:某大学", "", "none", False),
    ("w6", None, None, None, None, None, False),
    ("w7", "甲公司", "a", None, "name", "exact", True),
    ("w7", "某大学", None, "outside:某大学", "", "none", True),
    ("w8", "某大学", None, "outside:某大学", "", "none", False),
]


@pytest.fixture
def joined(tmp_path):
    """The works as they are joined, whatever their number."""
    engine = DuckDBEngine(tmp_path / "spill")

    def join(works, owners=OWNERS, **more):
        rows = {"number": list(works), "owners": list(works.values()), **more}
        pl.DataFrame(rows, schema_overrides={"owners": pl.String}).write_parquet(
            tmp_path / "works.parquet"
        )
        pl.DataFrame(
            [(number, name, *answer) for number, (name, answer) in enumerate(owners.items())],
            schema={"owner": pl.Int32, **dict.fromkeys(("name", *LINKED), pl.String)},
            orient="row",
        ).write_parquet(tmp_path / "owners.parquet")
        coded = tmp_path / "coded.parquet" if "ipc" in more else None
        out, named = tmp_path / "numbered.parquet", tmp_path / "owners.parquet"
        assert number_owners(
            tmp_path / "works.parquet", named, out, "number", engine, coded=coded
        ) == len(works)
        whole = owned(engine.table(out), engine.table(named))
        return pl.DataFrame(engine.fetch(whole)).sort("item", *LINKED, nulls_last=True)

    yield join
    engine.close()


def test_each_party_of_a_work_has_a_row(joined):
    found = joined(WORKS)
    assert found.select("item", "name", *LINKED, "is_shared").rows() == EXPECTED


def test_columns_of_works_stand_beside_their_parties(joined, tmp_path):
    pl.DataFrame({"ipc": ["H01M", "A61K"], "ipc_industries": [["x", "y"], ["z"]]}).write_parquet(
        tmp_path / "coded.parquet"
    )
    found = joined(
        {"w1": "甲公司|乙公司", "w2": "甲公司"},
        owners_address=["某路", None],
        ipc=["H01M", "B65B"],
        source_line=[7, 8],
    )
    assert found.columns == [
        "item", "ipc", "source_line", "ipc_industries", "name", *LINKED, "is_shared"
    ]  # fmt: skip
    assert found["source_line"].to_list() == [7, 7, 8]
    assert found["ipc_industries"].to_list() == [["x", "y"], ["x", "y"], None]


def test_owners_of_one_hash_are_told_apart_by_another(joined, monkeypatch):
    plain = pl.Series.hash
    monkeypatch.setattr(
        pl.Series, "hash", lambda names, seed=0: plain(names, seed) * (1 if seed else 0)
    )
    found = joined(WORKS)
    assert found.select("item", "name", *LINKED, "is_shared").rows() == EXPECTED


def test_works_of_nobody_known_are_kept(joined):
    found = joined({"w1": "甲公司", "w2": "甲公司|乙公司"}, owners={})
    assert found.select("item", "enterprise_id", "is_shared").rows() == [
        ("w1", None, False),
        ("w2", None, False),
    ]


def test_codes_of_no_industry_are_known_and_no_codes_at_all_are_not(joined, tmp_path):
    def industries(*cells):
        clean, coded = tmp_path / "clean.parquet", tmp_path / "coded.parquet"
        pl.DataFrame({"ipc": cells}, schema={"ipc": pl.String}).write_parquet(clean)
        engine = DuckDBEngine(tmp_path / "codes")
        known = {"H01M10": ["cars"], "B65B": []}
        write_patent_codes(clean, coded, lambda codes: [known[each] for each in codes], engine)
        engine.close()
        names = [f"w{n}" for n in range(len(cells))]
        return joined(dict.fromkeys(names, "甲公司"), ipc=list(cells))

    assert industries("H01M10", "B65B", None)["ipc_industries"].to_list() == [["cars"], None, None]
    assert industries("B65B", None)["ipc_industries"].to_list() == [None, None]
    assert "ipc_industries" not in industries(None, None).columns


def test_the_first_grant_of_an_owner_is_that_of_no_application(tmp_path):
    patents = pl.DataFrame({
        "item": ["p1A", "p2B", "p3B", "p4"],
        "owner": [1, 1, 1, 2],
        "kind": ["发明申请", "发明授权", "实用新型", "发明"],
        "legal_status": ["审中", "有效", None, "驳回"],
        "granted_date": [datetime.date(2019 + number, 1, 1) for number in range(4)],
    })  # fmt: skip
    engine = DuckDBEngine(tmp_path / "spill")
    found = engine.fetch(first_granted(engine.memory_table(patents.to_arrow())))
    engine.close()
    # Owner 2 has applied alone.
    assert found.to_pylist() == [{"owner": 1, "granted_date": datetime.date(2020, 1, 1)}]
