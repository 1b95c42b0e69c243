"""Columns of theirs and columns of ours."""

import pytest

from reli.errors import Problems
from reli.sources.mapping import ColumnMapping, assign, load_mapping, match_headers
from reli.sources.persons import is_personal
from reli.sources.tables import TABLES, with_choices

ENTERPRISES = TABLES["enterprises"]


def assigned(*headers, mapping=None, table=ENTERPRISES):
    return assign(table, headers, mapping or ColumnMapping(), "f.csv")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            ("企业名称", "注册资本(万元)", "登记状态", "成立日期", "所属区县", "企业地址"),
            {"name", "registered_capital_cny", "status", "founded_date", "county", "address"},
        ),
        (
            ("公司名称", "经营状态", "实缴资本", "曾用名", "参保人数", "国标行业小类"),
            {"name", "status", "paid_in_capital_cny", "former_names", "insured_employees",
             "gb4754_code"},
        ),
        (
            ("企业名称", "社会信用代码", "注册日期", "注册资金", "所在省份", "地区", "注册地址"),
            {"name", "credit_code", "founded_date", "registered_capital_cny", "province", "city",
             "address"},
        ),
    ],
)  # fmt: skip
def test_headers_of_vendors_are_known(headers, expected):
    assert set(assigned(*headers).columns) == expected


def test_columns_of_persons_are_dropped_even_if_nothing_else_is_known_of_them():
    found = assigned("企业名称", "法定代表人", "联系电话", "更多邮箱", "经理")
    assert found.personal == ("法定代表人", "联系电话", "更多邮箱", "经理")
    assert found.unused == ()


@pytest.mark.parametrize(
    ("header", "personal"),
    [
        ("法人", True),
        ("法定代表人姓名", True),
        ("legal_representative", True),
        ("Contact Phone", True),
        ("发明人", True),
        ("法人单位名称", False),
        ("企业名称", False),
        ("technology", False),
        ("电信业务许可", False),
    ],
)
def test_which_columns_are_personal(header, personal):
    assert is_personal(header) is personal


def test_unit_of_the_header_and_of_our_own():
    assert assigned("name", "注册资本（万元）").units == {"registered_capital_cny": 1e4}
    assert assigned("name", "registered_capital_cny").units == {"registered_capital_cny": 1.0}
    assert assigned("name", "注册资本").units == {}


def test_a_file_without_the_needed_columns_is_refused():
    with pytest.raises(Problems, match=r"no column for name \(企业名称\) or credit_code"):
        assigned("甲", "乙")


def test_a_mapping_names_what_is_not_there_and_gets_the_nearest():
    mapping = ColumnMapping(columns={"name": ("企业全称呼",)})
    with pytest.raises(Problems, match="did you mean '企业全称'"):
        assigned("企业全称", mapping=mapping)


def test_columns_that_a_wide_indicator_table_has():
    table = TABLES["indicator"]
    found = assigned("区县", "省份", "高企数", "新增企业", table=table)
    assert found.indicators == {"高企数": "高企数", "新增企业": "新增企业"}


def write(tmp_path, text):
    path = tmp_path / "x.mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_file(tmp_path):
    path = write(
        tmp_path,
        """
        table = "recognitions"
        drop = ["备注"]
        [columns]
        name = "企业全称"
        notice_date = ["公示日", "公告日"]
        [constants]
        list = "high_tech"
        """,
    )
    mapping = load_mapping(path, TABLES["recognitions"])
    assert mapping.columns == {"name": ("企业全称",), "notice_date": ("公示日", "公告日")}
    found = assigned("企业全称", "公告日", "备注", table=TABLES["recognitions"], mapping=mapping)
    assert found.columns == {"name": ("企业全称",), "notice_date": ("公告日",)}
    assert found.constants == {"list": "high_tech"}
    assert found.unused == ()


def test_all_mistakes_of_a_mapping_file_together(tmp_path):
    path = write(
        tmp_path,
        """
        table = "enterprises"
        collumns = {}
        """,
    )
    with pytest.raises(Problems, match="did you mean 'columns'"):
        load_mapping(path, ENTERPRISES)
    path = write(
        tmp_path,
        """
        table = "patents"
        [columns]
        nmae = "x"
        [units]
        registered_capital_cny = "万"
        [constants]
        status = "存活"
        [values.status]
        "开门" = "alife"
        """,
    )
    with pytest.raises(Problems) as error:
        load_mapping(path, ENTERPRISES)
    text = str(error.value)
    for part in ("is for table 'patents'", "'name'", "'万元'", "'存活'", "did you mean 'alive'"):
        assert part in text


