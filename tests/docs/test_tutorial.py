"""The tutorial, followed to the letter: its files, settings and commands."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from reli.cli.app import app

TEXT = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = {name: body for _, name, body in re.findall(r"```(\w+) (\S+)\n(.*?)```", TEXT, re.S)}


def command(beginning):
    """The line of the tutorial that begins so, as arguments."""
    return re.search(rf"^    reli ({beginning}.*)$", TEXT, re.MULTILINE)[1].split()


def write_excel(text, path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append(row)
    book.save(path)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder after step 5, and what each command said."""
    folder = tmp_path_factory.mktemp("tutorial")
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)

        def run(beginning):
            said[beginning] = CliRunner().invoke(app, command(beginning))
            assert said[beginning].exit_code == 0, said[beginning].output

        run("init")
        for name in ("firms.xlsx", "little_giant.xlsx"):
            write_excel(BLOCKS[name], folder / "heat" / "sources" / name)
        (folder / "heat" / "reli.toml").write_text(BLOCKS["reli.toml"], encoding="utf-8")
        run("check")
        run("run")
        run("explain")
    return folder / "heat", said


def text_of(folder):
    pages = PdfReader(folder / "out" / "report.pdf").pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_the_check_finds_what_the_tutorial_says(followed):
    found = followed[1]["check"].output
    assert "可用 10 行" in found
    assert "已注销或吊销但无日期的有 1 家" in found
    assert "定位到区县 100.0%" in found and "直接对上企业名录的占 100.0%" in found


def test_the_run_accounts_for_every_row_as_the_tutorial_says(followed):
    line = re.search(r"`(10 rows read = .*?)`", TEXT)[1]
    assert line in followed[1]["run"].output


def test_the_report_and_the_workbook_are_there(followed):
    folder, _ = followed
    text = text_of(folder)
    assert "我们的区域热力值评价" in text and "资料来源：本院企业库" in text
    assert "本版缺" in text
    sheet = openpyxl.load_workbook(folder / "out" / "tables.xlsx", read_only=True)["综合"]
    ranked = {row[2] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]}
    assert "综合热力值有位次的区县共7个" in text
    assert {"海淀区", "昌平区", "滨江区", "余杭区", "昆山市", "南山区", "蜀山区"} <= ranked


def test_the_two_firms_of_the_last_question_are_told(followed):
    told = followed[1]["explain"].output
    assert "北京云栖海智信息技术有限公司" in told and "北京启明芯联集成电路有限公司" in told


def test_an_own_paragraph_stands_at_the_beginning_after_a_second_run(followed, monkeypatch):
    folder, _ = followed
    own = folder / "text" / "preface.md"
    own.parent.mkdir()
    own.write_text(BLOCKS["text/preface.md"], encoding="utf-8")
    monkeypatch.chdir(folder.parent)
    again = CliRunner().invoke(app, command("run"))
    assert again.exit_code == 0
    text = text_of(folder)
    # The title of the chapter stands in the contents first, then where it begins.
    assert text.index("本报告是根据教程编制的示例。") < text.rindex("评价对象与方法")
