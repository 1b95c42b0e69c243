"""A command over a table: rows, order, rejected lines, formats."""

import csv
import gzip
import io
import sys

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from reli.errors import InvalidData, MissingFile, Problems
from reli.sources.command import run_table_command


def length(batch):
    """A kernel: the number of characters of the address."""
    return pa.record_batch({"n": pc.utf8_length(batch.column("address"))})


def run(source, target, **options):
    return run_table_command(source, target, length, required=("address",), quiet=True, **options)


def written(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.fixture
def table(tmp_path):
    def write(content, name="in.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_appends_columns_and_keeps_rows_in_order(table, tmp_path):
    source = table('id,address\n1,长安街\n2,""\n1,"a,""b""\nc"\n')
    assert run(source, tmp_path / "out.csv") == 0
    assert written(tmp_path / "out.csv") == [
        {"id": "1", "address": "长安街", "n": "3"},
        {"id": "2", "address": "", "n": "0"},
        {"id": "1", "address": 'a,"b"\nc', "n": "7"},
    ]
    assert not (tmp_path / "out.csv.rejected.csv").exists()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
        ("gb18030", b"\x84\x31\x95\x33"),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_detects_the_encoding(table, tmp_path, encoding, mark):
    source = table(mark + "address\n北京市\n㐂\n".encode(encoding))
    assert run(source, tmp_path / "out.csv") == 0
    assert [row["address"] for row in written(tmp_path / "out.csv")] == ["北京市", "㐂"]


def test_rejects_lines_by_their_physical_number(table, tmp_path):
    text = 'id,address\n1,"a\nb"\n2\n3,x,y\n\n4,ok\n5,"open\n6,ok\n'
    source = table(text.encode() + b"7,\xff\xfe\n8," + "末".encode() + b"\n")
    out = tmp_path / "out.csv"
    assert run(source, out) == 1
    assert [row["id"] for row in written(out)] == ["1", "4", "6", "8"]
    rejected = written(tmp_path / "out.csv.rejected.csv")
    assert [(row["line"], row["reason"]) for row in rejected] == [
        ("4", "字段数为 1，应为 2"),
        ("5", "字段数为 3，应为 2"),
        ("8", "引号未闭合"),
        ("10", "编码错误：不是有效的 UTF-8 文本"),
    ]
    assert {row["file"] for row in rejected} == {str(source)}


def test_nothing_of_persons_is_kept_of_rejected_lines(table, tmp_path):
    source = table("address,法定代表人\nx,y,王某\n".encode() + b"\xff,z\n")
    run(source, tmp_path / "out.csv")
    rejected = written(tmp_path / "out.csv.rejected.csv")
    assert [row["text"] for row in rejected] == ["", "�,"]


def test_telephone_numbers_are_blanked_in_rejected_lines(table, tmp_path):
    source = table("address,b\nx,y,13812345678 010-12345678\n")
    run(source, tmp_path / "out.csv")
    assert written(tmp_path / "out.csv.rejected.csv")[0]["text"] == "x,y,*** ***"


def test_rejected_file_of_an_earlier_run_goes(table, tmp_path):
    run(table("address\n1,2\n"), tmp_path / "out.csv")
    run(table("address\n1\n"), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv.rejected.csv").exists()


def test_blocks_join_without_a_seam(table, tmp_path, monkeypatch):
    monkeypatch.setattr("reli.sources.csvfile._BLOCK_BYTES", 64)
    lines = [f'{i},"第\n{i} 号"' for i in range(200)]
    lines[50] = "50"
    source = table("id,address\n" + "\n".join(lines) + "\n")
    assert run(source, tmp_path / "out.csv") == 1
    ids = [row["id"] for row in written(tmp_path / "out.csv")]
    assert ids == [str(i) for i in range(200) if i != 50]
    assert written(tmp_path / "out.csv.rejected.csv")[0]["line"] == "102"


def test_every_format_in_and_out(table, tmp_path):
    source = table("address,code\n长安街,0012\n,\n")
    for name in ("a.parquet", "b.xlsx", "c.csv.gz", "d.csv"):
        target = tmp_path / name
        assert run_table_command(source, target, length, required=("address",), quiet=True) == 0
        source = target if name != "b.xlsx" else source
    packed = (tmp_path / "c.csv.gz").read_bytes()
    assert gzip.decompress(packed).decode().startswith("address,code,input_n,n")
    assert pq.read_table(tmp_path / "a.parquet").to_pylist()[0] == {
        "address": "长安街",
        "code": "0012",
        "n": 3,
    }
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert [cell.value for cell in sheet[2]] == ["长安街", "0012", 3, 3]
    run(tmp_path / "b.xlsx", tmp_path / "e.csv")
    assert written(tmp_path / "e.csv")[0]["code"] == "0012"


def test_a_column_called_like_a_new_one_is_kept_under_another_name(table, tmp_path, capsys):
    source = table("n,address\nold,ab\n")
    run_table_command(source, tmp_path / "out.csv", length, required=("address",))
    assert written(tmp_path / "out.csv") == [{"input_n": "old", "address": "ab", "n": "2"}]
    assert "'n'" in capsys.readouterr().err


def test_header_alone_gives_the_new_header(table, tmp_path):
    assert run(table("address\n"), tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text() == "address,n\n"


def test_standard_input_and_output(monkeypatch, capfdbinary, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"address\nab\n1,2\n")))
    from reli.sources.files import STANDARD

    assert run(STANDARD, STANDARD, rejected=tmp_path / "bad.csv") == 1
    assert capfdbinary.readouterr().out == b"address,n\nab,2\n"
    assert written(tmp_path / "bad.csv")[0]["line"] == "3"


@pytest.mark.parametrize(
    ("content", "name", "error", "message"),
    [
        ("adress\nx\n", "in.csv", Problems, "did you mean 'adress'. The table has: adress"),
        ("", "in.csv", InvalidData, "is empty"),
        (" \n\n", "in.csv", InvalidData, "is empty"),
        ("address\nx\n", "in.cvs", InvalidData, "did you mean '.csv'"),
        ("no parquet", "in.parquet", InvalidData, "cannot be read"),
        ("no workbook", "in.xlsx", InvalidData, "no Excel workbook"),
    ],
)
def test_says_why_it_cannot_run(table, tmp_path, content, name, error, message):
    with pytest.raises(error, match=message):
        run(table(content, name), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_missing_file_names_the_nearest(table, tmp_path):
    table("address\nx\n", "register.csv")
    with pytest.raises(MissingFile, match=r"did you mean 'register.csv'"):
        run(tmp_path / "regster.csv", tmp_path / "out.csv")


def test_a_missing_file_without_an_extension_is_said_to_be_missing(table, tmp_path):
    table("address\nx\n", "register.csv")
    with pytest.raises(MissingFile, match="does not exist"):
        run(tmp_path / "register", tmp_path / "out.csv")


def test_a_failing_kernel_leaves_no_file(table, tmp_path):
    def fail(batch):
        if batch.num_rows:
            raise InvalidData("no")
        return length(batch)

    with pytest.raises(InvalidData):
        run_table_command(
            table("address\nx\n"), tmp_path / "out.csv", fail, required=("address",), quiet=True
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
