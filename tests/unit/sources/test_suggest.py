"""A mapping proposed, and templates that are read back."""

from importlib.resources import files

import docx
import openpyxl
import pytest
import typst
import xlsxwriter
from typer.testing import CliRunner

from reli.cli import app as cli
from reli.errors import InvalidData, InvalidSetting, MissingFile
from reli.sources.mapping import ColumnMapping, load_mapping, match_headers
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.suggest import suggest
from reli.sources.tables import TABLES
from reli.sources.templates import write_template

EXPORT = """本表由某平台导出，数据仅供参考
企业名称,登记状态,法定代表人,注册资本,成立日期,所属区县,更多电话,统一信用编号,企业地址
甲公司,存续,王某,50,2020-01-02,某区,13800000000,91330100MA2ABC12X3,某市某路1号
乙公司,存续,李某,60万元,2020-01-03,某区,-,91330100MA2ABC12X4,某市某路2号
"""


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORT.encode("gb18030"))
    return path


def test_knows_a_vendor_by_its_headers_and_a_column_by_its_values(export, tmp_path):
    found = suggest(export)
    assert (found.table.name, found.vendor) == ("enterprises", "企查查")
    path = tmp_path / "x.mapping.toml"
    path.write_text(found.mapping, encoding="utf-8")
    columns = load_mapping(path, found.table).columns
    assert columns["credit_code"] == ("统一信用编号",)
    assert columns["county"] == ("所属区县",)
    assert "法定代表人, 更多电话" in found.mapping
    assert "王某" not in found.mapping


def test_previews_what_would_be_rejected(export):
    preview = suggest(export).preview
    assert (preview.read, preview.written) == (2, 2)
    assert preview.reasons == (("注册资本：金额单位不明", 1, "line 3: 50"),)
    assert preview.filled["registered_capital_cny"] == 0.5


def test_a_ministry_list_is_told_from_a_register(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("序号,企业名称,推荐地区,主导产品\n1,甲公司,某省,电机\n", encoding="utf-8")
    found = suggest(path)
    assert found.table.name == "recognitions"
    assert "# list = " in found.mapping
    assert found.preview is None


@pytest.mark.parametrize(
    ("name", "lines", "table", "constants", "columns"),
    [
        (
            "附件.xlsx",
            ["某省2023年第一批高新技术企业名单", "序号,企业名称,发证日期", "1,甲,2023-12-8"],
            "recognitions",
            {"list": "high_tech", "batch": "2023年第一批"},
            {"name": "企业名称", "notice_date": "发证日期"},
        ),
        (
            "公示.xlsx",
            ["第五批专精特新“小巨人”企业公示名单", "序号,省（区、市）,企业名称", "1,某省,甲公司"],
            "recognitions",
            {"list": "little_giant", "batch": "第五批"},
            {"issuer_region": "省（区、市）", "name": "企业名称"},
        ),
        (
            "省级工程技术研究中心2022.xlsx",
            ["序号,工程技术研究中心名称,依托单位,主管部门", "1,甲研究中心,甲公司,某市科技局"],
            "recognitions",
            {"list": "provincial_engineering_center", "batch": "2022年"},
            {"name": "工程技术研究中心名称", "host_name": "依托单位"},
        ),
        (
            "榜单.xlsx",
            ["2023中国企业500强", "排名,企业名称,营业收入（万元）", "1,甲公司,5"],
            "rankings",
            {"list": "china_500_cec", "year": "2023"},
            {"rank": "排名", "name": "企业名称"},
        ),
        (
            "新三板挂牌公司.xlsx",
            ["证券代码,证券简称,公司全称,挂牌日期", "800001,甲,甲公司,2020-01-02"],
            "listings",
            {"market": "neeq"},
            {"stock_code": "证券代码", "listed_date": "挂牌日期"},
        ),
        (
            "规上.xlsx",
            ["2022年规模以上工业企业名录",
             "组织机构代码/统一社会信用代码,单位详细名称,行政区划代码,行业代码(GB/T 4754-2017)",
             "91330100MA2ABC12X3,甲公司,330108,3491"],
            "recognitions",
            {"list": "above_designated_size", "batch": "2022年"},
            {"credit_code": "组织机构代码/统一社会信用代码", "name": "单位详细名称"},
        ),
        (
            "附件2.xlsx",
            ["国家企业技术中心名单（第29批）",
             "序号,所在地（地市）,企业技术中心名称,依托单位,认定层级",
             "1,某市,甲公司技术中心,甲公司,国家级"],
            "recognitions",
            {"list": "enterprise_technology_center", "batch": "第29批"},
            {"name": "企业技术中心名称", "issuer_region": "所在地（地市）", "level": "认定层级"},
        ),
        (
            "排行.xlsx",
            ["2023年《财富》世界500强排行榜", "排名,上年排名,公司名称（中英文）", "3,4,甲公司 (A)"],
            "rankings",
            {"list": "fortune_global_500", "year": "2023"},
            {"rank": "排名", "name": "公司名称（中英文）"},
        ),
        (
            "某平台.xlsx",
            ["企业名称,企业名称（英文）,所属地市,县（市、区）,开业（成立）时间",
             "甲公司,A Ltd,杭州市,滨江区,2020-01-02"],
            "enterprises",
            {},
            {"name": "企业名称", "city": "所属地市", "county": "县（市、区）",
             "founded_date": "开业（成立）时间"},
        ),
        (
            "市场主体.xlsx",
            ["企业(机构)名称,住所/经营场所,国民经济行业小类", "甲公司,某路,钢压延加工"],
            "enterprises",
            {},
            {"address": "住所/经营场所", "gb4754_code": "国民经济行业小类"},
        ),
    ],
)  # fmt: skip
def test_lists_as_they_are_published(tmp_path, name, lines, table, constants, columns):
    with xlsxwriter.Workbook(tmp_path / name) as book:
        book.add_worksheet("说明").write(0, 0, "企业名称、登记号、著作权人须填写")
        sheet = book.add_worksheet("名单")
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line.split(","))
    found = suggest(tmp_path / name)
    assert found.table.name == table
    path = tmp_path / "x.mapping.toml"
    path.write_text(found.mapping, encoding="utf-8")
    mapping = load_mapping(path, found.table)
    assert mapping.constants == constants
    assert {ours: theirs[0] for ours, theirs in mapping.columns.items()}.items() >= columns.items()
    # The preview is of the mapping proposed, and the mapping does what the preview says.
    assert (found.preview.read, found.preview.written) == (1, 1)
    source = SourceFile(tmp_path / name, path)
    counts = clean_table(table, [source], tmp_path / "o.parquet", tmp_path / "r.csv")
    assert (counts.read, counts.written) == (1, 1)


