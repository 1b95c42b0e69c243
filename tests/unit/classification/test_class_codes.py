"""What a cell of a register means as a class of GB/T 4754."""

import unicodedata

from reli.classification.industry import class_code, is_of_standard
from reli.reference.industries import gb4754


def test_every_name_of_the_standard_is_known_as_clean_cells_have_it():
    """Cells are in NFKC: the standard's 门诊部（所） has brackets of half the width there."""
    for row in gb4754().to_pylist():
        name = unicodedata.normalize("NFKC", row["name"])
        assert name == name.strip()
        assert is_of_standard(name)
        if row["level"] != "section":
            assert class_code(name) == class_code(row["name"]) != ""
    assert class_code("门诊部(所)") == class_code("门诊部（所）") == "8425"
    assert class_code("三维(3D)打印技术推广服务") == "7517"
    assert class_code("小额贷款公司服务") == "6635"
    assert not is_of_standard("某某业")
