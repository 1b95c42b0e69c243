"""Lists of recognised and listed enterprises: with old names, slips and missing codes."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from reli.synthetic.codes import CreditCodes
from reli.synthetic.draw import Flags, Ints, Numbers, choose, gather, share, stream
from reli.synthetic.names import Names
from reli.synthetic.population import COMPANY, FIRST_DAY, Country
from reli.synthetic.spellings import days
from reli.synthetic.words import words

__all__ = ["NAME_FORMS", "List", "listings", "rankings", "recognitions"]

NAME_FORMS = ("current", "former", "legal_form", "typo", "brackets", "spaced", "stranger")
_FORM_SHARES = (0.875, 0.0, 0.04, 0.025, 0.02, 0.02, 0.02)
_FORMER_SHARE = 0.4
"""Of those that had another name, so many stand under it."""
_LOOKALIKES = {"技": "枝", "材": "村", "源": "原", "设": "没", "械": "诫", "件": "仵", "环": "坏"}
_CODE_SHARE = 0.45


@dataclass(frozen=True)
class List:
    """A list as a file, and beside it which enterprise each row means."""

    file: str
    table: str
    rows: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True)
class _Programme:
    file: str
    title: str
    emerging: float
    """Share of the living companies of emerging industries."""
    making: float
    """Share of the other manufacturers'."""
    other: float
    years: tuple[int, ...]
    is_pulled: bool
    """Whether counties with many graduates have more of it."""


_YEARS = (2019, 2020, 2021, 2022, 2023)
_PROGRAMMES = (
    _Programme("high_tech.csv", "国家高新技术企业", 0.16, 0.03, 0.003, _YEARS, True),
    _Programme("little_giant.csv", "专精特新“小巨人”企业", 0.02, 0.004, 0.0, _YEARS[1:], True),
    _Programme("above_designated_size.csv", "规模以上工业企业", 0.12, 0.13, 0.0, (2023,), False),
)
_LISTED = _Programme("listings.csv", "", 0.006, 0.002, 0.0003, (), True)
_LARGEST = _Programme("rankings.csv", "", 1.0, 0.8, 0.2, (), True)
_RANKINGS = (("世界500强", 20_000), ("中国企业500强", 6_000))
"""One of so many enterprises is on the ranking; who is on the first is on the second too."""
_MARKETS = ("A股", "创业板", "科创板", "港股", "中概股", "新三板")
_MARKET_SHARES = (0.4, 0.2, 0.15, 0.07, 0.03, 0.15)


def recognitions(country: Country, names: Names, codes: CreditCodes) -> list[List]:
    """The lists of recognised enterprises, a file each."""
    return [_recognised(each, country, names, codes) for each in _PROGRAMMES]


def _recognised(programme: _Programme, country: Country, names: Names, codes: CreditCodes) -> List:
    rng = stream(country.seed, programme.file)
    chosen = _members(rng, programme, country)
    year = np.array(programme.years)[rng.integers(0, len(programme.years), len(chosen))]
    cells, truth = _written(rng, chosen, names, codes)
    batch = pl.Series("year", year).cast(pl.String)
    rows = pl.DataFrame(
        {
            "名单": pl.Series([programme.title]).new_from_index(0, len(chosen)),
            "批次": batch + "年",
            **cells,
            "公告日期": batch
            + gather(("-07-14", "-10-18", "-12-08"), rng.integers(0, 3, len(chosen))),
            "推荐地区": gather(country.land.provinces, country.unit[chosen]),
        }
    )
    return _finished(programme.file, "recognitions", rows, truth)


def listings(country: Country, names: Names, codes: CreditCodes) -> List:
    """The list of listed enterprises; stock codes are of a range that no exchange uses."""
    rng = stream(country.seed, _LISTED.file)
    chosen = _members(rng, _LISTED, country)
    cells, truth = _written(rng, chosen, names, codes)
    end = int((np.datetime64("2023-12-31") - FIRST_DAY).astype(int))
    since = np.minimum(country.founded[chosen] + 1500, end - 60)
    listed = since + ((end - since) * rng.random(len(chosen))).astype(np.int64)
    numbers = pl.Series("证券代码", np.arange(len(chosen)) + 990_001).cast(pl.String)
    rows = pl.DataFrame(
        {
            "上市板块": gather(_MARKETS, choose(rng, _MARKET_SHARES, len(chosen))),
            "证券代码": numbers,
            **cells,
            "上市日期": days(listed).dt.strftime("%Y-%m-%d"),
        }
    )
    return _finished(_LISTED.file, "listings", rows, truth)


