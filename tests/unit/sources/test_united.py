"""Works of which each owner has a row are one work of several owners."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import Budget
from reli.sources import stage
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table

FILES = {
    "a.csv": [
        "授权公告号,专利权人,专利权人地址",
        "CN101234567B,甲公司,甲地",
        "CN101234567B,乙公司,",
        "CN109999999A,丙公司、张三,丙地",
        "CN108888888A,丁公司,",
    ],
    "b.csv": [
        "授权公告号,专利权人,专利权人地址",
        "CN 101234567 B,乙公司;戊公司,",
        "CN109999999A,丙公司,",
    ],
}
OWNERS = {
    # The fullest row's owner first, since the address is that of the first.
    "CN101234567B": ("甲公司|乙公司|戊公司", "甲地"),
    "CN109999999A": ("丙公司|个人", "丙地"),
    "CN108888888A": ("丁公司", None),
}


@pytest.fixture
def clean(tmp_path):
    """Patents of files given by their lines: rows, counts and the two lists."""

    def run(files, suffix=".csv", budget=None):
        paths = [tmp_path / name.replace(".csv", suffix) for name in files]
        for path, lines in zip(paths, files.values(), strict=True):
            WRITERS[suffix](path, lines)
        out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
        sources = [SourceFile(path) for path in paths]
        counts = clean_table("patents", sources, out, rejected, budget=budget)
        counts.check("clean")
        rows = pq.read_table(out).to_pylist()
        return rows, counts, listed(rejected), listed(tmp_path / "rejected.cells.csv")

    return run


def listed(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def write_csv(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_parquet(path, lines):
    """With dictionaries, as Parquet keeps texts that recur."""
    header, *rows = [line.split(",") for line in lines]
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table(dict(zip(header, map(list, columns), strict=True))), path)


WRITERS = {".csv": write_csv, ".parquet": write_parquet}


@pytest.mark.parametrize("suffix", WRITERS)
def test_one_work_has_the_owners_of_all_its_rows(clean, suffix):
    rows, counts, rejected, cells = clean(FILES, suffix)
    assert {r["grant_number"]: (r["owners"], r["owners_address"]) for r in rows} == OWNERS
    assert (counts.read, counts.written, counts.rejected) == (6, 3, 3)
    line = 2 if suffix == ".csv" else 1
    a, b = f"a{suffix}", f"b{suffix}"
    joined = f"另一权利人的行：与 {a} 第 {line} 行为同一件，已并入该行"
    assert rejected == [
        (a, str(line + 1), "授权号", "CN101234567B", joined),
        (b, str(line), "授权号", "CN101234567B", joined),
        (b, str(line + 1), "授权号", "CN109999999A",
         f"重复：与 {a} 第 {line + 2} 行为同一条，保留该行"),
    ]  # fmt: skip
    why = f"同号各行的权利人合并：与 {a} 第 {line + 1} 行等为同一件"
    assert cells == [(a, str(line), "权利人", "甲公司|乙公司|戊公司", why)]


def test_rows_far_apart_are_joined_however_few_are_in_memory(clean, monkeypatch):
    """Three rows a work, a third of the file apart; batches of 4,096 rows, some of them on disk."""
    works = 5_000
    lines = [f"CN1{at:08d}B,{owner}{at}公司" for owner in "甲乙丙" for at in range(works)]
    files = {"a.csv": ["授权公告号,专利权人", *lines]}
    whole = clean(files)
    monkeypatch.setattr(stage, "_BYTES_OF_A_REPEATED_ROW", Budget().memory // 700)
    monkeypatch.setattr(stage, "_ASIDE_SHARE", 0.0001)
    monkeypatch.setattr(stage, "_GROUP_ROWS", 4_096)
    assert clean(files) == whole
    rows, counts, rejected, cells = whole
    assert (counts.written, len(rejected), len(cells)) == (works, 2 * works, works)
    expected = {f"CN1{at:08d}B": f"丙{at}公司|甲{at}公司|乙{at}公司" for at in range(works)}
    assert {row["grant_number"]: row["owners"] for row in rows} == expected


def test_works_that_stand_once_are_as_they_were(clean):
    rows, counts, rejected, cells = clean({"a.csv": [FILES["a.csv"][0], FILES["a.csv"][4]]})
    assert ([row["owners"] for row in rows], counts.read) == (["丁公司"], 1)
    assert rejected == cells == []


def test_copyrights_too(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("登记号,著作权人\n2020SR0000001,甲公司\n2020SR0000001,乙公司\n", "utf-8")
    out = tmp_path / "out.parquet"
    clean_table("software_copyrights", [SourceFile(path)], out, tmp_path / "r.csv")
    assert pq.read_table(out)["owners"].to_pylist() == ["乙公司|甲公司"]
