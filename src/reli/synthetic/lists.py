"""Lists of recognised enterprises and centres, batch by batch, and where their programmes exist."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from reli.reference.emerging import EMERGING
from reli.synthetic.draw import Flags, Ints, gather, stream
from reli.synthetic.entries import Entries, People, written
from reli.synthetic.landscape import Landscape
from reli.synthetic.planted import YEARS, Planted, year_end
from reli.synthetic.population import day_number
from reli.synthetic.programmes import PROGRAMMES, History, Programme, covered, histories
from reli.synthetic.spellings import days

__all__ = ["coverage", "recognitions"]

_FIELDS = (
    "先进制造与自动化", "资源与环境", "生物与新医药", "高技术服务", "新材料", "先进制造与自动化",
    "新能源与节能", "电子信息",
)  # fmt: skip
"""Technical fields of high-tech enterprises, by emerging industry."""
_WITH_PRODUCT = ("little_giant", "single_champion", "hidden_champion")
_OUTSIDE = 0.06
"""For each centre of an enterprise so many of universities and institutes."""


def recognitions(people: People, planted: Planted) -> Iterator[Entries]:
    """The lists of a part of the country, a file each; what they plant is counted."""
    country = people.country
    for programme in PROGRAMMES:
        rng = stream(country.seed, programme.file, country.part)
        history = histories(rng, programme, country)
        # In random order within each batch.
        order = np.lexsort((rng.random(len(history.year)), history.month, history.year))
        history = history.at(order)
        entries = _entries(rng, programme, history, people)
        # A row that names a stranger says nothing of the enterprise.
        is_known = entries.links["enterprise"].is_not_null().to_numpy()
        _count(programme, history.at(is_known), people, planted)
        if programme.centre:
            entries = _with_outsiders(rng, programme, entries, people, planted)
        yield entries


def _count(programme: Programme, history: History, people: People, planted: Planted) -> None:
    country = people.country
    is_all = programme.list == "above_designated_size"
    for year in YEARS:
        stands = (country.stands(year_end(year)) & country.is_counted)[history.enterprise]
        valid = history.valid(programme, year) & stands
        chosen, centres = np.unique(history.enterprise[valid], return_counts=True)
        planted.add(
            programme.indicator,
            year,
            country,
            chosen,
            quantity=centres if programme.centre else None,
            is_all=is_all,
        )


def _entries(
    rng: np.random.Generator, programme: Programme, history: History, people: People
) -> Entries:
    name, code, links = written(rng, history.enterprise, people)
    country = people.country
    province = gather(country.land.provinces, country.unit[history.enterprise])
    product, field = _described(programme, people, history.enterprise)
    rows = pl.DataFrame(
        {
            **_batches(programme, history),
            "企业名称": name,
            "统一社会信用代码": code,
            **_dates(history.notice(programme), history.revoked),
            **_issued(programme, province),
            "主导产品": product,
            "技术领域": field,
        }
    )
    if programme.centre:
        second = gather(("", "第二"), history.number - 1)
        rows = rows.rename({"企业名称": "依托单位"}).with_columns(
            名称=name + second + programme.centre
        )
    return Entries(programme.file, "recognitions", rows, links)


def _batches(programme: Programme, history: History) -> dict[str, pl.Series]:
    batch = pl.Series(history.year).cast(pl.String) + "年"
    if len(programme.months) > 1:
        batch = batch + "第" + pl.Series(history.month + 1).cast(pl.String) + "批"
    review = gather(("", "（复审）"), history.is_review.astype(np.int64))
    # A yearly list has no reviews: it is made anew.
    batch = batch + review if programme.rule == "years" else batch
    return {"名单": _constant(programme.title, len(batch)), "批次": batch}


def _dates(notice: Ints, revoked: Ints) -> dict[str, pl.Series]:
    return {
        "公告日期": days(notice).dt.strftime("%Y-%m-%d"),
        "撤销日期": days(revoked).dt.strftime("%Y-%m-%d"),
    }


def _issued(programme: Programme, province: pl.Series) -> dict[str, pl.Series]:
    office = _constant(programme.issuer, len(province))
    return {
        "级别": _constant("国家级" if programme.is_national else "省级", len(province)),
        "认定机构": office if programme.is_national else province + office,
        "推荐地区": province,
    }


def _described(programme: Programme, people: People, chosen: Ints) -> tuple[pl.Series, pl.Series]:
    """Product and technical field; said of those in emerging industries only."""
    country = people.country
    group = country.group[chosen]
    is_other = pl.Series(group >= len(EMERGING))
    nothing = _constant("", len(chosen))
    if programme.list == "high_tech":
        field = gather(_FIELDS, np.minimum(group, len(_FIELDS) - 1))
        return nothing, field.set(is_other, "")
    if programme.list not in _WITH_PRODUCT:
        return nothing, nothing
    items = pl.Series([row.thing or row.item for row in country.work.rows])
    return items.gather(country.activity[chosen]).set(is_other, ""), nothing


def _with_outsiders(
    rng: np.random.Generator,
    programme: Programme,
    entries: Entries,
    people: People,
    planted: Planted,
) -> Entries:
    """Centres of universities behind those of enterprises; they count in 综合 where these are."""
    size, outside = round(_OUTSIDE * len(entries.rows)), people.outside
    host = outside.draw(rng, size)
    year = rng.integers(2017, YEARS[-1] + 1, size)
    notice = np.array([day_number(each, *programme.months[0]) for each in year], np.int64)
    unit = outside.unit[host]
    for each in YEARS:
        counts = planted.of(programme.indicator, each)
        np.add.at(counts[0], unit[notice <= year_end(each)], 1)
    # Told apart by number, since one institution has many.
    number = pl.Series(1_000 * people.country.part + np.arange(size) + 1).cast(pl.String)
    name = gather(outside.names, host)
    rows = pl.DataFrame(
        {
            "名单": _constant(programme.title, size),
            "批次": pl.Series(year).cast(pl.String) + "年",
            "依托单位": name,
            "统一社会信用代码": _constant("", size),
            **_dates(notice, np.full(size, -1)),
            **_issued(programme, gather(people.country.land.provinces, unit)),
            "主导产品": _constant("", size),
            "技术领域": _constant("", size),
            "名称": name + "第" + number + programme.centre,
        }
    )
    links = pl.DataFrame(
        {
            "enterprise": pl.Series([None], dtype=pl.Int64).new_from_index(0, size),
            "credit_code": pl.Series([None], dtype=pl.String).new_from_index(0, size),
            "name_form": _constant("outsider", size),
            "has_code": pl.Series([False]).new_from_index(0, size),
        }
    )
    return Entries(
        entries.file,
        entries.table,
        pl.concat([entries.rows, rows]),
        pl.concat([entries.links, links]),
    )


def _constant(text: str, size: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, size)


def coverage(land: Landscape, seed: int) -> pl.DataFrame:
    """Where the programmes of provinces exist: a row a list, unit and year."""
    found = []
    for programme in PROGRAMMES:
        if programme.provinces < 1:
            has_it: Flags = covered(programme, land, seed)
            units = pl.DataFrame(
                {
                    "名单": _constant(programme.title, len(land.codes)),
                    "区划代码": land.codes,
                    "状态": np.where(has_it, "有", "无"),
                    "认定机构": pl.Series(land.provinces) + programme.issuer,
                }
            )
            found.append(units.join(pl.DataFrame({"年份": [str(y) for y in YEARS]}), how="cross"))
    return pl.concat(found)