def rankings(country: Country, names: Names, codes: CreditCodes) -> List:
    """The rankings of the largest enterprises in the last year."""
    rng = stream(country.seed, _LARGEST.file)
    chance = _chances(_LARGEST, country)
    most = min(500, int((chance > 0).sum()))
    counts = [min(most, 1 + country.size // each) for _, each in _RANKINGS]
    largest = rng.choice(country.size, max(counts), replace=False, p=chance / chance.sum())
    chosen = np.concatenate([largest[:count] for count in counts])
    cells, truth = _written(rng, chosen, names, codes)
    rows = pl.DataFrame(
        {
            "榜单": gather(
                [title for title, _ in _RANKINGS], np.repeat(range(len(counts)), counts)
            ),
            "年份": pl.Series(["2023"]).new_from_index(0, len(chosen)),
            "名次": np.concatenate([np.arange(count) + 1 for count in counts]),
            **cells,
        }
    )
    return _finished(_LARGEST.file, "rankings", rows, truth)


def _finished(file: str, table: str, rows: pl.DataFrame, truth: pl.DataFrame) -> List:
    places = pl.DataFrame(
        {
            "file": pl.Series([file]).new_from_index(0, len(rows)),
            "source_line": np.arange(len(rows)) + 2,
        }
    )
    return List(file, table, rows, pl.concat([places, truth], how="horizontal"))


def _members(rng: np.random.Generator, programme: _Programme, country: Country) -> Ints:
    """Living companies that are on the list, at least one."""
    chance = _chances(programme, country)
    is_member = rng.random(country.size) < chance
    if not is_member.any():
        is_member[int(np.argmax(chance))] = True
    return rng.permutation(np.flatnonzero(is_member))


def _chances(programme: _Programme, country: Country) -> Numbers:
    is_company = (country.kind == COMPANY) & country.is_alive & (country.founded < _day(2021))
    is_making = country.group == words().groups.index("C")
    chance = np.where(
        country.is_emerging,
        programme.emerging,
        np.where(is_making, programme.making, programme.other),
    )
    pull = country.land.pull[country.unit] if programme.is_pulled else 1.0
    return np.asarray(np.where(is_company, chance * pull, 0.0))


def _day(year: int) -> int:
    return int((np.datetime64(f"{year}-01-01") - FIRST_DAY).astype(int))


def _written(
    rng: np.random.Generator, chosen: Ints, names: Names, codes: CreditCodes
) -> tuple[dict[str, pl.Series], pl.DataFrame]:
    """Name and code as a list has them, and whom they mean."""
    form = choose(rng, _FORM_SHARES, len(chosen))
    former = names.former(chosen)
    has_former = former.is_not_null().to_numpy()
    form = np.where(has_former & share(rng, _FORMER_SHARE, len(chosen)), 1, form)
    name, is_changed = _spelt(names, chosen, former, form)
    form = np.where(is_changed | (form < 2), form, 0)
    is_stranger = form == NAME_FORMS.index("stranger")
    code = codes.of(chosen)
    has_code = share(rng, _CODE_SHARE, len(chosen)) & ~is_stranger
    truth = pl.DataFrame(
        {
            "enterprise": pl.Series(chosen).set(pl.Series(is_stranger), None),
            "credit_code": code.set(pl.Series(is_stranger), None),
            "name_form": gather(NAME_FORMS, form),
            "has_code": has_code,
        }
    )
    shown = code.set(pl.Series(~has_code), "")
    return {"企业名称": name, "统一社会信用代码": shown}, truth


def _spelt(names: Names, chosen: Ints, former: pl.Series, form: Ints) -> tuple[pl.Series, Flags]:
    current = names.current(chosen)
    frame = pl.DataFrame({"name": current, "former": former, "form": form})
    name = pl.col("name")
    slips = [
        pl.when(name.str.contains(right, literal=True)).then(
            name.str.replace(right, wrong, literal=True)
        )
        for right, wrong in _LOOKALIKES.items()
    ]
    variants = {
        "former": pl.col("former"),
        "legal_form": _other_legal_form(name),
        # A wrong character that looks like the right one; else one is left out.
        "typo": pl.coalesce(*slips, pl.concat_str(name.str.slice(0, 3), name.str.slice(4))),
        "brackets": name.str.replace_many(["（", "）"], ["(", ")"]),
        "spaced": pl.concat_str(name.str.slice(0, 2), pl.lit(" "), name.str.slice(2)),
        "stranger": pl.concat_str(pl.lit("外省"), name.str.head(-4), pl.lit("实业总公司")),
    }
    found: pl.Expr = name
    for title, text in variants.items():
        found = pl.when(pl.col("form") == NAME_FORMS.index(title)).then(text).otherwise(found)
    written = frame.select(found).to_series()
    return written, (written != current).to_numpy()


def _other_legal_form(name: pl.Expr) -> pl.Expr:
    """有限责任公司 for 有限公司, and the other way round."""
    is_long = name.str.ends_with("有限责任公司")
    short = name.str.replace("有限责任公司$", "有限公司")
    return (
        pl.when(is_long)
        .then(short)
        .otherwise(name.str.replace("([^份])有限公司$", "${1}有限责任公司"))
    )
