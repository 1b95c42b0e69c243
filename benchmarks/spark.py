"""`python -m benchmarks.spark PROJECT`: definitions on Spark against the same written by hand.

PROJECT is a folder that has been run to the panel. Three counts from its facts, by place and set of
industries: enterprises under four conditions, patents in force that one party owns alone, and who
stands on all lists of recognised enterprises and centres. Both ways read the same files and must
give the same rows; each is asked several times in turn, and the middle is kept, by the time of the
processors (the virtual machine's and this program's) and by the clock.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa

from reli.config import load_project
from reli.engine import Budget
from reli.engine.spark import SparkEngine
from reli.indicators import Period, PlaceCounts, RoadTables, read_measures
from reli.indicators.counts import STANDING, sums
from reli.indicators.firms import facts_of
from reli.indicators.placed import of_family
from reli.pipeline.counting import project_measures, road_tables
from reli.pipeline.workspace import Workspace

TIMES = 7
COUNTED = tuple(name for name in STANDING if name not in ("active", "told"))
MEASURES = read_measures({"patents": {"kind": "granted", "table": "patents", "basis": "in_force"}})
PLACED = """
select enterprise_id, coalesce(division_code, nullif(place_code, '')) as place, industries,
       founded_date, ended_date, status
from {enterprises} where is_counted and coalesce(division_code, nullif(place_code, '')) is not null
"""
OUTSIDE = """
select outsider_id, place_code, cast(array() as array<string>) from {outsiders}
where place_code <> ''
"""
FIRMS = """
with firms as (select *,
    (founded_date is null or founded_date <= date'{day}') as begun,
    (status is null or status in ('alive', 'moved_out', 'suspended', 'liquidating')) as lives
  from ({placed})),
stand as (select *, begun and coalesce(ended_date > date'{day}' or (ended_date is null and lives),
    false) as stands from firms)
select place, industries, count_if(stands) as standing,
  count_if(stands and status = 'suspended') as suspended,
  count_if(stands and status = 'liquidating') as liquidating,
  count_if(begun and ended_date is null and status is not null and not lives) as undated
from stand group by place, industries
"""
WORKS = """
with owned as (select coalesce(enterprise_id, outsider_id) as party, count(*) as n from {patents}
  where (kind is null or (contains(kind, '发明')
      and (contains(kind, '授权') or not kind rlike '申请|公开|公布')))
    and not coalesce(legal_status rlike
        '审中|在审|待审|实审|实质审查|审查中|公开|公布|未授权|驳回|撤回|视撤'
      and not legal_status rlike '(^|[^未予])授权|有权|(^|[^无])有效|维持|专利权的?终止', false)
    and not (endswith(item, 'A') and not coalesce(contains(kind, '授权'), false) and not coalesce(
      legal_status rlike '(^|[^未予])授权|有权|(^|[^无])有效|维持|专利权的?终止', false))
    and coalesce(enterprise_id, outsider_id) is not null and not coalesce(is_shared, false)
    and granted_date <= date'{day}'
    and not (coalesce(ended_date <= date'{day}', false) or granted_date <= date'{expired}'
      or (ended_date is null
          and coalesce(legal_status rlike
            '失效|终止|届满|放弃|过期|撤销|驳回|未缴|无权|(^|[^分])无效', false)))
  group by 1)
select place, industries, sum(n) as patents from owned join (
    select enterprise_id, place, industries from ({placed}) union all {outside}
  ) on party = enterprise_id
group by place, industries
"""
RECOGNISED = """
with rules as (select * from values
    ('high_tech', 'high_tech', {year} - 2, false, false),
    ('little_giant', 'little_giant', {year} - 2, false, false),
    ('srdi', 'srdi', {year} - 2, false, false),
    ('single_champion', 'single_champion', {year} - 2, false, false),
    ('hidden_champion', 'hidden_champion', {year} - 2, false, false),
    ('gazelle', 'gazelle', {year}, true, false),
    ('qianlima', 'qianlima', {year}, true, false),
    ('unicorn', 'unicorn', {year}, true, false),
    ('above_designated_size', 'industrial_above_size', {year}, true, false),
    ('provincial_engineering_center', 'engineering_centres', 0, false, true),
    ('enterprise_technology_center', 'technology_centres', 0, false, true)
  as t(list, indicator, first_year, is_of_year, by_name)),
said as (select r.*, indicator, first_year, is_of_year, by_name,
    coalesce(enterprise_id, outsider_id) as party,
    if(host_name is null, null, name) as centre,
    to_date(nullif(regexp_extract(batch, '20[0-9][0-9]', 0), '') || '-01-01') as of_batch,
    if(revoked_date <= date'{day}', revoked_date, null) as revoked
  from {recognitions} r join rules using (list)
  where coalesce(enterprise_id, outsider_id) is not null),
begun as (select *,
    coalesce(if(is_of_year, of_batch, null), valid_from, notice_date, of_batch) as begin,
    max(revoked) over (partition by list, party) as of_any,
    max(if(centre is null, revoked, null)) over (partition by list, party) as of_all,
    max(revoked) over (partition by list, party, centre) as of_centre
  from said),
in_force as (select *, if(centre is null, of_any, greatest(of_all, of_centre)) as ended
  from begun where coalesce(begin <= date'{day}', true)
    and (begin is not null or revoked_date is null)
    and if(valid_to is not null and not is_of_year, valid_to >= date'{day}',
           coalesce(year(begin) >= first_year, true))),