@pytest.mark.parametrize(
    ("table", "headers", "left"),
    [
        ("enterprises", "企业名称 企查查行业门类 企查查行业大类 成立时间 注册资金 状态 "
         "统一社会信用代码/税号 省 市 区/县 地址", ""),
        ("enterprises", "公司名 注册资本 成立日期 状态 信用代码 地址 主营业务", "主营业务"),
        ("enterprises", "企业名称 经营状态 注册资本（万人民币） 注册时间 所在省份 所在城市 "
         "所在区县 企业类型 统一信用代码 国民经济行业分类小类 企业地址", ""),
        ("enterprises", "名称 经营状态 成立日期 省份地区 区县 行业分类 注册地", "省份地区"),
        ("enterprises", "公司名称 开业状态 注册时间 社会统一信用代码 行业领域 详细地址", ""),
        ("enterprises", "企业名 信用代码 经营状况 注册资本 成立日期 地址 行业门类 行业小类", ""),
        ("enterprises", "企业名称 企业类别 实缴资金 年报参保人数 一般项目经营范围", ""),
        ("recognitions", "序号 省（区、市） 企业名称 主导产品", "序号"),
        ("recognitions", "序号 申报企业名称 推荐单位 主营产品（服务）", "序号"),
        ("recognitions", "地区 企业 示范产品 批次", ""),
        ("recognitions", "产品名称 生产企业 所在市", ""),
        ("recognitions", "拟认定企业名称 县（市、区） 归口管理部门", ""),
        ("recognitions", "省级工程技术研究中心名称 所属单位 市（州）", ""),
        ("rankings", "排名 上榜企业 总部", "总部"),
        ("patents", "公开（公告）号 标题 申请（专利权）人 公开（公告）日 IPC主分类", "标题"),
        ("patents", "申请号 第一申请人 授权公告日期 国际专利分类号 失效日期", ""),
        ("patents", "公告号 公告日 权利人地址 当前申请(专利权)人 有效性 主分类号", ""),
        ("software_copyrights", "登记编号 软件名称 著作权人（国籍） 批准日期", "软件名称"),
        ("listings", "股票代码 公司全称 市场类型 上市日 退市日期 所属证监会行业", ""),
        ("listings", "代码 公司中文名称 上市地 首发上市日期", ""),
    ],
)  # fmt: skip
def test_further_headers_of_exports_and_ministries(table, headers, left):
    names = headers.split()
    found = match_headers(TABLES[table], names, ColumnMapping())
    used = {name for theirs in found.values() for name in theirs}
    assert [name for name in names if name not in used] == left.split()


def test_capital_in_ten_thousands_of_renminbi_says_its_unit():
    assert assigned("name", "注册资本（万人民币）").units == {"registered_capital_cny": 1e4}


@pytest.mark.parametrize(
    ("header", "yuan"),
    [("注册资本（单位：万元）", 1e4), ("注册资本[万元]", 1e4), ("注册资本/万元", 1e4),
     ("注册资本_亿元", 1e8), ("注册资本万元", 1e4), ("注册资本(万)", 1e4), ("注册资本（元）", 1.0),
     ("注册资本（百万元人民币）", 1e6)],
)  # fmt: skip
def test_a_header_tells_its_unit_however_it_is_written(header, yuan):
    found = assign(TABLES["enterprises"], ["企业名称", header], ColumnMapping(), "r.csv")
    assert found.columns["registered_capital_cny"] == (header,)
    assert found.units["registered_capital_cny"] == yuan


def test_marks_with_which_exports_keep_texts_do_not_hide_headers():
    found = assigned('="企业名称"', "'登记状态", "\ufeff成立\u200b日期")
    assert set(found.columns) == {"name", "status", "founded_date"}


def test_forms_say_of_a_column_that_it_must_be_filled():
    headers = (
        "企业名称（必填）",
        "登记状态（存续/注销）",
        "参保人数（截至2023年末）",
        "注册资本（万元）（选填）",
    )
    found = assigned(*headers)
    assert set(found.columns) == {"name", "status", "insured_employees", "registered_capital_cny"}
    assert found.units == {"registered_capital_cny": 1e4}


@pytest.mark.parametrize(
    "header", ["REGISTERED_CAPITAL_CNY", "RegisteredCapitalCny", "registered-capital-cny"]
)
def test_our_own_headers_are_known_however_their_words_are_joined(header):
    found = assigned("name", header)
    assert found.units == {"registered_capital_cny": 1.0}


@pytest.mark.parametrize(
    ("header", "yuan"),
    [
        ("注册资本：万元", 1e4),
        ("注册资本，万元", 1e4),
        ("注册资本（万元，人民币）", 1e4),
        ("注册资本（人民币元）", 1.0),
        ("注册资本（人民币，万元）", 1e4),
        ("注册资本（单位：万元，保留两位小数）", 1e4),
        ("注册资本（亿）", 1e8),
        ("注册资本", None),
    ],
)
def test_units_of_headers(header, yuan):
    found = assigned("企业名称", header)
    assert found.columns["registered_capital_cny"] == (header,)
    assert found.units.get("registered_capital_cny") == yuan


def test_a_column_that_stands_twice_is_read_where_it_is_filled(clean):
    text = "企业名称,备注,企业名称,注册资本(万元)\n,x,甲公司,5\n乙公司,,乙公司,6\n"
    rows, *_ = clean("enterprises", {"r.csv": text})
    assert [row["name"] for row in rows] == ["甲公司", "乙公司"]
    places = "区划代码,名单,区划代码,状态\n,瞪羚,330108,有\n330110,瞪羚,,有\n"
    divisions = {"330108": ("滨江区",), "330110": ("余杭区",)}
    coverage = with_choices(TABLES["coverage"], {"division_code": divisions})
    rows, *_ = clean(coverage, {"v.csv": places})
    assert [row["division_code"] for row in rows] == ["330108", "330110"]
    owners = "登记号,著作权人,著作权人\n2020SR0123456,甲公司,甲公司\n2020SR0123457,甲公司,乙公司\n"
    rows, *_ = clean("software_copyrights", {"c.csv": owners})
    assert [row["owners"] for row in rows] == ["甲公司", "甲公司|乙公司"]
