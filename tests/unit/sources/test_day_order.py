"""Days of which the year stands last are read where their file says what stands first."""

import pytest

from reli.errors import Problems

NEITHER = "年在末尾，日月次序不明或不符（可在映射文件中以 day_order 指明）"


@pytest.mark.parametrize(
    ("days", "read"),
    [
        ("1/5/2004 12/31/2015", "2004-01-05 2015-12-31"),
        ("1/5/2004 31/12/2015", "2004-05-01 2015-12-31"),
        ("31.12.2015 1.2.2003", "2015-12-31 2003-02-01"),
        ("01-05-2004T00:00:00 12-31-2015T00:00:00", "2004-01-05 2015-12-31"),
        # Nothing tells, or the file contradicts itself.
        ("1/5/2004 2/3/2005", "None None"),
        ("13/1/2004 1/13/2004", "None None"),
        # Where the year stands first, nothing is to be asked.
        ("2004/1/5 2015/12/31", "2004-01-05 2015-12-31"),
    ],
)
def test_days_with_the_year_last(clean, days, read):
    rows = "".join(f"企业{at},{day}\n" for at, day in enumerate(days.split()))
    found, _, _, cells = clean("enterprises", {"r.csv": f"企业名称,成立日期\n{rows}"})
    assert " ".join(str(row["founded_date"]) for row in found) == read
    assert {cell["原因"] for cell in cells} == ({NEITHER} if "None" in read else set())


def test_all_dates_of_a_file_tell(clean):
    text = "企业名称,成立日期,注销日期\n甲,1/5/2004,\n乙,2/3/2005,12/31/2022\n"
    rows, *_ = clean("enterprises", {"r.csv": text})
    assert [str(row["founded_date"]) for row in rows] == ["2004-01-05", "2005-02-03"]


@pytest.mark.parametrize(("order", "read"), [("day", "2004-05-01"), ("month", "2004-01-05")])
def test_a_mapping_says_what_stands_first(clean, tmp_path, order, read):
    mapping = tmp_path / "m.mapping.toml"
    mapping.write_text(f'table = "enterprises"\nday_order = "{order}"\n', encoding="utf-8")
    rows, *_ = clean("enterprises", {"r.csv": "企业名称,成立日期\n甲,1/5/2004\n"}, mapping)
    assert str(rows[0]["founded_date"]) == read


def test_an_order_that_is_none_is_refused(clean, tmp_path):
    mapping = tmp_path / "m.mapping.toml"
    mapping.write_text('table = "enterprises"\nday_order = "dmy"\n', encoding="utf-8")
    with pytest.raises(Problems, match='day_order is \'dmy\': expected "day" or "month"'):
        clean("enterprises", {"r.csv": "企业名称\n甲\n"}, mapping)