def test_a_remark_in_brackets_may_name_another_thing():
    assert match_headers(TABLES["enterprises"], ["企业名称（英文）"], ColumnMapping()) == {}
    found = match_headers(
        TABLES["enterprises"], ["企业名称（英文）", "企业名称（盖章）"], ColumnMapping()
    )
    assert found == {"name": ("企业名称（盖章）",)}


NOTICE = """<html><head><title>关于公布2022年第一批高新技术企业名单的公告</title></head><body>
<div>首页</div><p>根据《某办法》（〔2016〕32号）和专精特新中小企业的有关规定，现予公布。</p>
<table><tr><td>序号</td><td>企业名称</td></tr><tr><td>1</td><td>甲公司</td></tr></table></body></html>
"""


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_the_title_of_a_document_tells_which_list_it_holds(tmp_path, kind):
    path = tmp_path / f"附件1.{kind}"
    title = "关于公布2022年第一批高新技术企业名单的公告"
    notice = "根据《某办法》（〔2016〕32号）和专精特新中小企业的有关规定，现予公布。"
    if kind == "html":
        path.write_text(NOTICE, encoding="utf-8")
    elif kind == "docx":
        document = docx.Document()
        for text in (title, notice):
            document.add_paragraph(text)
        table = document.add_table(rows=2, cols=2)
        for at, text in enumerate(["序号", "企业名称", "1", "甲公司"]):
            table.cell(at // 2, at % 2).text = text
        document.save(path)
    else:
        page = f'#set text(font: "Noto Sans SC")\n{title}\n\n{notice}\n\n'
        page += "#table(columns: 2, [序号], [企业名称], [1], [甲公司])"
        fonts = [files("reli.report") / "assets" / "fonts"]
        path.write_bytes(typst.compile(page.encode(), font_paths=fonts))
    found = suggest(path)
    assert found.table.name == "recognitions"
    assert 'list = "high_tech"' in found.mapping
    assert 'batch = "2022年第一批"' in found.mapping


def test_two_lists_of_one_document_are_told_by_their_titles(tmp_path):
    document = docx.Document()
    for title, name in (("2023年瞪羚企业名单", "甲公司"), ("2023年独角兽企业名单", "乙公司")):
        document.add_paragraph(title)
        table = document.add_table(rows=0, cols=2)
        for row in (("序号", "企业名称"), ("1", name)):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.save(tmp_path / "附件.docx")
    found = suggest(tmp_path / "附件.docx")
    assert "# list: each table or sheet by its own title (gazelle, unicorn)" in found.mapping
    assert 'batch = "2023年"' in found.mapping
    assert (found.preview.read, found.preview.written) == (2, 2)


def test_a_column_of_units_is_used(tmp_path):
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("企业名称", "注册资本", "注册资本单位"))
        sheet.write_row(1, 0, ("甲公司", 1000, "万元"))
    found = suggest(path)
    assert "Not used" not in found.mapping
    assert "[units]" not in found.mapping
    # A place that no heading told is no column of the file.
    assert found.preview.filled == {"name": 1, "registered_capital_cny": 1}


