"""`reli robustness` at the command line."""

import subprocess
import sys

import pyarrow.csv as pc

FRAMEWORK = """
[[node]]
code = "heat"
[[node]]
code = "a"
parent = "heat"
[[node]]
code = "b"
parent = "heat"
"""
RECIPE = """
[[step]]
do = "normalise"
method = "minmax"
[[step]]
do = "aggregate"
method = "arithmetic"

[uncertainty]
weights = 0.3
replicates = 100
[[uncertainty.alternative]]
name = "位次"
replaces = [1]
[[uncertainty.alternative.step]]
do = "normalise"
method = "rank"
"""
CODE = "import sys; from reli.cli import main; sys.argv.insert(1, 'robustness'); main()"


def test_ranges_and_causes_of_two_industries(tmp_path):
    rows = [
        f"{unit},{industry},{(7 * k) % 11},{(3 * k) % 7}"
        for industry in ("综合", "新材料")
        for k, unit in enumerate("stuvwxyz")
    ]
    for name, text in (
        ("panel.csv", "unit,industry,a,b\n" + "\n".join(rows)),
        ("f.toml", FRAMEWORK),
        ("r.toml", RECIPE),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["--framework", "f.toml", "--recipe", "r.toml", "--against", "t"]
    done = subprocess.run(
        [sys.executable, "-c", CODE, "panel.csv", "out.csv", *options, "--causes", "causes.csv"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "方法区间：变动各级权重±30%、处理方法（位次），共100次；不是置信区间。" in done.stderr
    found = pc.read_csv(tmp_path / "out.csv").to_pylist()
    assert len(found) == 16
    assert all(row["rank_low"] <= row["rank_median"] <= row["rank_high"] for row in found)
    assert {row["ahead_of_t"] for row in found if row["unit"] == "t"} == {0.0}
    causes = pc.read_csv(tmp_path / "causes.csv").to_pylist()
    assert [row["factor"] for row in causes] == ["位次", "weights"] * 2


def test_widths_are_rows_of_their_own(tmp_path):
    lines = [f"{unit},{(7 * k) % 11},{(3 * k) % 7}" for k, unit in enumerate("stuvwxyz")]
    (tmp_path / "panel.csv").write_text("unit,a,b\n" + "\n".join(lines), encoding="utf-8")
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "r.toml").write_text(RECIPE, encoding="utf-8")
    options = ["--framework", "f.toml", "--recipe", "r.toml", "--widths"]
    done = subprocess.run(
        [sys.executable, "-c", CODE, "panel.csv", "out.csv", *options],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = pc.read_csv(tmp_path / "out.csv").to_pylist()
    assert {row["width"] for row in table} == {
        "method",
        "weights",
        "method_and_weights",
        "any_weights",
    }
    assert len(table) == 4 * 8
