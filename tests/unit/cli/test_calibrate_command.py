"""`reli calibrate` at the command line."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import ReliError

FRAMEWORK = """
[[node]]
code = "i"
[[node]]
code = "a"
parent = "i"
[[node]]
code = "b"
parent = "i"
"""
CODE = "import sys; from reli.cli import main; sys.argv.insert(1, 'calibrate'); main()"


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_weights_of_three_to_one_are_found(tmp_path):
    values = [(0, 8), (8, 0), (2, 3), (5, 5), (6, 1), (3, 7), (7, 6), (1, 1)]
    scores = [(3 * a + b) * 100 / 32 for a, b in values]
    ranks = [1 + sum(other > score for other in scores) for score in scores]
    panel = "unit,a,b\n" + "".join(f"u{k},{a},{b}\n" for k, (a, b) in enumerate(values))
    published = "division_code,rank,index\n" + "".join(
        f"u{k},{rank},{score}\n" for k, (rank, score) in enumerate(zip(ranks, scores, strict=True))
    )
    for name, text in (
        ("panel.csv", panel),
        ("published.csv", published),
        ("f.toml", FRAMEWORK),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(tmp_path, "panel.csv", "published.csv", "--framework", "f.toml")
    assert done.returncode == 0, done.stderr
    found, *others = json.loads(done.stdout)["index"]
    assert len(others) >= 5 and found["recipe"] == "own"
    assert round(found["weights"]["a"]["best"], 6) == 0.75
    assert found["weights"]["a"]["identified"] is True
    assert found["largest_residuals"] == []
    assert found["reproduces"] is True and abs(found["mean_residual_points"]) < 1e-6
    # Of the others the units whose scores differ most are named with both scores.
    worst = next(each for each in others if each["recipe"] == "log1p, minmax")
    assert worst["mean_residual_points"] > 1
    assert set(worst["largest_residuals"][0]) == {
        "unit", "published", "fitted", "published_score", "fitted_score",
    }  # fmt: skip


def test_a_table_without_ranks_is_said(tmp_path):
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "panel.csv").write_text("unit,a,b\nu,1,2\nv,2,1\n", encoding="utf-8")
    (tmp_path / "published.csv").write_text("unit,rnak\nu,1\n", encoding="utf-8")
    done = run(tmp_path, "panel.csv", "published.csv", "out.json", "--framework", "f.toml")
    assert done.returncode == 2
    assert "no column 'rank': did you mean 'rnak'?" in done.stderr


PANEL = "unit,a,b\nu,0,8\nv,8,0\nw,2,3\nx,5,5\n"


@pytest.mark.parametrize(
    ("published", "complaint"),
    [
        ("unit,rank\nu,first\nv,2\n", "row 1: rank is 'first': expected 1, 2, 3"),
        ("unit,rank\nu,0\nv,2\n", "row 1: rank is '0': expected 1, 2, 3 …, or an empty cell"),
        ("unit,rank\nu,1\nv,-2\n", "row 2: rank is '-2': expected 1, 2, 3"),
        ("unit,rank\nu,1\nv,1.5\n", "row 2: rank is '1.5': expected 1, 2, 3"),
        ("unit,rank,index\nu,1,n/a\nv,2,5\n", "row 1: index is 'n/a': expected a number"),
        ("unit,rank\n", "has no row with a rank"),
        ("unit,rank\nu,1\nu,2\nv,3\n", "unit 'u' is ranked 2 times"),
        ("unit,rank,index\nu,1,10\nv,2,20\nw,3,30\n", "'u' is ranked before 'w', but has the"),
        ("industry,unit,rank\nY,u,1\nY,v,2\n", "ranks 'Y'; the panel has one index, without"),
        ("unit,rank\nk,1\nl,2\nm,3\n", "of 3 published units 0 are in the panel"),
    ],
)
def test_what_is_wrong_with_a_ranking_is_said(tmp_path, published, complaint):
    panel, ranking, framework, out = (tmp_path / name for name in ("p.csv", "r.csv", "f.toml", "o"))
    for path, text in ((panel, PANEL), (ranking, published), (framework, FRAMEWORK)):
        path.write_text(text, encoding="utf-8")
    files = [str(path) for path in (panel, ranking, out)]
    done = CliRunner().invoke(app, ["calibrate", *files, "--framework", str(framework), "--quiet"])
    assert isinstance(done.exception, ReliError)
    assert complaint in str(done.exception)
    assert not out.exists()
