"""Every step that COINr has, on its own example, against its rules written out plainly.

Values within 1e-9, ranks exact, for all units and nodes; the plain form is in plain_rules.
"""

import csv
import json
import subprocess
import sys

import numpy as np
import plain_rules as plain
import pyarrow as pa
import pytest

from reli.index import parse_framework, parse_recipe, read_panel, scores_of

MIN = {"do": "normalise", "method": "minmax"}
ONE = {**MIN, "lower": 1}
MEAN = {"do": "aggregate", "method": "arithmetic"}
DENOMINATE = {"do": "denominate"}
GROUP = {"do": "impute", "method": "group_mean", "by": "EurAsia_group"}
FULL = {"do": "impute", "method": "mean"}
WINSORISE = {"do": "treat", "method": "winsorise", "then": "log_ct"}
FEW = ["LPI", "Flights", "Ship", "CO2", "Forest", "Renew"]


def normalised(method, **given):
    return [FULL, {"do": "normalise", "method": method, **given}, MEAN]


RECIPES = {
    "nothing but normalised": [MIN],
    "stops after denominators": [DENOMINATE],
    "stops after treatment": [WINSORISE],
    "stops after imputation": [GROUP],
    "minmax, mean": [MIN, MEAN],
    "minmax to 1-100": [ONE, MEAN],
    "minmax to 0-1": [{**MIN, "upper": 1}, MEAN],
    "denominated": [DENOMINATE, MIN, MEAN],
    "denominated, some": [{**DENOMINATE, "only": ["Flights", "Goods"]}, MIN, MEAN],
    "screened by missing": [{"do": "screen", "at_least": 0.9}, MIN, MEAN],
    "screened, default": [{"do": "screen"}, MIN, MEAN],
    "screened strictly": [{"do": "screen", "at_least": 0.95}, WINSORISE, MIN, MEAN],
    "screened by missing and zeros": [
        {"do": "screen", "by": "missing_and_zeros", "at_least": 0.85, "nonzero_at_least": 0.9},
        MIN,
        MEAN,
    ],
    "screened by zeros, default": [{"do": "screen", "by": "missing_and_zeros"}, MIN, MEAN],
    "imputed by mean": [FULL, MIN, MEAN],
    "imputed by median": [{"do": "impute", "method": "median"}, MIN, MEAN],
    "imputed by zero": [{"do": "impute", "method": "zero"}, MIN, MEAN],
    "imputed by group mean": [GROUP, MIN, MEAN],
    "imputed by group median": [{**GROUP, "method": "group_median", "by": "GDP_group"}, MIN, MEAN],
    "imputed by another group": [{**GROUP, "by": "Pop_group"}, MIN, MEAN],
    "imputed by siblings": [{"do": "impute", "method": "sibling_mean"}, MIN, MEAN],
    "imputed, some": [{**FULL, "only": FEW}, MIN, MEAN],
    "imputed, all but some": [{**FULL, "except": FEW}, MIN, MEAN],
    "treated": [WINSORISE, MIN, MEAN],
    "treated, never logged": [{**WINSORISE, "then": "none"}, MIN, MEAN],
    "treated, one point": [{**WINSORISE, "max_points": 1}, MIN, MEAN],
    "treated, ten points": [{**WINSORISE, "max_points": 10, "then": "none"}, MIN, MEAN],
    "treated, no points": [{**WINSORISE, "max_points": 0}, MIN, MEAN],
    "treated by other limits": [{**WINSORISE, "skewness": 1.5, "kurtosis": 2.5}, MIN, MEAN],
    "treated by tight limits": [
        {**WINSORISE, "skewness": 1.0, "kurtosis": 1.0, "max_points": 3},
        MIN,
        MEAN,
    ],
    "treated, a share of points": [{**WINSORISE, "max_points": "10%"}, MIN, MEAN],
    "treated, all but some": [{**WINSORISE, "except": ["Goods", "FDI"]}, MIN, MEAN],
    "logged": [{"do": "treat", "method": "log_ct", "except": ["TIRcon"]}, MIN, MEAN],
    "box-cox": [{"do": "treat", "method": "box_cox", "lambda": 0.5}, MIN, MEAN],
    "box-cox, zero": [{"do": "treat", "method": "box_cox", "lambda": 0}, MIN, MEAN],
    "box-cox, negative": [
        {"do": "treat", "method": "box_cox", "lambda": -1, "only": FEW}, MIN, MEAN,
    ],
    "zscore": [{"do": "normalise", "method": "zscore"}, MEAN],
    "zscore to 100, 10": [{"do": "normalise", "method": "zscore", "mean": 100, "sd": 10}, MEAN],
    "rank": normalised("rank"),
    "rank with gaps": [{"do": "normalise", "method": "rank"}, MEAN],
    "borda": normalised("borda"),
    "borda with gaps": [{"do": "normalise", "method": "borda"}, MEAN],
    "percentile rank": normalised("percentile_rank"),
    "percentile rank with gaps": [{"do": "normalise", "method": "percentile_rank"}, MEAN],
    "fraction of max": normalised("fraction_of_max", only=["LPI", "Flights", "CO2"])[:2],
    "distance to max": normalised("distance_to_max"),
    "distance to reference": normalised("distance_to_reference", unit="SGP", only=FEW)[:2],
    "distance to reference, capped": normalised(
        "distance_to_reference", unit="DEU", cap=True, only=FEW
    )[:2],
    "distance to target": normalised("distance_to_target"),
    "distance to target, capped": normalised("distance_to_target", cap=True),
    "goalposts": normalised("goalposts", low=0, high=100, upper=1),
    "goalposts by indicator": normalised(
        "goalposts",
        low={"LPI": 2, "CO2": 1, "Renew": 5},
        high={"LPI": 4, "CO2": 15, "Renew": 60},
        only=["LPI", "CO2", "Renew"],
    )[:2],
    "goalposts of the framework": normalised("goalposts", low=0, high="target"),
    "scaled": normalised("scaled", low=0, high=50),
    "equal weights": [MIN, {"do": "weight", "method": "equal"}, MEAN],
    "framework's weights": [MIN, {"do": "weight", "method": "framework"}, MEAN],
    "other weights": [MIN, MEAN, {"weights": {"Conn": 3, "Physical": 2, "LPI": 4}}],
    "geometric": [ONE, {**MEAN, "method": "geometric"}],
    "geometric, imputed, treated": [
        DENOMINATE, GROUP, WINSORISE, ONE, {**MEAN, "method": "geometric"},
    ],
    "harmonic": [ONE, {**MEAN, "method": "harmonic"}],
    "power 2": [FULL, MIN, {**MEAN, "method": "power", "p": 2}],
    "power 0.5": [FULL, ONE, {**MEAN, "method": "power", "p": 0.5}],
    "power -1": [FULL, ONE, {**MEAN, "method": "power", "p": -1}],
    "copeland": [FULL, MIN, {**MEAN, "method": "copeland"}],
    "copeland, then means": [
        FULL, MIN, {**MEAN, "method": ["copeland", "arithmetic", "arithmetic"]},
    ],
    "means, then copeland": [
        FULL, MIN, {**MEAN, "method": ["arithmetic", "arithmetic", "copeland"]},
    ],
    "a method for each level": [ONE, {**MEAN, "method": ["arithmetic", "geometric", "harmonic"]}],
    "enough children": [MIN, {**MEAN, "at_least": 0.8}],
    "enough children at each level": [MIN, {**MEAN, "at_least": [0.9, 1.0, 1.0]}],
    "enough children, geometric": [ONE, {**MEAN, "method": "geometric", "at_least": 0.75}],
    "the example": [
        DENOMINATE, GROUP, {"do": "screen", "at_least": 0.9}, WINSORISE, MIN, MEAN,
    ],
    "the example, zscore": [
        DENOMINATE, GROUP, WINSORISE, {"do": "normalise", "method": "zscore"}, MEAN,
    ],
    "the example, ranks": [DENOMINATE, WINSORISE, {"do": "normalise", "method": "rank"}, MEAN],
}  # fmt: skip


