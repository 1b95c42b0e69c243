"""Encodings that are not read say so, and those that are are told from them."""

import pytest

from reli.errors import InvalidData
from reli.sources.encoding import detect_encoding
from reli.sources.files import open_table

TRADITIONAL = "公司名稱,統一社會信用代碼,註冊地址\n甲股份有限公司,91330100MA2ABC12X3,浙江省杭州市\n"


def test_big5_says_so(tmp_path):
    """It was read as GB18030, in which its bytes are other characters."""
    path = tmp_path / "a.csv"
    path.write_text(TRADITIONAL, encoding="big5")
    with pytest.raises(InvalidData, match=r"a\.csv is in Big5 .*: save it as UTF-8"):
        list(open_table(path).rows())


@pytest.mark.parametrize(
    "text",
    [TRADITIONAL, "企业名称,地址\n甲股份有限公司,浙江省杭州市\n", "姓名\n喆\n", "鑫淼垚犇\n"],
)
def test_gb18030_is_not_taken_for_it(text):
    assert detect_encoding(text.encode("gb18030")) == "gb18030"
