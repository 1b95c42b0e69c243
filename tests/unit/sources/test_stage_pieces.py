"""Large files are read piece by piece, and nothing is lost or moved."""

import json

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from reli.engine import Budget
from reli.errors import InvalidData
from reli.sources.csvfile import name_apart
from reli.sources.files import ParquetTable, open_table
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


def test_rows_keep_their_order_and_their_cells_in_a_file_of_many(clean):
    """Few spellings of many rows are read once each; a row that repeats another leaves a gap."""
    spellings = {"存续": "alive", "注销": "deregistered", "飞走": None}
    days = {"2004-02-28": "2004-02-28", "2004年2月29日": "2004-02-29", "2003-02-29": "None"}
    firms = [
        (f"9133{number:013}1", status, day)
        for number, (status, day) in enumerate(
            [(status, day) for status in spellings for day in days] * 500
        )
    ]
    firms[4_000] = firms[7]
    lines = [f"甲{at}公司,{','.join(firm)}" for at, firm in enumerate(firms)]
    text = "企业名称,统一社会信用代码,登记状态,成立日期\n" + "\n".join(lines) + "\n"
    rows, counts, rejected, cells = clean("enterprises", {"r.csv": text})
    assert (counts.read, counts.written, counts.rejected) == (4_500, 4_499, 1)
    assert rejected[0]["行"] == "9"
    expected = [
        (f"甲{at}公司", code, spellings[status], days[day], at + 2)
        for at, (code, status, day) in enumerate(firms)
        if at != 7
    ]
    names = ("name", "credit_code", "status", "founded_date", "source_line")
    found = [tuple(row[name] for name in names) for row in rows]
    assert [(*row[:3], str(row[3]), row[4]) for row in found] == expected
    doubtful = sum(status == "飞走" for _, status, _ in firms)
    doubtful += sum(day == "2003-02-29" for *_, day in firms)
    assert len(cells) == doubtful


def test_a_register_in_parquet_is_read_as_its_csv(clean, tmp_path):
    """Parquet keeps what recurs in dictionaries, of each row group its own."""
    cells = {
        "企业名称": [f"甲{at}公司" for at in range(6_000)],
        "成立日期": ["2004-02-28", "2004年3月1日", None, "2004-02-31"] * 1_500,
        "登记状态": ["存续", "飞走", "注销"] * 2_000,
        "所属城市": ["杭州市", "宁波市", "-"] * 1_999 + ["绍兴市"] * 3,
        "注册资本": ["50万元", "100"] * 3_000,
    }
    table = pa.table(cells)
    pacsv.write_csv(table, tmp_path / "r.csv")
    pq.write_table(table, tmp_path / "r.parquet", row_group_size=2_500)
    (rows, counts, *lists), (others, *said) = (
        clean("enterprises", {name: None}) for name in ("r.csv", "r.parquet")
    )
    where = ("source_file", "source_line")
    facts = [
        [{k: v for k, v in row.items() if k not in where} for row in t] for t in (rows, others)
    ]
    assert facts[0] == facts[1]
    assert [row["source_line"] for row in others] == list(range(1, 6_001))
    assert said[0] == counts
    told = [[(row["列"], row["值"], row["原因"]) for row in t] for t in (lists[1], said[2])]
    assert told[0] == told[1]
    assert len(told[0]) == 1_500 + 2_000 + 3_000


def test_rows_are_read_in_pieces_that_the_memory_allows(tmp_path):
    """200 MB allow 16,384 rows at a time of two threads; the file has them in one group."""
    rows = 20_000
    names = [f"甲{number}公司" for number in range(rows)]
    path, out = tmp_path / "r.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"企业名称": names, "登记机关": ["乙局", "丙局"] * (rows // 2)}), path)
    budget = Budget(memory=200_000_000, threads=2)
    assert budget.batch_rows < rows
    clean_table("enterprises", [SourceFile(path)], out, tmp_path / "no.csv", budget=budget)
    found = pq.read_table(out)
    assert found["name"].to_pylist() == names
    assert found["authority"].to_pylist() == ["乙局", "丙局"] * (rows // 2)
    assert found["source_line"].to_pylist() == list(range(1, rows + 1))


@pytest.mark.parametrize("others", [2, 500], ids=["many", "few"])
def test_repeated_rows_leave_among_few_and_many_others(clean, others):
    """The first and the last but one repeat what comes later; all else stays in order."""
    codes = [f"91330100MA{number:08}" for number in range(others)]
    codes = [codes[-1], *codes[:-1], codes[0], codes[-1]]
    lines = [f"公司{at},{code}" for at, code in enumerate(codes)]
    text = "\n".join(["企业名称,统一社会信用代码", *lines])
    rows, counts, rejected, _ = clean("enterprises", {"r.csv": text})
    assert counts.written == others
    assert [row["name"] for row in rows] == [f"公司{at}" for at in range(2, others + 2)]
    assert [row["行"] for row in rejected] == ["2", "3"]


@pytest.mark.parametrize(
    ("group", "batches"),
    [(700, [700, 700, 600]), (300, [900, 900, 200]), (2_000, [1_000, 1_000])],
)
def test_row_groups_are_read_whole_as_far_as_they_go(tmp_path, monkeypatch, group, batches):
    monkeypatch.setattr("reli.sources.files._BATCH_ROWS", 1_000)
    rows = pa.table({"名称": [f"公司{at}" for at in range(2_000)]})
    pq.write_table(rows, tmp_path / "r.parquet", row_group_size=group)
    found = list(ParquetTable(tmp_path / "r.parquet").rows())
    assert [each.batch.num_rows for each in found] == batches
    assert pa.Table.from_batches([each.batch for each in found]).equals(rows)
    assert [line for each in found for line in each.lines.to_pylist()] == list(range(1, 2_001))


@pytest.mark.parametrize("name", ["", "备注"])
def test_thousands_of_columns_without_a_name_of_their_own_are_told_apart(name):
    assert name_apart([name] * 3) == [name, f"{name}_2", f"{name}_3"]
    assert name_apart(["a", "a_2", "a", "a"]) == ["a", "a_2", "a_3", "a_4"]
    # A sheet saved as CSV may have them all; asked one after another they took hours.
    assert name_apart([name] * 16_384)[-1] == f"{name}_16384"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", ",".join(["企业名称", *map(str, range(20_000))]) + "\n"),
        ("r.jsonl", json.dumps(dict.fromkeys(map(str, range(20_000)))) + "\n"),
    ],
)
def test_what_is_wider_than_a_sheet_is_no_table(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InvalidData, match="columns: expected 16,384 at most"):
        open_table(tmp_path / name)


@pytest.mark.parametrize(
    ("first", "last", "shares"),
    [("51", "0.5", (51.0, 0.5)), ("0.51", "1", (51.0, 100.0))],
)
def test_what_percentages_are_is_asked_of_the_file_not_of_a_piece(tmp_path, first, last, shares):
    """The last piece of a file may be a row or two, in which nothing exceeds one."""
    budget = Budget(memory=200_000_000, threads=2)
    rows = budget.batch_rows + 1
    share = [first] * (rows - 1) + [last]
    told = {"母公司": [f"甲{at}" for at in range(rows)], "子公司": ["乙"] * rows, "持股比例": share}
    path, out = tmp_path / "h.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table(told), path)
    clean_table("holdings", [SourceFile(path)], out, tmp_path / "no.csv", budget=budget)
    found = pq.read_table(out)["share"].to_pylist()
    assert (found[0], found[-1]) == shares