# The recipe, plainly --------------------------------------------------------------------

MEANS = {
    "arithmetic": plain.amean,
    "geometric": plain.gmean,
    "harmonic": plain.hmean,
    "copeland": plain.copeland,
}


class Plain:
    """The steps done one after the other on lists."""

    def __init__(self, rows, meta):
        self.rows, self.meta = rows, meta
        self.table = plain.columns_of(rows, meta)
        self.kept = list(range(len(rows)))
        self.is_turned = False

    def run(self, steps):
        for step in steps:
            if "weights" in step or step["do"] == "weight":
                continue
            getattr(self, step["do"])(**{k: v for k, v in step.items() if k != "do"})
        return self

    def chosen(self, only=None, besides=()):
        codes = only or self.meta.indicators
        return [code for code in codes if code not in besides]

    def replace(self, f, given):
        for code in self.chosen(given.pop("only", None), given.pop("except", ())):
            self.table[code] = f(code, self.table[code], **given)

    def denominate(self, only=None):
        full = plain.denominate(self.table, self.rows, self.meta)
        self.table |= {code: full[code] for code in self.chosen(only)}

    def screen(self, by="missing", at_least=0.65, nonzero_at_least=0.05):
        nonzero = nonzero_at_least if by == "missing_and_zeros" else None
        kept = plain.screen(self.table, at_least, nonzero)
        self.table = plain.only(self.table, kept)
        self.rows = [self.rows[place] for place in kept]
        self.kept = kept

    def impute(self, method, by=None, **given):
        if method == "sibling_mean":
            self.table = plain.impute_by_row(self.table, self.meta)
            return
        if method == "zero":
            self.replace(lambda _, x: [0.0 if v is None else v for v in x], given)
            return
        average = plain.median if method.endswith("median") else plain.mean
        groups = [row[by] for row in self.rows] if by else None
        self.replace(
            lambda _, x: (
                plain.impute_by_group(x, groups, average) if by else plain.impute(x, average)
            ),
            given,
        )

    def treat(self, method, **given):
        if method == "log_ct":
            self.replace(lambda _, x: plain.log_ct(x), given)
        elif method == "box_cox":
            power = given.pop("lambda")
            self.replace(lambda _, x: plain.box_cox(x, power), given)
        else:
            self.replace(self.winsorised, given)

    @staticmethod
    def winsorised(_, x, skewness=2.0, kurtosis=3.5, max_points=5, then="none"):
        if isinstance(max_points, str):
            share = float(max_points.rstrip("%")) / 100
            max_points = max(1, round(share * sum(v > 0 for v in plain.there(x))))
        last = plain.log_ct if then == "log_ct" else None
        return plain.treat(x, skewness, kurtosis, max_points, last)

    def normalise(self, method, only=None, **given):
        self.is_turned, before = True, dict(self.table)
        self.table = plain.turned(self.table, self.meta)
        self.replace(
            lambda code, x: self.normalised(method, code, x, **given), {"only": only or None}
        )
        if only:
            self.table |= {code: before[code] for code in before if code not in only}

    def normalised(self, method, code, x, *, cap=False, unit=None, **given):
        sign, target = self.meta.direction[code], self.meta.target[code]
        if method == "minmax":
            return plain.minmax(x, given.get("lower", 0), given.get("upper", 100))
        if method == "zscore":
            return plain.zscore(x, given.get("mean", 0), given.get("sd", 1))
        if method == "distance_to_reference":
            place = [row["uCode"] for row in self.rows].index(unit)
            return plain.distance_to(x, x[place], cap)
        if method == "distance_to_target":
            return plain.distance_to(x, sign * target, cap)
        if method in {"goalposts", "scaled"}:
            low, high = (self.post(given[name], code) for name in ("low", "high"))
            # The goalposts of an indicator that is multiplied by -1 are so too, and change places.
            low, high = (low, high) if sign == 1 else (-high, -low)
            if low > high:
                low, high = (low, high) if sign == 1 else (high, low)
            if method == "scaled":
                return plain.scaled(x, low, high)
            return plain.goalposts(x, low, high, given.get("upper", 100))
        return getattr(plain, method)(x)

    def post(self, given, code):
        if isinstance(given, dict):
            return given[code]
        return self.meta.target[code] if given == "target" else given

    def aggregate(self, method, p=None, at_least=0.0):
        names = method if isinstance(method, list) else [method]
        found = [plain.genmean(p) if name == "power" else MEANS[name] for name in names]
        methods = found if len(found) > 1 else found[0]
        self.table = plain.aggregate(self.table, self.meta, methods, at_least=at_least)


