"""What the clean tables of a project look like, before anything is built from them.

A finding is a sentence in Chinese with examples. `错误` keeps a run from being right, `警告` makes
some of its figures doubtful, `提示` is worth knowing.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from csv import DictReader
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from reli.engine import Rows
from reli.sources.canonical import Table
from reli.sources.header import plain
from reli.sources.sequence import RUNNING

__all__ = [
    "CleanTable",
    "Finding",
    "Level",
    "examine",
    "examine_folder",
    "examine_formulas",
    "examine_hidden",
    "examine_parts",
    "examine_sequence",
    "examine_total",
    "examine_unseen",
    "examine_unused",
]

Level = Literal["错误", "警告", "提示"]

_EXAMPLES = 5
_SPARSE = 0.5
_DEAD = ("deregistered", "revoked", "withdrawn", "moved_abroad")


@dataclass(frozen=True)
class Finding:
    """One thing found."""

    level: Level
    table: str
    """Chinese name of the table."""
    text: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class CleanTable:
    """A cleaned table and the lists beside it."""

    table: Table
    rows: Path
    """Parquet."""
    rejected: Path
    cells: Path
    counts: Rows


def examine(clean: CleanTable, reference_year: int) -> list[Finding]:
    """Everything worth saying about one clean table.

    Args:
        clean: the table.
        reference_year: what lies after its 31 December is out of range.
    """
    frame = pl.scan_parquet(clean.rows)
    findings = [
        *_listed(clean, clean.rejected, "警告", "剔除"),
        *_listed(clean, clean.cells, "提示", "存疑"),
    ]
    if clean.counts.written == 0:
        text = f"读入 {clean.counts.read:,} 行，没有一行可用"
        return [Finding("错误", clean.table.name_zh, text), *findings]
    findings += _columns(clean.table, frame, clean.counts.written)
    findings += _late_dates(clean.table, frame, reference_year)
    findings += _undated(clean, frame)
    special = {
        "enterprises": _enterprises, "recognitions": _recognitions, "decisions": _decisions
    }.get(clean.table.name)  # fmt: skip
    return findings + (special(frame, clean.table) if special else [])


def _listed(clean: CleanTable, path: Path, level: Level, word: str) -> list[Finding]:
    """Reasons of a list, each with its number and the first examples."""
    tally: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in DictReader(file):
            # "重复：与 A 第 3 行为同一条" is one reason, whichever the row.
            reason = (row["列"], row["原因"].partition("：与")[0])
            tally[reason] += 1
            seen = examples.setdefault(reason, [])
            if len(seen) < _EXAMPLES:
                value = f"：{row['值'][:60]}" if row["值"] else ""
                seen.append(f"{row['文件']} 第 {row['行']} 行{value}")
    unit = "行" if word == "剔除" else "格"
    return [
        Finding(
            level,
            clean.table.name_zh,
            f"{word} {number:,} {unit}：{_with_column(column, reason)}",
            tuple(examples[column, reason]),
        )
        for (column, reason), number in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    ]


def _with_column(column: str, reason: str) -> str:
    """A reason with its column, unless it names that column itself."""
    return reason if not column or column in reason else f"{column}，{reason}"


def _columns(table: Table, frame: pl.LazyFrame, height: int) -> list[Finding]:
    """Columns that are empty or nearly so."""
    names = [column.name for column in table.columns]
    filled = frame.select(pl.col(names).count()).collect().row(0)
    empty = [c.name_zh for c, number in zip(table.columns, filled, strict=True) if number == 0]
    sparse = [
        f"{column.name_zh} {number / height:.1%}"
        for column, number in zip(table.columns, filled, strict=True)
        if 0 < number < _SPARSE * height
    ]
    findings = [Finding("提示", table.name_zh, f"可用 {height:,} 行")]
    if empty:
        findings.append(Finding("提示", table.name_zh, f"没有数据的列：{'、'.join(empty)}"))
    if sparse:
        findings.append(Finding("提示", table.name_zh, f"多为空的列：{'、'.join(sparse)}"))
    return findings


_MAY_BE_LATE = ("valid_to", "expires", "decided_on")
"""Terms may well end later, and it is decided on data that are there."""


def _late_dates(table: Table, frame: pl.LazyFrame, reference_year: int) -> list[Finding]:
    last = date(reference_year, 12, 31)
    findings = []
    for column in table.columns:
        if column.kind != "date" or column.name in _MAY_BE_LATE:
            continue
        late = frame.filter(pl.col(column.name) > last)
        number = late.select(pl.len()).collect().item()
        if number:
            text = f"{column.name_zh} 晚于基准年末（{last}）的有 {number:,} 行，不计入当年"
            findings.append(Finding("提示", table.name_zh, text, _places(late, column.name)))
    return findings


_DATED = {
    "patents": "granted_date", "software_copyrights": "registered_date", "listings": "listed_date"
}  # fmt: skip
"""Tables whose rows count from a day, which should be known."""


def _undated(clean: CleanTable, frame: pl.LazyFrame) -> list[Finding]:
    name = _DATED.get(clean.table.name)
    if name is None:
        return []
    undated = frame.filter(pl.col(name).is_null())
    number = undated.select(pl.len()).collect().item()
    if not number:
        return []
    becomes = "在每一年都计入" if name == "listed_date" else "不计入任何一年"
    text = f"没有{clean.table.column(name).name_zh}的有 {number:,} 行：{becomes}"
    key = clean.table.unique[-1]
    return [Finding("警告", clean.table.name_zh, text, _places(undated, key))]


def _places(rows: pl.LazyFrame, name: str) -> tuple[str, ...]:
    first = rows.select("source_file", "source_line", name).head(_EXAMPLES).collect()
    return tuple(f"{file} 第 {line} 行：{value}" for file, line, value in first.iter_rows())


def _enterprises(frame: pl.LazyFrame, table: Table) -> list[Finding]:
    name = table.name_zh
    is_dead = pl.col("status").is_in(_DEAD).fill_null(False)
    has_end = pl.col("ended_date").is_not_null()
    before = pl.col("ended_date") < pl.col("founded_date")
    total, ended, undated, no_status, no_place, reversed_ = (
        frame.select(
            pl.len(),
            (is_dead | has_end).sum(),
            (is_dead & ~has_end).sum().alias("undated"),
            (pl.col("status").is_null() & ~has_end).sum().alias("no_status"),
            pl.all_horizontal(pl.col("address", "county", "city").is_null()).sum().alias("place"),
            before.sum().alias("reversed"),
        )
        .collect()
        .row(0)
    )
    findings = []
    if ended == 0:
        text = "没有一家已注销、吊销或迁出的企业：只能反映现存企业，不能推算往年（幸存者偏差）"
        findings.append(Finding("警告", name, text))
    if undated:
        text = f"已注销或吊销但无日期的有 {undated:,} 家：不计入当年，往年状态不明"
        findings.append(Finding("警告", name, text))
    if no_status == total:
        findings.append(Finding("警告", name, "没有登记状态：全部视为存续"))
    if no_place:
        text = (
            f"没有地址也没有地区的有 {no_place:,} 家（{no_place / total:.1%}），只能凭信用代码定位"
        )
        findings.append(Finding("提示", name, text))
    if reversed_:
        text = f"终止日期早于成立日期的有 {reversed_:,} 家"
        findings.append(Finding("警告", name, text, _places(frame.filter(before), "ended_date")))
    return findings


_YEAR_OF_BATCH = pl.col("batch").str.extract("(20[0-9]{2})")


def _recognitions(frame: pl.LazyFrame, table: Table) -> list[Finding]:
    name, lists = table.name_zh, table.column("list")
    counts = frame.group_by("list").agg(
        pl.len().alias("rows"),
        # The year of a batch dates its entries, too, and those that lost it are in force no more.
        pl.coalesce(
            pl.coalesce("notice_date", "valid_from", "revoked_date").cast(pl.String), _YEAR_OF_BATCH
        )
        .count()
        .alias("dated"),
    )
    findings = []
    for which, rows, dated in counts.sort("list").collect().iter_rows():
        said = lists.said(which)
        findings.append(Finding("提示", name, f"名单 {said}：{rows:,} 行"))
        if dated < rows:
            text = (
                f"名单 {said} 有 {rows - dated:,} 行没有公告日期：无法判断是否仍在有效期，按有效计"
            )
            findings.append(Finding("警告", name, text))
    return findings


def _decisions(frame: pl.LazyFrame, table: Table) -> list[Finding]:
    without = frame.filter(pl.col("old").is_null())
    number = without.select(pl.len()).collect().item()
    if not number:
        return []
    text = (
        f"没有填写原值（old）的有 {number:,} 条：数据后来有了别的值也照新值执行，不会提示矛盾；"
        "裁定时有值的请补上"
    )
    return [Finding("提示", table.name_zh, text, _places(without, "key"))]


def examine_folder(passed_over: Sequence[str], folder: str, table: str) -> list[Finding]:
    """Files of a folder that are no table, by their names."""
    if not passed_over:
        return []
    text = f"{folder}：有 {len(passed_over):,} 个文件不是数据表，未读取"
    return [Finding("提示", table, text, tuple(passed_over[:_EXAMPLES]))]


def examine_parts(
    read: Sequence[str], passed_over: Sequence[tuple[str, str]], file: str, table: str
) -> list[Finding]:
    """Which sheets or tables of a file are a source, and which are not.

    Args:
        read: what the sheets or tables that are read are called.
        passed_over: the others, each with the reason.
        file: what the file is called.
        table: Chinese name of the canonical table.
    """
    findings = []
    if passed_over:
        text = (
            f"{file}：有 {len(passed_over)} 个工作表或表格未读取；"
            "确需读取的，在映射文件中以 sheet 指定"
        )
        examples = tuple(f"{name}：{reason}" for name, reason in passed_over)
        findings.append(Finding("提示", table, text, examples))
    if len(read) > 1:
        text = f"{file}：读取了 {len(read)} 个工作表或表格，合为一个来源"
        findings.append(Finding("提示", table, text, tuple(read)))
    return findings


def examine_formulas(cells: Sequence[tuple[str, str]], file: str, table: str) -> list[Finding]:
    """Cells of a workbook that are read as empty, since nobody has computed their formulas.

    Args:
        cells: sheet and cell of each.
        file: what the file is called.
        table: Chinese name of the canonical table.
    """
    if not cells:
        return []
    text = (
        f"{file}：有 {len(cells):,} 个单元格的公式没有存下结果，读作空；"
        "请用 Excel 或 WPS 打开后另存一次"
    )
    return [Finding("警告", table, text, tuple(f"{s}!{cell}" for s, cell in cells[:_EXAMPLES]))]


def examine_hidden(sheets: Sequence[tuple[str, int, int]], file: str, table: str) -> list[Finding]:
    """Rows and columns that a workbook does not show, and that are read.

    Args:
        sheets: sheet, number of hidden rows and of hidden columns of each.
        file: what the file is called.
        table: Chinese name of the canonical table.
    """
    if not sheets:
        return []
    text = f"{file}：有隐藏或被筛选掉的行列，仍一并读取；不要的请先删除"
    examples = tuple(f"{name}：{rows:,} 行，{columns:,} 处列" for name, rows, columns in sheets)
    return [Finding("警告", table, text, examples[:_EXAMPLES])]


def examine_unseen(rows: int, file: str, table: str) -> list[Finding]:
    """Rows of a web page that it does not show, and that are not read.

    Args:
        rows: their number.
        file: what the file is called.
        table: Chinese name of the canonical table.
    """
    if not rows:
        return []
    text = f"{file}：网页中有 {rows:,} 行隐藏未显示，未读取；确需读取的，请在浏览器中显示后另存"
    return [Finding("警告", table, text)]


def examine_unused(columns: Sequence[str], file: str, table: str) -> list[Finding]:
    """Columns of which nothing is made, so that nobody takes them for read.

    Args:
        columns: as the file calls them; running numbers are nothing to tell.
        file: what the file is called.
        table: Chinese name of the canonical table.
    """
    named = [each for each in columns if each.strip() and plain(each) not in RUNNING]
    if not named:
        return []
    text = f"{file}：有 {len(named)} 列未使用：{'、'.join(named[:_MOST_NAMED])}"
    return [Finding("提示", table, text + ("……" if len(named) > _MOST_NAMED else ""))]


_MOST_NAMED = 30


def examine_sequence(numbers: Sequence[int], file: str, before: int = 0) -> list[Finding]:
    """Continuity of a list's 序号.

    Args:
        numbers: of the column 序号, in order; a list may begin anew for each region.
        file: what the file is called.
        before: the last number of the table before it, with which it may go on.
    """
    late = numbers and numbers[0] not in (1, before + 1)
    gaps = [f"从 {numbers[0]} 开始"] if late else []
    gaps += [
        f"{before} 之后是 {after}"
        for before, after in itertools.pairwise(numbers)
        if after not in (before + 1, 1)
    ]
    if not gaps:
        return []
    text = f"{file}：序号不连续，可能有缺行或错行，共 {len(gaps)} 处"
    return [Finding("警告", "名单核对", text, tuple(gaps[:_EXAMPLES]))]


def examine_total(announced: int | None, found: int, what: str, file: str) -> list[Finding]:
    """The total that a list announces.

    Args:
        announced: number of entries that it speaks of, if it does.
        found: number of its entries.
        what: what was counted (个序号, 行).
        file: what the file is called.
    """
    if announced is None or announced == found:
        return []
    text = f"{file}：正文称共 {announced:,} 家，表中有 {found:,} {what}"
    return [Finding("警告", "名单核对", text)]
