"""What is said about a name that is not known."""

import pytest

from reli.errors import nearest

UNITS = ("杭州市余杭区", "杭州市临平区", "北京市朝阳区", "长春市朝阳区")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("杭州市余杭", "did you mean '杭州市余杭区'?"),
        ("余杭", "did you mean '杭州市余杭区'?"),
        ("朝阳", "did you mean '北京市朝阳区' or '长春市朝阳区'?"),
        ("", "expected one of " + ", ".join(UNITS)),
        ("武汉", "expected one of " + ", ".join(UNITS)),
    ],
)
def test_the_nearest_name_is_offered(name, said):
    assert nearest(name, UNITS) == said