# Both, and compared -----------------------------------------------------------------------


def toml(step):
    rows = [f"{key} = {json.dumps(value)}" for key, value in step.items() if not is_table(value)]
    for key, value in step.items():
        if is_table(value):
            cells = ", ".join(f"{code} = {number}" for code, number in value.items())
            rows.append(f"{key} = {{ {cells} }}")
    return "[[step]]\n" + "\n".join(rows)


def is_table(value):
    return isinstance(value, dict)


def framework_text(folder, changed):
    """The iMeta file, some weights changed."""
    rows = plain.read_rows(folder / "iMeta.csv")
    for row in rows:
        row["Weight"] = str(changed.get(row["iCode"], row["Weight"]))
    lines = [",".join(rows[0])]
    lines += [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
    return "\n".join(lines)


def ranks_of(x):
    """1 is best; ties share the smaller; on nine significant digits."""
    keys = [None if v is None else float(f"{v:.8e}") for v in x]
    return [None if k is None else 1 + sum(o > k for o in plain.there(keys)) for k in keys]


@pytest.fixture(scope="module")
def asem(shared_dir):
    folder = shared_dir / "asem"
    return folder, plain.read_rows(folder / "iData.csv"), plain.read_meta(folder / "iMeta.csv")


@pytest.mark.parametrize("name", RECIPES)
def test_steps_are_as_coinr_defines_them(asem, name):
    folder, rows, meta = asem
    steps = RECIPES[name]
    changed = next((step["weights"] for step in steps if "weights" in step), {})
    meta = plain.read_meta(folder / "iMeta.csv")
    meta.weight |= changed
    tree = parse_framework(framework_text(folder, changed), "iMeta.csv")
    text = "\n".join(toml(step) for step in steps if "do" in step)
    panel = read_panel(pa.Table.from_pylist(rows), tree, "iData.csv")
    found = scores_of(panel, tree, parse_recipe(text, name, tree.indicators))[0]
    slow = Plain(rows, meta).run(steps)
    stays = steps[-1]["do"] == "aggregate" if "do" in steps[-1] else True
    assert set(slow.table) == set(found.values), "nodes"
    assert ("Index" in found.values) == stays
    for code, x in slow.table.items():
        values = found.values[code][slow.kept]
        expected = np.array([np.nan if v is None else v for v in x])
        np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-9, err_msg=code)
        sign = 1 if code in found.normalised else meta.direction[code]
        best = ranks_of([None if v is None else sign * v for v in x])
        ranks = found.ranks_of(code)[slow.kept]
        assert [None if np.isnan(r) else int(r) for r in ranks] == best, code
    left = sorted(set(range(len(rows))) - set(slow.kept))
    assert all(np.isnan(x[left]).all() for x in found.values.values())


