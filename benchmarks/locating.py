"""`python -m benchmarks.locating`: rows a core-second of locating, against names alone.

Addresses are composed, of the lengths and kinds that registers have: most begin with their county,
others name a town, a zone, an abolished county, a city alone, or leave suffixes out. The floor
finds names of today's provinces, cities and counties in the same text and looks up each distinct
combination once: no towns, no old names, no zones, no other columns, no evidence. Each figure has
a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.classification.gazetteer import gazetteer
from reli.classification.marking import Marker, address_texts, tidy_address
from reli.classification.place import Locator
from reli.reference.divisions import all_divisions, counties, division
from reli.reference.towns import towns
from reli.reference.zone_hosts import zone_hosts

ROWS = 1_000_000
BATCH = 131_072
SEED = 2024
FORMS = {
    "province city county town": 0.40,
    "city county town": 0.17,
    "province county town": 0.06,
    "county": 0.08,
    "short": 0.04,
    "city town": 0.08,
    "zone": 0.05,
    "old": 0.05,
    "city": 0.05,
    "road": 0.02,
}
_ROADS = (
    "中山",
    "人民",
    "解放",
    "建设",
    "和平",
    "新华",
    "文化",
    "迎宾",
    "科技",
    "创业",
    "学府",
    "长江",
    "黄河",
    "北京",
    "上海",
    "南京",
    "工业",
    "环城",
    "滨河",
    "兴业",
)
_KINDS = (
    "路",
    "街",
    "大道",
    "东路",
    "西路",
    "南路",
    "北路",
    "中路",
)
_ENDS = (
    "1幢",
    "2号楼",
    "A座",
    "3层301室",
    "附1号",
    "5栋1单元",
    "厂房2楼",
    "商铺",
    "(自主申报)",
    "806室-1",
)


def invented(rows: int) -> pl.DataFrame:
    """Addresses with the columns that go with them."""
    rng = np.random.default_rng(SEED)
    places = _places()
    at = rng.integers(0, len(places), rows)
    chosen = places[at]
    form = rng.choice(len(FORMS), rows, p=list(FORMS.values()))
    zones = pl.Series(zone_hosts()["zone_name"].to_pylist())
    old = pl.Series(_old_names())
    texts = chosen.with_columns(
        tail=_tail(rng, rows),
        form=pl.Series(np.array(list(FORMS))[form]),
        zone=zones.gather(rng.integers(0, len(zones), rows)),
        old=old.gather(rng.integers(0, len(old), rows)),
    )
    address = pl.coalesce(
        pl.when(pl.col("form") == name).then(pl.concat_str(*parts, "tail"))
        for name, parts in _parts().items()
    )
    return texts.select(
        address=address,
        province="province",
        city="city",
        authority=pl.col("county") + "市场监督管理局",
        credit_code="91" + pl.col("code") + "MA0000000X",
    )


def _parts() -> dict[str, tuple[Any, ...]]:
    shorts = (pl.col(name).str.head(2) for name in ("province", "city", "county"))
    return {
        **{name: tuple(name.split()) for name in FORMS if name not in {"short", "road"}},
        "short": tuple(shorts),
        "road": (),
    }


def _places() -> pl.DataFrame:
    """Counties with their towns."""
    named = pl.DataFrame(
        towns().select(["division_code", "town_name", "is_generic"]).to_pydict()
    ).filter(pl.col("division_code").is_not_null() & ~pl.col("is_generic").fill_null(False))
    frame = named.join(pl.DataFrame(counties(2023).to_pydict()), on="division_code")
    return frame.select(
        code="division_code",
        province="province_name",
        city=pl.col("city_name").fill_null(""),
        county="county_name",
        town="town_name",
    )


def _old_names() -> list[str]:
    """Abolished counties behind the province of then."""
    return [
        f"{province.name}{each.name}"
        for each in all_divisions()
        if each.level == "county" and each.status == "retired" and each.end_year <= 2023
        if (province := division(each.province_code, each.first_year))
    ]


def _tail(rng: np.random.Generator, rows: int) -> pl.Series:
    road, kind, end = (
        pl.Series(words).gather(rng.integers(0, len(words), rows))
        for words in (_ROADS, _KINDS, _ENDS)
    )
    number = pl.Series(rng.integers(1, 2000, rows)).cast(pl.String)
    return road + kind + number + "号" + end


def whole() -> Callable[[pa.RecordBatch], object]:
    """Locating as it is."""
    return Locator(2023).locate


def names_alone() -> Callable[[pa.RecordBatch], object]:
    """The floor."""
    every = gazetteer(2023)
    divisions = {
        name: kept
        for name, meanings in every.full.items()
        if (kept := tuple(each for each in meanings if each.is_current and each.kind in _LEVELS))
    }
    marker = Marker(replace(every, full=divisions, stems={}, slips={}))

    def find(batch: pa.RecordBatch) -> object:
        keys = pl.DataFrame({"marks": marker.mark(tidy_address(address_texts(batch["address"])))})
        distinct = keys.unique(maintain_order=True)
        codes = [_last_code(marker, marks) for marks in distinct["marks"]]
        return keys.join(distinct.with_columns(code=pl.Series(codes)), on="marks", how="left")

    return find


_LEVELS = frozenset({"province", "city", "county"})


def _last_code(marker: Marker, marks: str) -> str:
    tokens = marker.read(marks)
    counties_of = tokens[-1].meanings.counties if tokens else ()
    return counties_of[0].codes[0] if counties_of else ""


TASKS = {"locate": whole, "floor": names_alone}


def measured(task: str, rows: int) -> dict[str, float]:
    """Rows a core-second, and the peak after a half and after all."""
    frame = invented(rows)
    schema = pa.schema([(name, pa.string()) for name in frame.columns])
    run = TASKS[task]()
    seconds, peaks = 0.0, []
    for part in frame.iter_slices(BATCH):
        batch = part.to_arrow().cast(schema).combine_chunks().to_batches()[0]
        began = time.process_time()
        run(batch)
        seconds += time.process_time() - began
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    length = frame["address"].str.len_chars().mean()
    return {
        "rate": rows / seconds,
        "half_mb": peaks[len(peaks) // 2],
        "peak_mb": peaks[-1],
        "characters": float(length or 0),  # type: ignore[arg-type]
    }


def _in_process(task: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.locating", "--task", task, "--rows", str(rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.locating", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--task", choices=TASKS)
    chosen = parser.parse_args(arguments)
    if chosen.task:
        print(json.dumps(measured(chosen.task, chosen.rows)))
        return
    found = {task: _in_process(task, chosen.rows) for task in TASKS}
    locate, floor = found["locate"], found["floor"]
    print(f"{chosen.rows:,} addresses of {locate['characters']:.0f} characters on average")
    print(f"names alone (floor)                {floor['rate']:>10,.0f} rows a core-second")
    print(
        f"locate, with evidence              {locate['rate']:>10,.0f} rows a core-second, "
        f"{locate['rate'] / floor['rate']:.2f} of it"
    )
    print(
        f"peak memory, MB                    {locate['peak_mb']:>10,.0f} "
        f"({locate['half_mb']:,.0f} at half of the rows)"
    )


if __name__ == "__main__":
    main()