def test_a_column_without_a_header_is_left_aside(tmp_path):
    # As pandas writes its numbers of rows.
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["", "企业名称", "参保人数（人）", "某列"])
        sheet.write_row(1, 0, [0, "杭州甲有限公司", 12, "浙江省杭州市滨江区江南大道1号"])
    found = suggest(path)
    assert 'insured_employees = "参保人数（人）"' in found.mapping
    assert 'address = "某列"' in found.mapping
    assert found.preview.written == 1


def test_divisions_that_are_named_are_previewed_as_a_run_reads_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("区县,年份,指标,数值\n滨江区,2023,规上,3\n甲区,2023,规上,4\n", encoding="utf-8")
    assert suggest(path, places={"330108": ("滨江区",)}).preview.written == 1
    done = CliRunner().invoke(cli.app, ["source", "suggest", str(path)])
    assert "first 2 rows: 1 usable, 1 rejected" in done.output


def test_a_header_that_nobody_knows(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a1,b2\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="--table"):
        suggest(path)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_filled_template_is_read_as_it_is(table, tmp_path):
    path = write_template(table, tmp_path)
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book.worksheets[0][1]]
    # A bare number below it is yuan, as the template says.
    unit = {"money": "（元）"}
    assert header == [column.name_zh + unit.get(column.kind, "") for column in table.columns]
    samples = {
        "date": "2023年1月1日",
        "money": "1万元",
        "flag": "是",
        "ipc": "H04W4/02",
        "number": "51",
    }
    row = [
        next(iter(column.choices.values()))[0]
        if column.choices
        else "2023"
        if column.is_year
        else samples.get(column.kind, "330106")
        for column in table.columns
    ]
    book.worksheets[0].append(row)
    book.save(path)
    out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
    counts = clean_table(table.name, [SourceFile(path)], out, rejected)
    assert (counts.read, counts.written) == (1, 1)
    assert (tmp_path / "rejected.cells.csv").read_text("utf-8-sig").count("\n") == 1


def test_templates_are_the_same_each_time(tmp_path):
    first, again = (write_template(TABLES["enterprises"], tmp_path / each) for each in "ab")
    assert first.read_bytes() == again.read_bytes()


def test_a_template_that_is_filled_in_is_not_written_anew(tmp_path):
    """It was, and what had been typed into it was lost."""
    filled = tmp_path / "coverage.xlsx"
    filled.write_text("filled in")
    again = ["source", "template", str(tmp_path), "--table", "coverage", "--table", "holdings"]
    result = CliRunner().invoke(cli.app, again)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / "holdings.xlsx")]
    assert f"{filled} is already there: left as it is" in result.stderr
    assert filled.read_text() == "filled in"
    with pytest.raises(InvalidSetting, match="already there"):
        write_template(TABLES["coverage"], tmp_path)


def test_commands(export, tmp_path):
    run = CliRunner()
    out = tmp_path / "m.toml"
    result = run.invoke(cli.app, ["source", "suggest", str(export), "--out", str(out)])
    assert result.exit_code == 0
    assert out.read_text().startswith("# Mapping of export.csv to enterprises")
    result = run.invoke(cli.app, ["source", "template", str(tmp_path), "--table", "coverage"])
    assert result.stdout.strip().endswith("coverage.xlsx")


