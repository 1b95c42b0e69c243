"""`reli match`: what cannot be read of the register is told, too."""

import csv
import subprocess
import sys

MATCH = [sys.executable, "-m", "reli.cli", "match"]
REGISTER = "name,credit_code\n杭州甲科技有限公司\n杭州乙科技有限公司,91330108MA27XF5R6Y\n"


def test_unreadable_lines_of_the_register_are_kept_and_told(tmp_path):
    names, register, out = (tmp_path / each for each in ("in.csv", "register.csv", "out.csv"))
    names.write_text("name\n杭州乙科技有限公司\n杭州甲科技有限公司\n", encoding="utf-8")
    register.write_text(REGISTER, encoding="utf-8")
    done = subprocess.run(
        [*MATCH, names, out, "--register", register, "--quiet"], check=False, capture_output=True
    )
    assert done.returncode == 1
    with out.open(encoding="utf-8") as file:
        codes = [row["matched_credit_code"] for row in csv.DictReader(file)]
    assert codes == ["91330108MA27XF5R6Y", ""]
    with out.with_name("out.csv.rejected.csv").open(encoding="utf-8") as file:
        rejected = [(row["file"], row["line"]) for row in csv.DictReader(file)]
    assert rejected == [(str(register), "2")]


def test_one_standard_input_cannot_be_two_tables():
    done = subprocess.run(
        [*MATCH, "-", "-", "--register", "-"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "only one can be standard input" in done.stderr
