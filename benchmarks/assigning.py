"""`python -m benchmarks.assigning`: classifying, credit codes and matching, rows a core-second.

`--memory ROWS`: peaks of the commands `classify` and `match` at so many rows and at three times.

Scopes are composed of usual clauses, some 70 characters in the mean; one clause in forty names a
listed product, so that one scope in six does, as in registers. The floor of classifying looks for
the products in the same text and does nothing else. Each figure has a process of its own, with one
thread.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl
import pyarrow as pa

BATCH, SEED, PART = 131_072, 2024, 100_000
CLAUSES = (
    "日用百货销售", "五金产品批发", "建筑材料销售", "普通货物道路运输", "机械设备租赁",
    "企业管理咨询",
    "货物进出口", "服装、鞋帽的加工、销售", "塑料制品制造", "农副产品收购", "餐饮服务", "房屋租赁",
    "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广", "广告设计、代理", "物业管理服务",
    "电子产品、通讯器材的批发、零售", "家具制造", "金属制品加工", "园林绿化工程施工",
    "会议及展览服务",
)  # fmt: skip
MADE = ("的研发、生产、销售", "制造", "销售", "批发、零售", "的生产")
CODES = ("91100000100003962T", "914403001922038216", "91330100799655058B", "91110108551385082Q")


def scopes(rows: int) -> pl.Series:
    """Composed scopes."""
    from reli.classification.products import terms

    rng = np.random.default_rng(SEED)
    products = terms().meanings["term"].unique().sort().to_list()
    some = [*CLAUSES] * 39
    some += [rng.choice(products) + rng.choice(MADE) for _ in range(len(CLAUSES))]
    chosen = rng.integers(0, len(some), (rows, 8))
    return pl.Series(["；".join(some[at] for at in line) for line in chosen])


def rate(rows: int, work: Callable[[], object]) -> float:
    """Rows a second of CPU, the best of three."""
    best = 0.0
    for _ in range(3):
        begun = time.process_time()
        work()
        best = max(best, rows / (time.process_time() - begun))
    return best


def classify() -> dict[str, float]:
    """Classifying, against finding the products alone."""
    from reli.classification.industry import Classifier

    text, classifier = scopes(BATCH), Classifier()
    products = classifier._products
    codes = pa.array((["", "5199", "3973", "3841"] * BATCH)[:BATCH])
    batch = pa.record_batch(
        {"name": codes, "gb4754_code": codes, "business_scope": text.to_arrow().cast(pa.string())}
    )
    return {
        "characters": float(text.str.len_chars().mean() or 0),
        "rows/s": rate(BATCH, lambda: classifier.classify(batch)),
        "floor/s": rate(BATCH, lambda: text.str.contains_any(list(products))),
    }


def credit_codes() -> dict[str, float]:
    """Checking codes."""
    from reli.linkage.credit_codes import check_credit_codes

    batch = pa.record_batch({"credit_code": list(CODES) * (BATCH // len(CODES))})
    return {"rows/s": rate(batch.num_rows, lambda: check_credit_codes(batch))}


def firms(number: int) -> list[str]:
    """Invented names of enterprises."""
    rng = np.random.default_rng(SEED)
    letters = [chr(point) for point in range(0x4E00, 0x4E00 + 3_000)]
    places = ("杭州", "苏州市", "广东省深圳市", "成都", "武汉", "青岛市")
    kinds = (
        "科技有限公司",
        "电子股份有限公司",
        "机械有限责任公司",
        "医药有限公司",
        "新材料有限公司",
    )
    drawn = rng.integers(0, len(letters), (number, 4))
    placed, kind = rng.choice(places, number), rng.choice(kinds, number)
    return [
        place + "".join(letters[at] for at in line) + end
        for line, place, end in zip(drawn, placed, kind, strict=True)
    ]


def match(registered: int) -> dict[str, float]:
    """Matching exact names and names with one character wrong against a register."""
    import resource

    from reli.linkage.match import Matcher

    names = firms(registered)
    rng = np.random.default_rng(SEED)
    table = pa.table({"name": names, "credit_code": [f"C{at}" for at in range(registered)]})
    begun = time.process_time()
    matcher = Matcher(table)
    asked = pa.record_batch({"name": [names[at] for at in rng.integers(0, registered, BATCH)]})
    some = [names[at] for at in rng.integers(0, registered, 20_000)]
    wrong = pa.record_batch({"name": [name.replace("公司", "公可") for name in some]})
    slips = pa.record_batch({"name": [name[:-6] + name[-5:] for name in some]})
    index = time.process_time() - begun
    exact = rate(asked.num_rows, lambda: matcher.match(asked))
    matcher.match(wrong)
    begun = time.process_time()
    matcher.match(slips.slice(0, 10))
    near = time.process_time() - begun
    return {
        "index s": index + near,
        "exact rows/s": exact,
        "one-edit rows/s": rate(slips.num_rows, lambda: matcher.match(slips)),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def peaks(rows: int, registered: int) -> dict[str, float]:
    """Megabytes of both commands at so many rows, and at three times, each a process of its own."""
    told = {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        register = folder / "register.csv"
        names = firms(registered)
        pl.DataFrame({"name": names, "credit_code": names}).write_csv(register)
        for times in (1, 3):
            source = folder / "rows.csv"
            with source.open("wb") as file:
                for part in range(times * rows // PART):
                    _rows(PART, names).write_csv(file, include_header=not part)
            for command in (["classify"], ["match", "--register", str(register)]):
                line = [*command, "--quiet", str(source), str(folder / "out.csv")]
                told[f"{command[0]} x {times}, MB"] = _peak(line)
    return told


def _rows(number: int, names: list[str]) -> pl.DataFrame:
    """Names, of which one in five has lost a character, and scopes.

    In parts: a child's peak, as the system tells it, is never below its parent's size.
    """
    chosen = np.random.default_rng(SEED).integers(0, len(names), number)
    said = [names[at][:-6] + names[at][-5:] if at % 5 == 0 else names[at] for at in chosen]
    columns = {"name": said, "gb4754_code": ["", "5199", "3973", "3841"] * (number // 4)}
    return pl.DataFrame({**columns, "business_scope": scopes(number)})


def _peak(line: list[str]) -> float:
    child = subprocess.Popen([sys.executable, "-m", "reli.cli", *line])
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"reli {' '.join(line)} ended with {status}")
    return usage.ru_maxrss / 1e3


def main() -> None:
    """Measure each figure in a process of its own, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assigning", description=__doc__)
    parser.add_argument("figure", nargs="?", choices=("classify", "credit_codes", "match"))
    parser.add_argument("--registered", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--memory", type=int, metavar="ROWS", help="a multiple of 100,000")
    chosen = parser.parse_args()
    if chosen.memory:
        print(json.dumps(peaks(chosen.memory, chosen.registered)))
        return
    if chosen.figure:
        work = {"classify": classify, "credit_codes": credit_codes}
        found = work[chosen.figure]() if chosen.figure in work else match(chosen.registered)
        print(json.dumps(found))
        return
    for figure in ("classify", "credit_codes", "match"):
        command = [sys.executable, "-m", "benchmarks.assigning", figure]
        command += ["--registered", str(chosen.registered)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        told = json.loads(done.stdout)
        if "floor/s" in told:
            told["x floor"] = told["rows/s"] / told["floor/s"]
        print(figure + ": " + ", ".join(f"{name} {value:,.2f}" for name, value in told.items()))


if __name__ == "__main__":
    main()
