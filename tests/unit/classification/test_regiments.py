"""Regiments of the Corps as the Bureau lists them, and as they stand in addresses."""

import pytest

from reli.classification.regiments import regiment_forms


@pytest.mark.parametrize(
    "name, forms",
    [
        ("兵团一四三团", {"143团", "兵团143团", "兵团一四三团", "一四三团"}),
        ("兵团农九师一六六团", {"166团", "兵团166团", "兵团一六六团", "一六六团"}),
        ("兵团二十五团", {"25团", "兵团25团", "兵团二十五团", "二十五团"}),
        ("兵团八十团", {"80团", "兵团80团", "兵团八十团", "八十团"}),
        ("兵团一零六团", {"106团", "兵团106团", "兵团一零六团", "一零六团"}),
        ("兵团十二师三坪农场", {"三坪农场"}),
        # A part of a regiment lies elsewhere than the rest; other towns have no forms.
        ("兵团六十七团分部", set()),
        ("军垦路街道", set()),
    ],
)
def test_a_regiment_in_its_forms(name, forms):
    assert {*regiment_forms(name)} == forms
