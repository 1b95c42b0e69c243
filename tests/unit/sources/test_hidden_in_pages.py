"""What a web page does not show is no row of its list, and is told."""

import pytest
from typer.testing import CliRunner

from reli.cli import app as cli
from reli.sources.documents import read_document
from reli.sources.files import unseen_rows

HEAD = "<tr><th>序号</th><th>企业名称</th></tr>"
PAGE = "<meta charset=utf-8><h1>高新技术企业名单</h1>{}"


def row(number, name, how=""):
    return f"<tr{how}><td>{number}</td><td>{name}</td></tr>"


SHOWN = f"<table>{HEAD}{row(1, '甲公司')}</table>"


@pytest.mark.parametrize(
    ("table", "unseen"),
    [
        (f"<table>{HEAD}{row(1, '甲公司')}{row(2, '乙公司', ' style=display:none')}</table>", 1),
        (f"<table>{HEAD}{row(1, '甲公司')}{row(2, '乙公司', ' hidden')}</table><p>x</p>", 1),
        # Rows and cells without an end; a sort key, a column and a table that nobody sees.
        ("<table><tr><th>序号<th>企业名称<tr style='DISPLAY : NONE'><td>9<td>乙"
         "<tr><td>1<td>甲公司</table>", 1),
        (SHOWN.replace("甲公司", '<span style="display:none">0001</span>甲公司'), 0),
        (SHOWN.replace("<td>1</td>", "<td hidden>id</td><td>1</td>"), 0),
        (f'<div style="display: none;"><input hidden><table>{HEAD}{row(1, "乙公司")}</table></div>'
         + SHOWN, 2),
        (f"<p style='visibility:hidden'>乙<table>{HEAD}{row(1, '甲公司')}</table>", 0),
        # All of it, until a script has run; then nothing is known to be unseen.
        (f"<div style='display:none'>{SHOWN}</div>", 0),
    ],
)  # fmt: skip
def test_what_a_page_does_not_show_is_not_read(tmp_path, table, unseen):
    path = tmp_path / "a.html"
    path.write_text(PAGE.format(table), encoding="utf-8")
    (found,) = read_document(path).tables
    assert found == [["序号", "企业名称"], ["1", "甲公司"]]
    assert unseen_rows(path) == unseen


def test_a_hidden_table_within_a_cell_ends_nothing_else(tmp_path):
    inner = f"<table style=display:none>{row(1, '乙公司')}</table>"
    path = tmp_path / "a.html"
    path.write_text(PAGE.format(SHOWN.replace("甲公司", inner + "甲公司")), encoding="utf-8")
    assert read_document(path).tables == ([["序号", "企业名称"], ["1", "甲公司"]],)


def test_check_tells_rows_that_a_page_does_not_show(tmp_path):
    (tmp_path / "sources").mkdir()
    table = f"<table>{HEAD}{row(1, '甲公司')}{row(2, '乙公司', ' hidden')}</table>"
    (tmp_path / "sources" / "a.html").write_text(PAGE.format(table), encoding="utf-8")
    settings = 'name = "x"\nreference_year = 2023\n[[sources]]\ntable = "recognitions"\n'
    (tmp_path / "reli.toml").write_text(settings + 'path = "a.html"\n', encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["check", str(tmp_path), "--quiet"]).stdout
    assert "a.html：网页中有 1 行隐藏未显示，未读取" in said
