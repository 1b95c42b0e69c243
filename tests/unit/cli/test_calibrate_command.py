"""`reli calibrate` at the command line."""

import json
import subprocess
import sys

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


def test_a_table_without_ranks_is_said(tmp_path):
    (tmp_path / "f.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "panel.csv").write_text("unit,a,b\nu,1,2\nv,2,1\n", encoding="utf-8")
    (tmp_path / "published.csv").write_text("unit,rnak\nu,1\n", encoding="utf-8")
    done = run(tmp_path, "panel.csv", "published.csv", "out.json", "--framework", "f.toml")
    assert done.returncode == 2
    assert "no column 'rank': did you mean 'rnak'?" in done.stderr
