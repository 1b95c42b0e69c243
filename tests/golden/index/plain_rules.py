"""COINr's documented rules, written out plainly: one cell after the other, lists and None.

The slow twin of the steps in `reli.index`, from COINr's reference manual (version 1.1) and its
vignettes. A column is a list with None where a value is missing; a table maps codes to columns.
"""

import csv
import math
from dataclasses import dataclass


@dataclass
class Meta:
    """A framework as COINr's iMeta states it."""

    direction: dict
    weight: dict
    parent: dict
    level: dict
    denominator: dict
    target: dict

    @property
    def indicators(self):
        return [code for code, level in self.level.items() if level == 1]

    @property
    def depth(self):
        return max(self.level.values())

    def children(self, parent):
        return [code for code in self.level if self.parent[code] == parent]


def number(cell):
    return None if cell in {"", "NA", "NaN"} else float(cell)


def read_meta(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Type"] in {"Indicator", "Aggregate"}]
    return Meta(
        direction={row["iCode"]: int(row["Direction"]) for row in rows},
        weight={row["iCode"]: float(row["Weight"]) for row in rows},
        parent={row["iCode"]: row["Parent"] for row in rows},
        level={row["iCode"]: int(row["Level"]) for row in rows},
        denominator={row["iCode"]: row["Denominator"] for row in rows},
        target={row["iCode"]: number(row["Target"]) for row in rows},
    )


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns_of(rows, meta):
    return {code: [number(row[code]) for row in rows] for code in meta.indicators}


def there(x):
    return [value for value in x if value is not None]


def each(x, f):
    return [None if value is None else f(value) for value in x]


# Before the steps -------------------------------------------------------------------


def denominate(table, rows, meta):
    found = dict(table)
    for code, name in meta.denominator.items():
        if code in table and name != "NA":
            by = [number(row[name]) for row in rows]
            found[code] = [
                None if a is None or b is None else a / b
                for a, b in zip(table[code], by, strict=True)
            ]
    return found


def screen(table, at_least, nonzero=None):
    """Places of the units that stay."""
    kept = []
    for place in range(len(next(iter(table.values())))):
        values = [x[place] for x in table.values()]
        present = there(values)
        is_in = len(present) / len(values) >= at_least
        if nonzero is not None and present:
            is_in = is_in and sum(value != 0 for value in present) / len(present) >= nonzero
        kept += [place] if is_in else []
    return kept


def only(table, places):
    return {code: [x[place] for place in places] for code, x in table.items()}


# Imputation ---------------------------------------------------------------------------


def mean(values):
    return math.fsum(values) / len(values)


def median(values):
    ordered, n = sorted(values), len(values)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def impute(x, average):
    value = average(there(x)) if there(x) else None
    return [value if cell is None else cell for cell in x]


def impute_by_group(x, groups, average):
    found = list(x)
    for group in set(groups) - {"NA", ""}:
        places = [place for place, each_group in enumerate(groups) if each_group == group]
        filled = impute([x[place] for place in places], average)
        for place, value in zip(places, filled, strict=True):
            found[place] = value
    return found


def impute_by_row(table, meta):
    """i_mean by row within the groups of level 2, normalised first and back."""
    found = dict(table)
    for parent in {meta.parent[code] for code in meta.indicators}:
        codes = [code for code in meta.children(parent) if code in table]
        turned = {
            code: each(table[code], lambda v, c=code: v * meta.direction[c]) for code in codes
        }
        low = {code: min(there(x)) for code, x in turned.items()}
        high = {code: max(there(x)) for code, x in turned.items()}
        for place in range(len(table[codes[0]])):
            scaled = [
                (turned[code][place] - low[code]) / (high[code] - low[code])
                for code in codes
                if turned[code][place] is not None
            ]
            for code in codes:
                if turned[code][place] is None and scaled:
                    back = mean(scaled) * (high[code] - low[code]) + low[code]
                    found[code] = list(found[code])
                    found[code][place] = back * meta.direction[code]
    return found


# Treatment ----------------------------------------------------------------------------


def skew(values):
    n, m = len(values), mean(values)
    second = math.fsum((v - m) ** 2 for v in values)
    third = math.fsum((v - m) ** 3 for v in values)
    return math.sqrt(n) * third / second**1.5 * math.sqrt(n * (n - 1)) / (n - 2)


def kurt(values):
    n, m = len(values), mean(values)
    second = math.fsum((v - m) ** 2 for v in values)
    fourth = math.fsum((v - m) ** 4 for v in values)
    r = n * fourth / second**2
    return ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def passes(x, skew_limit, kurt_limit):
    values = there(x)
    return abs(skew(values)) < skew_limit or kurt(values) < kurt_limit


def log_ct(x):
    low, high = min(there(x)), max(there(x))
    return each(x, lambda v: math.log(v - low + 0.01 * (high - low)))


def box_cox(x, power):
    low = min(there(x))
    if power == 0:
        return each(x, lambda v: math.log(v - low + 1))
    return each(x, lambda v: ((v - low + 1) ** power - 1) / power)


def winsorise(x, skew_limit, kurt_limit, most):
    x, high, low = list(x), [], []
    while not passes(x, skew_limit, kurt_limit) and len(high) + len(low) < most:
        if skew(there(x)) >= 0:
            top = max(there(x))
            high = [place for place, v in enumerate(x) if v == top]
            value = max(v for v in there(x) if v != top)
            x = [value if place in high else v for place, v in enumerate(x)]
        else:
            bottom = min(there(x))
            low = [place for place, v in enumerate(x) if v == bottom]
            value = min(v for v in there(x) if v != bottom)
            x = [value if place in low else v for place, v in enumerate(x)]
    return x


def treat(x, skew_limit=2.0, kurt_limit=3.5, most=5, then=log_ct):
    if passes(x, skew_limit, kurt_limit):
        return x
    first = winsorise(x, skew_limit, kurt_limit, most)
    if then is None or passes(first, skew_limit, kurt_limit):
        return first
    return then(x)


# Normalisation: x comes with its direction applied --------------------------------------


def minmax(x, lower=0, upper=100):
    low, high = min(there(x)), max(there(x))
    return each(x, lambda v: (v - low) / (high - low) * (upper - lower) + lower)


def zscore(x, to_mean=0, to_sd=1):
    values = there(x)
    m = mean(values)
    sd = math.sqrt(math.fsum((v - m) ** 2 for v in values) / (len(values) - 1))
    return each(x, lambda v: (v - m) / sd * to_sd + to_mean)


def rank(x):
    values = there(x)
    return each(x, lambda v: 1 + sum(other < v for other in values))


def borda(x):
    return each(rank(x), lambda r: r - 1)


def percentile_rank(x):
    n = len(there(x))
    return each(rank(x), lambda r: (r - 1) / (n - 1))


def fraction_of_max(x):
    high = max(there(x))
    return each(x, lambda v: v / high)


def distance_to_max(x):
    low, high = min(there(x)), max(there(x))
    return each(x, lambda v: 1 - (high - v) / (high - low))


def distance_to(x, target, cap=False):
    low = min(there(x))
    found = each(x, lambda v: 1 - (target - v) / (target - low))
    return each(found, lambda v: min(v, 1)) if cap else found


def goalposts(x, low, high, scale):
    return each(x, lambda v: min(max((v - low) / (high - low), 0), 1) * scale)


def scaled(x, low, high):
    return each(x, lambda v: (v - low) / (high - low) * 100)


def turned(table, meta):
    return {
        code: each(x, lambda v, c=code: v * meta.direction[c] + 0.0) for code, x in table.items()
    }


# Aggregation: a row of values and weights ------------------------------------------------


def pairs(x, w):
    return [(a, b) for a, b in zip(x, w, strict=True) if a is not None]


def amean(x, w):
    known = pairs(x, w)
    total = math.fsum(b for _, b in known)
    return math.fsum(a * (b / total) for a, b in known)


def gmean(x, w):
    known = pairs(x, w)
    total = math.fsum(b for _, b in known)
    return math.exp(math.fsum(b * math.log(a) for a, b in known) / total)


def hmean(x, w):
    known = pairs(x, w)
    return math.fsum(b for _, b in known) / math.fsum(b / a for a, b in known)


def genmean(p):
    def of(x, w):
        known = pairs(x, w)
        total = math.fsum(b for _, b in known)
        return (math.fsum(b * a**p for a, b in known) / total) ** (1 / p)

    return of


def copeland(columns, w):
    """Of complete columns: how many units one is ahead of by weight, less those ahead of it."""
    n, total = len(columns[0]), math.fsum(w)
    found = []
    for i in range(n):
        score = 0
        for j in range(n):
            ahead = math.fsum(b for x, b in zip(columns, w, strict=True) if x[i] > x[j])
            tied = math.fsum(b for x, b in zip(columns, w, strict=True) if x[i] == x[j])
            share = (ahead + tied / 2) / total
            score += 0 if i == j or abs(share - 0.5) < 1e-12 else 1 if share > 0.5 else -1
        found.append(float(score))
    return found


def aggregate(table, meta, methods=amean, weight=None, at_least=0.0):
    """Level after level, lowest first; one method, or one for each level."""
    table, steps = dict(table), meta.depth - 1
    methods = methods if isinstance(methods, list) else [methods] * steps
    shares = at_least if isinstance(at_least, list) else [at_least] * steps
    weight = weight or meta.weight
    for level in range(2, meta.depth + 1):
        for parent in [code for code, its in meta.level.items() if its == level]:
            codes = meta.children(parent)
            w = [weight[code] for code in codes]
            columns = [table[code] for code in codes]
            if methods[level - 2] is copeland:
                table[parent] = copeland(columns, w)
                continue
            rows = zip(*columns, strict=True)
            table[parent] = [_row(row, w, methods[level - 2], shares[level - 2]) for row in rows]
    return table


def _row(row, w, method, at_least):
    share = len(there(row)) / len(row)
    return None if share == 0 or share < at_least else method(row, w)
