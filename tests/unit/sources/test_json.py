"""JSON: lines, lists and what programs write, each row an enterprise."""

import pytest

from reli.errors import InvalidData
from reli.sources.files import open_table


def read_json(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    table = open_table(path)
    rows = [row for part in table.rows() for row in part.batch.to_pylist()]
    return rows, [(each.line, each.reason) for each in table.rejected]


def objects(path):
    return [row for part in open_table(path).rows() for row in part.batch.to_pylist()]


def test_json_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"name": "甲", "n": 1, "list": ["a", "b"]}\n{"name": "乙"\n\n{"name": null, "n": 2.0}\n',
        encoding="utf-8",
    )
    table = open_table(path)
    rows = [
        (line, tuple(row.values()))
        for part in table.rows()
        for line, row in zip(part.lines.to_pylist(), part.batch.to_pylist(), strict=True)
    ]
    assert table.columns == ("name", "n", "list")
    assert rows == [(1, ("甲", "1", "a|b")), (4, (None, "2", None))]
    assert [(each.line, each.reason) for each in table.rejected] == [(2, "不是有效的 JSON 对象")]


def test_a_name_that_stands_twice_in_a_line_is_told(tmp_path):
    rows, rejected = read_json(
        tmp_path / "a.jsonl", '{"name": "甲", "name": "乙"}\n{"name": "丙", "name": "丙"}\n'
    )
    assert rows == [{"name": "丙"}]
    assert rejected == [(1, "同一行中“name”出现两次，值不同")]


def test_names_that_come_late_are_columns_too(tmp_path, monkeypatch):
    monkeypatch.setattr("reli.sources.jsonlines._BLOCK_BYTES", 20)
    rows, _ = read_json(tmp_path / "a.jsonl", '{"name": "甲"}\n' * 9 + '{"code": "1"}\n')
    assert rows[-1] == {"name": None, "code": "1"}
    assert len(rows) == 10


def test_dates_of_json_stay_as_they_are_written(tmp_path):
    rows, _ = read_json(tmp_path / "a.jsonl", '{"batch": "2023-01-01", "n": 1}\n')
    assert rows == [{"batch": "2023-01-01", "n": "1"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "text", ['{"name": "甲"}\n{"name": "乙"}', '[{"name": "甲"},\n{"name": "乙"}]']
)
def test_json_of_any_encoding_as_lines_or_as_a_list(tmp_path, encoding, text):
    rows, rejected = read_json(tmp_path / "a.json", text, encoding)
    assert (rows, rejected) == ([{"name": "甲"}, {"name": "乙"}], [])


def test_a_list_of_json_that_is_none(tmp_path):
    (tmp_path / "a.json").write_text('[{"name": "甲"},', encoding="utf-8")
    with pytest.raises(InvalidData, match="begins as a JSON list and is none"):
        open_table(tmp_path / "a.json")


def test_json_lines_whole_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("reli.sources.jsonlines._BLOCK_BYTES", 40)
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"a": {i}, "b": "x"}}\n' for i in range(50)), encoding="utf-8")
    parts = list(open_table(path).rows())
    assert [row["a"] for part in parts for row in part.batch.to_pylist()] == [
        str(i) for i in range(50)
    ]
    assert [line for part in parts for line in part.lines.to_pylist()] == list(range(1, 51))


FIRMS = '[{"企业名称": "甲公司", "n": 1}, {"企业名称": "乙公司", "n": null}]'


@pytest.mark.parametrize(
    "text",
    [
        FIRMS,
        # As pandas writes a frame: by columns, split, in rows; and as lists of columns.
        '{"企业名称": {"0": "甲公司", "1": "乙公司"}, "n": {"0": 1, "1": null}}',
        '{"columns": ["企业名称", "n"], "index": [0, 1],"data": [["甲公司", 1], ["乙公司", null]]}',
        '[["企业名称", "n"], ["甲公司", 1], ["乙公司", null]]',
        '{"企业名称": ["甲公司", "乙公司"], "n": [1, null]}',
        # As interfaces answer, in one line and in many; objects one after another.
        f'{{"code": 200, "data": {{"total": 2, "items": {FIRMS}}}}}',
        f'{{\n "code": 200,\n "result": {FIRMS}\n}}',
        '{\n "企业名称": "甲公司",\n "n": 1\n}\n{\n "企业名称": "乙公司",\n "n": null\n}\n',
        '{"企业名称": "甲公司", "n": 1}{"企业名称": "乙公司", "n": null}',
    ],
)
def test_json_in_any_arrangement_is_a_row_a_firm(tmp_path, text):
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    rows = [
        row for part in open_table(tmp_path / "a.json").rows() for row in part.batch.to_pylist()
    ]
    assert [(row["企业名称"], row["n"]) for row in rows] == [("甲公司", "1"), ("乙公司", None)]


def test_lists_within_an_object_are_no_columns(tmp_path):
    text = '{"企业名称": "甲公司", "曾用名": ["乙", "丙"]}\n'
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    rows = [
        row for part in open_table(tmp_path / "a.json").rows() for row in part.batch.to_pylist()
    ]
    assert rows == [{"企业名称": "甲公司", "曾用名": "乙|丙"}]


def test_lines_of_which_the_first_is_damaged_stay_lines(tmp_path):
    text = '{"企业名称": "甲公司"\n{"企业名称": "乙公司"}\n{"企业名称": "丙公司"}\n'
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    table = open_table(tmp_path / "a.jsonl")
    rows = [row["企业名称"] for part in table.rows() for row in part.batch.to_pylist()]
    assert (rows, [line.line for line in table.rejected]) == (["乙公司", "丙公司"], [1])