def test_a_sheet_with_definitions_is_no_data(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("说明").write_row(0, 0, ["企业名称", "信用代码"])
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["企业名称"])
        sheet.write_row(1, 0, ["甲"])
    out = tmp_path / "o.parquet"
    counts = clean_table("enterprises", [SourceFile(tmp_path / "a.xlsx")], out, tmp_path / "r.csv")
    assert counts.read == 1


def proposed(tmp_path, name, header, *rows):
    """What is proposed for a workbook, and its mapping as it is read back."""
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    path, mapping = tmp_path / f"{name}.xlsx", tmp_path / f"{name}.mapping.toml"
    book.save(path)
    found = suggest(path)
    mapping.write_text(found.mapping, encoding="utf-8")
    return found, load_mapping(mapping, found.table)


FIRM = (
    "杭州甲科技有限公司",
    "91330108MA2CFRQM0A",
    "浙江省杭州市滨江区某路1号",
    "2019-01-01",
    "存续",
)


def test_a_register_without_any_known_header_is_told_by_its_values(tmp_path):
    found, mapping = proposed(tmp_path, "a", ["a1", "a2", "a3", "a4", "a5"], FIRM, FIRM)
    assert found.table.name == "enterprises"
    ours = ("name", "credit_code", "address", "founded_date", "status")
    assert mapping.columns == {name: (f"a{at}",) for at, name in enumerate(ours, 1)}


def test_values_that_tell_nothing_are_asked_about(tmp_path):
    with pytest.raises(InvalidData, match="none of the headers b1, b2 is known"):
        proposed(tmp_path, "a", ["b1", "b2"], ["x", "1"])


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        (["企业名称", "证书编号"], ["甲公司", "GR202333000001"], "high_tech"),
        (
            ["技术中心名称", "所属企业"],
            ["甲公司技术中心", "甲公司"],
            "enterprise_technology_center",
        ),
        (
            ["工程技术研究中心名称", "依托单位"],
            ["甲中心", "甲公司"],
            "provincial_engineering_center",
        ),
    ],
)
def test_headers_and_certificates_tell_which_list_it_is(tmp_path, header, row, told):
    found, mapping = proposed(tmp_path, "a", [*header, "批次"], [*row, "2023年"])
    assert (found.table.name, mapping.constants) == ("recognitions", {"list": told})
    assert found.preview.written == 1


def test_a_column_of_kinds_is_the_list_by_its_values(tmp_path):
    found, mapping = proposed(
        tmp_path,
        "a",
        ["序号", "企业名称", "类别", "推荐地区"],
        *([1, "甲公司", "瞪羚企业", "杭州市"], [2, "乙公司", "独角兽企业", "杭州市"]),
        [3, "丙公司", "潜在独角兽企业", "杭州市"],
    )
    assert mapping.columns["list"] == ("类别",)
    assert (found.preview.written, found.preview.reasons[0][1]) == (2, 1)


def test_headers_in_english_are_known(tmp_path):
    header = ["Company Name", "Unified Social Credit Code", "Registered Address"]
    more = ["Date of Establishment", "Registration Status", "Registered Capital", "Industry Code"]
    found, mapping = proposed(tmp_path, "a", [*header, *more], [*FIRM, "100万元人民币", "3581"])
    ours = ("name", "credit_code", "address", "founded_date", "status", "registered_capital_cny")
    assert {*ours, "gb4754_code"} == mapping.columns.keys()
    assert found.preview.written == 1


def test_days_of_patents_in_exports_of_vendors_are_those_of_the_grant(tmp_path):
    """公开(公告)日期: without a day a patent counts in no year."""
    header = ["公开(公告)号", "公开(公告)日期", "申请（专利权）人", "专利类型"]
    _, mapping = proposed(
        tmp_path, "a", header, ["CN111111111B", "2022-03-04", "甲公司", "发明授权"]
    )
    assert mapping.columns["granted_date"] == ("公开(公告)日期",)


def test_what_is_not_known_yet_is_named(tmp_path):
    book = tmp_path / "a.csv"
    book.write_text("企业名称,主导产品,推荐地区\n甲公司,阀,某省\n", encoding="utf-8")
    shown = CliRunner().invoke(cli.app, ["source", "suggest", str(book)]).output
    assert "not known yet, and needed in every row: list;" in shown


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "名单.csv").write_text("企业名称\n", encoding="utf-8")
    with pytest.raises(MissingFile, match=r"is a folder: expected a file, such as 名单\.csv in it"):
        suggest(tmp_path)