counted as (
  select indicator, party, by_name, count(*) as n from (
    select distinct indicator, party, by_name, if(by_name, coalesce(name, ''), '') as thing
    from in_force where (ended is null or begin > ended)
      and (not by_name or level is null or level like '国家%' or level like '省%'))
  group by all),
parties(enterprise_id, place, industries, is_outsider) as (
  select enterprise_id, place, industries, false from ({placed})
  where (founded_date is null or founded_date <= date'{day}')
    and (ended_date > date'{day}' or (ended_date is null and (status is null or
         status in ('alive', 'moved_out', 'suspended', 'liquidating'))))
  union all select *, true from ({outside}))
select indicator, place, industries, sum(n) as entries
from counted join parties on party = enterprise_id and (by_name or not is_outsider)
group by indicator, place, industries
"""


class _Asked:
    """The two ways to ask, over the facts of one project."""

    def __init__(self, engine: SparkEngine, folder: Path) -> None:
        workspace = Workspace(load_project(folder))
        year = workspace.project.reference_year
        self.engine = engine
        self._paths = {
            name: workspace.stage(f"{stage}/{name}")
            for stage, name in (
                ("classified", "enterprises"),
                ("classified", "outsiders"),
                ("linked", "recognitions"),
                ("linked", "patents"),
            )
        }
        whole = road_tables(workspace, engine, "patents").patents
        assert whole is not None, "a project without patents"
        self._paths["patents"] = workspace.scratch / "patents.parquet"
        engine.write(whole, self._paths["patents"])
        tables = {name: engine.table(path) for name, path in self._paths.items()}
        self._places = PlaceCounts(RoadTables(**tables), Period(year), engine)
        self._scored = project_measures(workspace)
        self._days = {"day": f"{year}-12-31", "expired": f"{year - 20}-12-31", "year": str(year)}

    def firms(self) -> pa.Table:
        rows = self._places.placed.firms(tells_activity=False)
        marked = rows.mutate(is_active=ibis.literal(False))
        told = facts_of(marked, self._places.period, ())
        wanted = {name: ibis.and_(*(told[fact] for fact in STANDING[name])) for name in COUNTED}
        return self.engine.fetch(
            marked.group_by("place", "industries").aggregate(**sums(marked, wanted))
        )

    def works(self) -> pa.Table:
        rows = self._places.placed.alone(MEASURES)
        assert rows is not None
        grouped = rows.group_by("place", "industries")
        return self.engine.fetch(grouped.aggregate(patents=rows.patents.sum()))

    def recognised(self) -> pa.Table:
        rows = self._places.placed.claims(of_family(self._scored, "recognised"))
        assert rows is not None
        grouped = rows.group_by("indicator", "place", "industries")
        return self.engine.fetch(grouped.aggregate(entries=rows.quantity.sum()))

    def by_hand(self, query: str) -> pa.Table:
        named = {name: f"parquet.`{path}`" for name, path in self._paths.items()}
        parts = {"placed": PLACED.format(**named), "outside": OUTSIDE.format(**named)}
        session = self.engine._session
        return session.sql(query.format(**parts, **named, **self._days)).toArrow()


def middle(
    first: Callable[[], pa.Table], second: Callable[[], pa.Table], pid: int
) -> list[tuple[float, float]]:
    """Seconds of the processors and of the clock of the middle answer of each; they take turns.

    Raises:
        SystemExit: the answers differ.
    """
    took: tuple[list[float], ...] = ([], [], [], [])
    for _ in range(TIMES):
        answers = []
        for at, ask in enumerate((first, second)):
            used, began = _used(pid), time.monotonic()
            answers.append(ask())
            took[2 * at].append(_used(pid) - used)
            took[2 * at + 1].append(time.monotonic() - began)
        if not _sorted(answers[0]).equals(_sorted(answers[1])):
            raise SystemExit("benchmarks: the two ways do not give the same rows")
    own_used, own, hand_used, hand = map(statistics.median, took)
    return [(own_used, own), (hand_used, hand)]


def _sorted(table: pa.Table) -> pl.DataFrame:
    frame = pl.DataFrame(table).with_columns(pl.col("industries").list.join("|"))
    keys = [name for name in ("place", "industries", "indicator") if name in frame.columns]
    return (
        frame.with_columns(pl.all().exclude(keys).cast(pl.Int64))
        .sort(keys)
        .select(*keys, pl.all().exclude(keys))
    )


def _used(pid: int) -> float:
    """Processor seconds of the virtual machine and of this process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") + time.process_time()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = SparkEngine(Path(scratch), Budget.parse("1GB", 2), master="local[2]")
        pid = int(engine._session._jvm.java.lang.ProcessHandle.current().pid())
        asked = _Asked(engine, Path(sys.argv[1]))
        for title, ask, query in (
            ("enterprises", asked.firms, FIRMS),
            ("patents of one owner", asked.works, WORKS),
            ("recognitions in force", asked.recognised, RECOGNISED),
        ):
            found = middle(ask, lambda q=query: asked.by_hand(q), pid)  # type: ignore[misc]
            for clock, (own, hand) in zip(
                ("processors", "clock"), zip(*found, strict=True), strict=True
            ):
                print(f"{title}, {clock}: {own:.2f} s, by hand {hand:.2f} s: {own / hand:.2f} x")
        engine.stop()


if __name__ == "__main__":
    main()
