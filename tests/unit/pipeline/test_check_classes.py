"""`reli check` names classes that are none of GB/T 4754."""

import pytest

from reli.pipeline.check_classes import unknown_classes
from reli.sources.findings import CleanTable
from reli.sources.reading import SourceFile
from reli.sources.stage import cells_path, clean_table
from reli.sources.tables import TABLES


@pytest.mark.parametrize(
    ("classes", "told"),
    [
        (
            ["9999", "某某业", "9999", "C3929"],
            [("警告", "有 3 家（2 种）", ("9999：2 家", "某某业：1 家")),
             ("提示", "有 1 家（1 种）", ("3929：1 家",))],
        ),
        (["C", "制造业", "39", "391", "3911", "计算机整机制造", ""], []),
    ],
)  # fmt: skip
def test_classes_that_do_not_exist_are_told(tmp_path, classes, told):
    """Of 3929 the standard has the group; sections and names are of it."""
    path, out, rejected = tmp_path / "r.csv", tmp_path / "o.parquet", tmp_path / "rejected.csv"
    rows = "\n".join(f"{at}号公司,{said}" for at, said in enumerate(classes))
    path.write_text(f"企业名称,国民经济行业\n{rows}\n", encoding="utf-8")
    counts = clean_table("enterprises", [SourceFile(path)], out, rejected)
    clean = CleanTable(TABLES["enterprises"], out, rejected, cells_path(rejected), counts)
    found = list(unknown_classes(clean))
    assert [(each.level, each.examples) for each in found] == [(e[0], e[2]) for e in told]
    assert all(each[1] in one.text for each, one in zip(told, found, strict=True))