def test_the_panel_of_five_years_is_five_indices(asem, tmp_path):
    """Through the command: COINr's panel, its column Time, and the file as it is."""
    folder, _, meta = asem
    recipe = tmp_path / "r.toml"
    steps = RECIPES["the example"]
    recipe.write_text("\n".join(map(toml, steps)), encoding="utf-8")
    code = "import sys; from reli.cli import main; sys.argv.insert(1, 'score'); main()"
    files = [str(folder / "iData_panel.csv"), str(tmp_path / "out.csv")]
    options = ["--framework", str(folder / "iMeta.csv"), "--recipe", str(recipe), "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", code, *files, *options], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        out = {(row["year"], row["unit"], row["node"]): row for row in csv.DictReader(file)}
    rows = plain.read_rows(folder / "iData_panel.csv")
    years = sorted({row["Time"] for row in rows})
    assert len(years) == 5 and len(out) == len(rows) * len(meta.level)
    for year in years:
        these = [row for row in rows if row["Time"] == year]
        slow = Plain(these, meta).run(steps)
        for node in ("Index", "Conn", "Physical", "LPI"):
            ranks = ranks_of(slow.table[node])
            for place, row in enumerate(slow.rows):
                got = out[year, row["uCode"], node]
                assert float(got["value"]) == pytest.approx(slow.table[node][place], rel=1e-9)
                assert int(got["rank"]) == ranks[place]
