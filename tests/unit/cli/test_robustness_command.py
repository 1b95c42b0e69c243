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
    said = "varied are weights within 30%, alternative 位次; 100 replicates"
    assert f"method ranges, not confidence intervals: {said}" in done.stderr
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


def run_command(folder, command, *arguments):
    code = f"import sys; from reli.cli import main; sys.argv.insert(1, '{command}'); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_widths_that_could_not_be_had_are_told(tmp_path):
    lines = [f"{unit},{(7 * k) % 11},{(3 * k) % 7}" for k, unit in enumerate("stuvwxyz")]
    (tmp_path / "panel.csv").write_text("unit,a,b\n" + "\n".join(lines), encoding="utf-8")
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    mixed = RECIPE.replace('"rank"', '"percentile_rank"') + (
        '[[uncertainty.alternative]]\nname = "几何平均"\nreplaces = [2]\n'
        '[[uncertainty.alternative.step]]\ndo = "aggregate"\nmethod = "geometric"\nfloor = 1\n'
    )
    (tmp_path / "r.toml").write_text(mixed, encoding="utf-8")
    options = ["--framework", "f.toml", "--recipe", "r.toml", "--widths"]
    said = run_command(tmp_path, "robustness", "panel.csv", "out.csv", *options)
    assert "no rows of method, method_and_weights: with 位次 + 几何平均 no two of the 8" in said
    widths = {row["width"] for row in pc.read_csv(tmp_path / "out.csv").to_pylist()}
    assert widths == {"weights", "any_weights"}


def test_diagnosis_removals_and_changes_from_the_command_line(tmp_path):
    lines = [
        f"{unit},{year},{(7 * k) % 11 + year - 2022},{3 * k % 7}"
        for year in (2022, 2023)
        for k, unit in enumerate("stuvwxyz")
    ]
    (tmp_path / "panel.csv").write_text("unit,year,a,b\n" + "\n".join(lines), encoding="utf-8")
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "r.toml").write_text(RECIPE, encoding="utf-8")
    options = ["--framework", "f.toml", "--recipe", "r.toml"]
    run_command(tmp_path, "diagnose", "panel.csv", "d.csv", *options)
    table = pc.read_csv(tmp_path / "d.csv").to_pylist()
    assert {row["aspect"] for row in table} == {"indicators", "nodes", "weights", "correlations"}
    assert {row["year"] for row in table} == {2022, 2023}
    run_command(tmp_path, "robustness", "panel.csv", "o.csv", *options, "--removals", "rm.csv")
    removed = pc.read_csv(tmp_path / "rm.csv").to_pylist()
    assert [row["indicator"] for row in removed] == ["a", "b", "a", "b"]
    changed = ["--bounds", "all", "--changes", "c.csv"]
    run_command(tmp_path, "score", "panel.csv", "s.csv", *options, *changed)
    scores = {
        (row["unit"], row["year"]): row["value"]
        for row in pc.read_csv(tmp_path / "s.csv").to_pylist()
        if row["node"] == "heat"
    }
    rows = pc.read_csv(tmp_path / "c.csv").to_pylist()
    for unit in "stuvwxyz":
        total = sum(row["change"] for row in rows if row["unit"] == unit)
        assert abs(total - (scores[unit, 2023] - scores[unit, 2022])) < 1e-9


def test_what_cannot_be_said_of_two_units_is_missing(tmp_path):
    # The same unit is ahead whatever is varied: no variance, of which nothing is a share.
    (tmp_path / "panel.csv").write_text("unit,a,b\nu,1,1\nv,2,2\n", encoding="utf-8")
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "r.toml").write_text(RECIPE, encoding="utf-8")
    options = ["--framework", "f.toml", "--recipe", "r.toml", "--quiet"]
    files = ["panel.csv", "out.csv", "--causes", "causes.csv", "--removals", "removals.csv"]
    done = subprocess.run(
        [sys.executable, "-m", "reli", "robustness", *files, *options],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    causes = (tmp_path / "causes.csv").read_text(encoding="utf-8").splitlines()
    assert causes[1:] == ["位次,,,,", "weights,,,,"]
    for name in ("out.csv", "removals.csv"):
        assert "nan" not in (tmp_path / name).read_text(encoding="utf-8").casefold()
